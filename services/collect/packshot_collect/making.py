"""What is made of the pictures that were gathered: cleaned, put on their sides, varied, and saved as a version."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from packshot.contracts.collecting import CollectOrder, FromDataSet, Rejection
from packshot.contracts.dataset import Item, Manifest, Split
from packshot.datasets.register import Version, save_manifest
from packshot.store.protocol import ArtifactStore
from packshot_collect.cleaning import clean
from packshot_collect.copies import vary
from packshot_collect.facts import Copied, State
from packshot_collect.grouping import split
from packshot_collect.journal import Journal

REPORT_MEDIA_TYPE = "application/x-ndjson"


@dataclass(frozen=True)
class Chosen:
    """What is to be in the version, before copies."""

    items: tuple[Item, ...]
    left_out: tuple[Rejection, ...]
    note: str = ""


def choose(state: State, order: CollectOrder) -> Chosen:
    """Clean and split. Equal facts lead to an equal answer; 10,000 pictures take some seconds."""
    pictures = [state.taken[key] for key in sorted(state.taken)]
    left = clean(pictures, order.clean) if order.clean else {}
    kept = [taken for place, taken in enumerate(pictures) if place not in left]
    items, note = [taken.item for taken in kept], ""
    if order.split is not None:
        items, note = split(items, [taken.look for taken in kept], order.split)
    gathered = [state.left_out[key] for key in sorted(state.left_out)]
    return Chosen(tuple(items), (*gathered, *(left[place] for place in sorted(left))), note)


async def vary_all(chosen: Chosen, order: CollectOrder, journal: Journal, store: ArtifactStore, over: Callable[[], bool]) -> bool:
    """Make the copies that are not made yet; whether all are."""
    if order.augment is None:
        return True
    for key, item, copy in _copies(chosen, order.augment.copies):
        if key in journal.state.copied:
            continue
        if over():
            return False
        journal.add(Copied(key=key, item=await vary(store, item, order.augment.pipeline, copy)))
    return True


async def save(
    chosen: Chosen, order: CollectOrder, state: State, store: ArtifactStore, created: datetime
) -> tuple[Version, Manifest]:
    """Write the version down. Done again, it leads to the same."""
    copies = order.augment.copies if order.augment else 0
    varied = tuple(state.copied[key] for key, _, _ in _copies(chosen, copies))
    lines = await asyncio.to_thread(lambda: b"\n".join(each.model_dump_json().encode() for each in chosen.left_out))
    manifest = Manifest(
        name=order.name,
        created=created,
        parent=state.pinned if isinstance(order.source, FromDataSet) else None,
        recipe={"collect": order.model_dump(mode="json")},
        items=(*chosen.items, *varied),
        report=await store.put(lines, REPORT_MEDIA_TYPE) if chosen.left_out else None,
    )
    return await save_manifest(store, manifest), manifest


def _copies(chosen: Chosen, copies: int) -> list[tuple[str, Item, int]]:
    """Key, picture and number of each copy that is to be made: of pictures for training alone."""
    train = [item for item in chosen.items if item.split is Split.TRAIN]
    return [(f"{item.picture.digest}-{place}-{copy}", item, copy) for place, item in enumerate(train) for copy in range(copies)]
