"""Fetching a model's files from the addresses on its card. The command line's side: plugins may have no network."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx

from packshot.errors import BadSettings, FetchFailed, ModelDamaged
from packshot.fetching import Opener, Walls, require_content, shown
from packshot.plugin.models.card import ModelFile
from packshot.plugin.models.folder import ModelFolder, digest_of_file
from packshot.plugin.models.part import Part, open_part

Heard = Callable[[int], None]
"""Called with the bytes that are there."""

_PARTIAL, _PAST_THE_END = 206, 416


def walls(*, allow_private: bool) -> Walls:
    """What the address of a model file may not pass."""
    instead = "Download it yourself and use `packshot models add`, or set PACKSHOT_MODELS_ALLOW_PRIVATE=1 for your own net."
    return Walls("model files", instead, timeout_s=60.0, redirects=5, allow_private=allow_private)


async def fetch_file(file: ModelFile, folder: ModelFolder, opener: Opener, heard: Heard = lambda have: None) -> None:
    """Fetch one file into `folder`. One that is there and right is left alone; one that was broken off goes on where it ended.

    Raises BadUrl, FetchFailed (worth another try), ModelDamaged (other content than the card names; nothing is kept), BadSettings
    (the card names no address, or there is no room), or HomeInUse.
    """
    target = folder.path(file)
    if target.is_file() and digest_of_file(target) == file.sha256:
        return
    if not file.url:
        raise BadSettings(f"The card names no address for {file.name}. Bring it with: packshot models add CARD FILE…")
    with open_part(target) as part:
        _require_room(target.parent, file, part)
        try:
            await _complete(file, part, opener, heard)
        except ModelDamaged:
            part.restart()
            raise
        part.settle(target)


async def _complete(file: ModelFile, part: Part, opener: Opener, heard: Heard) -> None:
    """Bring what `part` lacks, and check the whole."""
    if part.size < file.bytes:
        await _take(file, part, opener, heard)
    if part.sha256 != file.sha256:
        raise ModelDamaged(
            f"{shown(file.url)} sent something else than {file.name}: its SHA-256 is {part.sha256}, "
            f"the card says {file.sha256}. It was thrown away; check the card."
        )


async def _take(file: ModelFile, part: Part, opener: Opener, heard: Heard) -> None:
    headers = {"Range": f"bytes={part.size}-"} if part.size else {}
    async with opener.open(file.url, headers) as answer:
        if part.size and not _goes_on(answer, part.size):
            part.restart()
        if answer.status_code == _PAST_THE_END:
            raise FetchFailed(f"{shown(file.url)} has less of {file.name} than came before. Run it again to start over.")
        require_content(answer, file.url, _PARTIAL)
        async for chunk in answer.aiter_raw():
            if part.size + len(chunk) > file.bytes:
                raise ModelDamaged(f"{shown(file.url)} sends more than the {file.bytes:,} bytes of {file.name}; check the card.")
            part.append(chunk)
            heard(part.size)
    if part.size < file.bytes:
        raise FetchFailed(
            f"{shown(file.url)} sent {part.size:,} of the {file.bytes:,} bytes of {file.name}. Run it again to go on."
        )


def _goes_on(answer: httpx.Response, have: int) -> bool:
    """Whether the server sends what comes after the first `have` bytes (or refuses); else it sends all of it."""
    if answer.status_code != _PARTIAL:
        return answer.status_code not in (200, _PAST_THE_END)
    return re.match(rf"bytes {have}-", answer.headers.get("content-range", "")) is not None


def _require_room(below: Path, file: ModelFile, part: Part) -> None:
    lacks = file.bytes - part.size
    free = shutil.disk_usage(below).free
    if lacks > free:
        raise BadSettings(f"{file.name} needs {lacks >> 20:,} MB more, and {below} has {free >> 20:,} MB left. Make room there.")
