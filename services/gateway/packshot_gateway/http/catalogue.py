"""/v1/operations, /v1/recipes and /v1/workers: what packshot can do, and who does it."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.http import OperationView, RecipeView, WorkerView
from packshot.contracts.recipe import Recipe
from packshot.contracts.routing import Route
from packshot.errors import PermanentError
from packshot.recipes.loading import load_recipes
from packshot.recipes.planning import make_plan
from packshot_gateway.http.context import Admin, Gateway, Reader

router = APIRouter(prefix="/v1", tags=["catalogue"])


@router.get("/operations", response_model=list[OperationView])
async def operations(request: Request, gateway: Gateway, caller: Reader) -> Response:
    """All operations that workers offer or have offered, with the JSON Schema of their parameters."""
    views = await gateway.catalogue.views()
    headers = {"etag": f'"{gateway.catalogue.etag(views)}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return JSONResponse([view.model_dump(mode="json") for view in views], headers=headers)


@router.get("/workers")
async def workers(gateway: Gateway, caller: Admin) -> list[WorkerView]:
    """The workers that are alive, with what each offers, what rests and why, and what has become of its plugins."""
    return await gateway.catalogue.workers()


@router.get("/recipes")
async def recipes(gateway: Gateway, caller: Reader) -> list[RecipeView]:
    """The recipes that can be asked for by name."""
    known = await asyncio.to_thread(load_recipes, gateway.settings.recipes_dir)
    catalogue, route = await gateway.catalogue.current(), Route(await gateway.policies.in_force(), caller.tenant)
    return [_view(known[name], known, catalogue, route) for name in sorted(known)]


def _view(recipe: Recipe, known: dict[str, Recipe], catalogue: Catalogue, route: Route) -> RecipeView:
    outputs: tuple[str, ...] = ()
    why = ""
    try:
        outputs = tuple(make_plan(recipe, catalogue, known, route).outputs())
    except PermanentError as error:
        why = str(error)
    return RecipeView(
        name=recipe.name,
        title=recipe.title,
        description=recipe.description,
        over=recipe.over,
        outputs=outputs,
        recipe=recipe,
        available=not why,
        why=why,
    )
