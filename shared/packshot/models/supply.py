"""Brings registered models here: of families that this machine's plugins run, the newest version of each major.

Plugin-host children have no store. The worker above them has: it copies the files into the models folder, by digest and checked,
and then the card, whereupon the host starts the plugins of that family anew with it (docs/decisions/0015-training.md).
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Set
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import structlog
import yaml

from packshot.bus.protocol import Bus, Delivery
from packshot.contracts.messages import ModelRegistered
from packshot.errors import ArtifactMissing, ModelMissing, PackshotError, PermanentError
from packshot.models.register import Version, card_of, versions
from packshot.plugin.host import PluginHost
from packshot.plugin.models.card import ModelCard, ModelFile
from packshot.plugin.models.folder import ModelFolder, models_folder, versioned_name
from packshot.service import System
from packshot.store.protocol import ArtifactStore

_log = structlog.get_logger(__name__)

_LOOK_AGAIN_S = 60.0
"""An announcement can be lost while the broker is away."""


async def bring(store: ArtifactStore, folder: ModelFolder, families: Set[str] | None = None, name: str = "") -> list[ModelCard]:
    """Bring what is registered of these families, or called `name`, and not here yet; the cards that have come.

    Raises StoreUnavailable; and ModelMissing, ModelDamaged or ArtifactDamaged for a model that the store does not have rightly,
    once all others are here.
    """
    newest: dict[tuple[str, int], Version] = {}
    for version in await versions(store, name):
        newest[version.name, version.major] = version
    brought: list[ModelCard] = []
    faults: list[PermanentError] = []
    for version in newest.values():
        try:
            card = await card_of(store, version)
            if (families is None or card.family in families) and await _take(store, folder, card):
                brought.append(card)
        except PermanentError as error:
            faults.append(error)
    if faults:
        raise faults[0]
    return brought


@asynccontextmanager
async def supplied(system: System, host: PluginHost) -> AsyncIterator[None]:
    """While the context lasts, `host` has every registered model that its plugins run."""
    supply = _Supply(system.bus, system.store, models_folder(system.settings), host)
    task = asyncio.create_task(supply.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class _Supply:
    def __init__(self, bus: Bus, store: ArtifactStore, folder: ModelFolder, host: PluginHost) -> None:
        self._bus = bus
        self._store = store
        self._folder = folder
        self._host = host
        self._wanted = asyncio.Event()
        self._families: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Look at the start, when a model is registered or a plugin comes, and now and then."""
        with _listening(self._host.on_change, self._changed):
            subscription = None
            while True:
                self._wanted.clear()
                self._families = self._host.families
                try:
                    subscription = subscription or await self._bus.subscribe([ModelRegistered.type], self._hear)
                    for card in await bring(self._store, self._folder, self._families):
                        _log.info("model.brought", model=card.name, version=card.version, family=card.family)
                except PackshotError as error:
                    _log.warning("models.not_brought", reason=str(error))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wanted.wait(), _LOOK_AGAIN_S)

    async def _hear(self, delivery: Delivery) -> None:
        self._wanted.set()

    def _changed(self) -> None:
        if not self._host.families <= self._families:
            self._wanted.set()


@contextmanager
def _listening(listeners: list[Callable[[], None]], listener: Callable[[], None]) -> Iterator[None]:
    listeners.append(listener)
    try:
        yield
    finally:
        listeners.remove(listener)


async def _take(store: ArtifactStore, folder: ModelFolder, card: ModelCard) -> bool:
    """Bring one model; whether anything was lacking. The card comes last, so whoever sees it finds the rest."""
    path = folder.card_path(versioned_name(card))
    text = yaml.safe_dump(card.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True)
    missing = folder.missing(card)
    if not missing and path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    for file in missing:
        await _download(store, file, folder.path(file))
    await asyncio.to_thread(folder.link, card)
    await asyncio.to_thread(_write, path, text)
    return True


async def _download(store: ArtifactStore, file: ModelFile, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=".coming-", dir=target.parent) as aside:
        try:
            # The store compares what it reads with the digest.
            async for chunk in store.stream(file.sha256):
                aside.write(chunk)
        except ArtifactMissing as error:
            raise ModelMissing(f"The store has lost {file.name}. Register its model again.") from error
        aside.flush()
        await asyncio.to_thread(_keep, Path(aside.name), target)


def _keep(aside: Path, target: Path) -> None:
    aside.chmod(0o644)
    with suppress(FileExistsError):
        # Another worker of this machine was as quick.
        os.link(aside, target)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.coming")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
