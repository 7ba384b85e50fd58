"""/v1/operations and /v1/recipes: what packshot can do."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from packshot.contracts.catalogue import Catalogue
from packshot.contracts.http import OperationView, RecipeView
from packshot.contracts.recipe import Recipe
from packshot.errors import PermanentError
from packshot.recipes.loading import load_recipes
from packshot.recipes.planning import make_plan
from packshot_gateway.http.context import Gateway, Reader

router = APIRouter(prefix="/v1", tags=["catalogue"])


@router.get("/operations", response_model=list[OperationView])
async def operations(request: Request, gateway: Gateway, caller: Reader) -> Response:
    """All operations that workers offer or have offered, with the JSON Schema of their parameters."""
    views = await gateway.catalogue.views()
    headers = {"etag": f'"{gateway.catalogue.etag(views)}"', "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return JSONResponse([view.model_dump(mode="json") for view in views], headers=headers)


@router.get("/recipes")
async def recipes(gateway: Gateway, caller: Reader) -> list[RecipeView]:
    """The recipes that can be asked for by name."""
    known = await asyncio.to_thread(load_recipes, gateway.settings.recipes_dir)
    catalogue = await gateway.catalogue.current()
    return [_view(known[name], known, catalogue) for name in sorted(known)]


def _view(recipe: Recipe, known: dict[str, Recipe], catalogue: Catalogue) -> RecipeView:
    outputs: tuple[str, ...] = ()
    why = ""
    try:
        outputs = tuple(make_plan(recipe, catalogue, known).outputs())
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
