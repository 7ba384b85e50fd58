"""What a client asks of trainings and of the register of models."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from packshot.client import Client
from packshot.contracts.training_http import ModelView, TrainerView, TrainingEvent, TrainingRequest, TrainingView


class TrainingClient:
    """Trainings and models, asked of the packshot that `client` reaches; errors as there."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def trainers(self) -> list[TrainerView]:
        """What can be trained now."""
        return await self._client.ask_list(TrainerView, "/v1/trainers")

    async def order(self, request: TrainingRequest) -> TrainingView:
        """Order a training."""
        reply = await self._client.ask("POST", "/v1/trainings", json=request.model_dump(mode="json"))
        return TrainingView.model_validate(reply.json())

    async def trainings(self, limit: int = 50) -> list[TrainingView]:
        """The newest first."""
        return await self._client.ask_list(TrainingView, "/v1/trainings", params={"limit": limit})

    async def training(self, id: str) -> TrainingView:
        """One of them."""
        return TrainingView.model_validate((await self._client.ask("GET", f"/v1/trainings/{quote(id)}")).json())

    async def cancel(self, id: str) -> TrainingView:
        """Stop one."""
        return TrainingView.model_validate((await self._client.ask("POST", f"/v1/trainings/{quote(id)}/cancel")).json())

    async def events(self, id: str) -> AsyncIterator[TrainingEvent]:
        """What happens to one from its beginning, until it has ended."""
        async for event in self._client.follow(f"/v1/trainings/{quote(id)}/events", TrainingEvent):
            yield event
            if event.state.ended:
                return

    async def models(self) -> list[ModelView]:
        """Every registered version, by name, the newest last."""
        return await self._client.ask_list(ModelView, "/v1/models")

    async def model(self, reference: str) -> ModelView:
        """The version that NAME, NAME@MAJOR or NAME@VERSION names."""
        return ModelView.model_validate((await self._client.ask("GET", f"/v1/models/{quote(reference)}")).json())

    async def register(self, card: str, files: Sequence[tuple[str, Path]]) -> ModelView:
        """Register a model: its card as JSON, and its files, each with its name on the card."""
        with ExitStack() as stack:
            sent = [("files", (name, stack.enter_context(path.open("rb")))) for name, path in files]
            reply = await self._client.ask("POST", "/v1/models", data={"card": card}, files=sent, timeout=None)
        return ModelView.model_validate(reply.json())
