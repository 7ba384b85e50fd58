"""Pictures of a folder on this machine."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from glob import escape
from pathlib import Path

from packshot.contracts.collecting import ImportFolder
from packshot.errors import BadParameters, StoreUnavailable
from packshot_collect.gathering import Gathering, side_by_side
from packshot_collect.settings import CollectSettings
from packshot_collect.sources.paths import Reading, may_be_picture


class Folder:
    """A folder with all folders in it. Links out of it are not followed."""

    def __init__(self, order: ImportFolder, settings: CollectSettings) -> None:
        self._reading = Reading(order)
        self._root = allowed(Path(order.path), settings)
        self._masks = allowed(Path(order.masks), settings) if order.masks else None

    async def gather(self, work: Gathering) -> bool:
        """See Source."""
        paths = await asyncio.to_thread(lambda: [path for path in _pictures(self._root) if not work.state.knows(path)])
        waiting = len(paths)

        async def each() -> AsyncIterator[str]:
            nonlocal waiting
            for path in paths:
                if work.full:
                    return
                yield path
                waiting -= 1
                work.counts = work.counts.model_copy(update={"waiting": waiting})

        async def one(path: str) -> None:
            found = self._reading.found(path, path)
            try:
                content = await asyncio.to_thread(self._read, self._root / path, work.max_bytes)
                mask = await asyncio.to_thread(self._mask, path, work.max_bytes)
            except OSError as error:
                work.leave_out(found, "broken", f"The file cannot be read: {error.strerror or error}.")
                return
            if mask is None and self._masks is not None:
                work.leave_out(found, "no-mask", "There is no mask of its name.")
                return
            await work.take(found, content, mask)

        return await side_by_side(each(), one, 2 * work.eyes.processes, work.over)

    def _mask(self, path: str, most: int) -> bytes | None:
        """The first file of the same path but for its ending, among the masks."""
        if self._masks is None:
            return None
        beside = self._masks / path
        named = sorted(one for one in beside.parent.glob(f"{escape(beside.stem)}.*") if may_be_picture(one.name))
        inside = (one for one in named if one.resolve().is_relative_to(self._masks))
        return next((self._read(one, most) for one in inside), None)

    def _read(self, path: Path, most: int) -> bytes:
        with path.open("rb") as file:
            return file.read(most + 1)


def allowed(path: Path, settings: CollectSettings) -> Path:
    """The folder, if pictures may be imported from it. Raises BadParameters."""
    if not path.is_absolute():
        raise BadParameters(f"{path} is no absolute path; say where the folder is on the machine of the service `collect`.")
    root = path.resolve()
    allowed = [folder.resolve() for folder in settings.collect_folders]
    if not allowed and settings.distributed:
        raise BadParameters("This packshot imports no folders: name those that it may read in PACKSHOT_COLLECT_FOLDERS.")
    if allowed and not any(root.is_relative_to(folder) for folder in allowed):
        names = ", ".join(str(folder) for folder in settings.collect_folders)
        raise BadParameters(f"{path} is not among the folders that packshot may read (PACKSHOT_COLLECT_FOLDERS): {names}.")
    if not root.is_dir():
        raise BadParameters(f"There is no folder {path} on the machine of the service `collect`.")
    return root


def _pictures(root: Path) -> Iterator[str]:
    """Paths below `root`, in an order that stays the same."""

    def away(error: OSError) -> None:
        if error.filename == str(root):
            raise StoreUnavailable(f"The folder {root} cannot be read: {error.strerror}.") from error

    for folder, folders, files in os.walk(root, onerror=away):
        folders.sort()
        for name in sorted(files):
            path = Path(folder) / name
            inside = path.relative_to(root).as_posix()
            if may_be_picture(inside) and path.is_file() and path.resolve().is_relative_to(root):
                yield inside
