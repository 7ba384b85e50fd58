"""Pictures that look alike, by their perceptual hashes.

Every hash is compared with every other: four words of 64 bits a pair, which numpy counts a thousand million of in a second. That
is exact, holds nothing but the hashes, and up to some 100,000 pictures faster than an index in Python (docs/explanation/data.md).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from packshot_collect.look import Look

MOST_COLOUR = 12.0
"""Grey levels that the colours of two pictures that count as one may differ by, on average: a red mug and a blue one are two."""

Places = npt.NDArray[np.intp]


class Likeness:
    """The hashes and colours of many pictures."""

    def __init__(self, looks: Sequence[Look]) -> None:
        hashes = b"".join(bytes.fromhex(look.hash) for look in looks)
        colours = b"".join(bytes.fromhex(look.colours) for look in looks)
        self._hashes = np.frombuffer(hashes, np.uint64).reshape(len(looks), -1)
        grid = np.frombuffer(colours, np.uint8).reshape(len(looks), -1).astype(np.float32)
        # The same picture made lighter has the same colours.
        self._colours = grid * (128 / np.maximum(grid.mean(axis=1, keepdims=True), 1))

    def near(self, place: int, among: Places | slice, bits: int) -> Places:
        """Which of `among` differ from `place` in at most `bits` bits and little in colour, counted within `among`."""
        differ = np.bitwise_count(self._hashes[among] ^ self._hashes[place]).sum(axis=1, dtype=np.int32)
        hits = np.flatnonzero(differ <= bits)
        if not hits.size:
            return hits
        colours = self._colours[among][hits] if isinstance(among, slice) else self._colours[among[hits]]
        close: Places = hits[np.abs(colours - self._colours[place]).mean(axis=1) <= MOST_COLOUR]
        return close


def find_duplicates(looks: Sequence[Look], order: Sequence[int], bits: int) -> dict[int, int]:
    """For each picture that is like a better one which is kept: that one. `order` gives the places, the best first.

    No chains: each is near the one that it is left out for.
    """
    if not order:
        return {}
    likeness = Likeness(looks)
    kept = np.empty(len(order), np.intp)
    count = 0
    duplicates: dict[int, int] = {}
    for place in order:
        hits = likeness.near(place, kept[:count], bits)
        if hits.size:
            duplicates[place] = int(kept[hits[0]])
        else:
            kept[count] = place
            count += 1
    return duplicates


def join_products(products: Sequence[str], looks: Sequence[Look], bits: int) -> dict[str, str]:
    """For each product, the one that it counts as: the first by name of all that are linked by pictures that look alike.

    R. E. Tarjan, "Efficiency of a good but not linear set union algorithm", 1975.
    """
    parent = {product: product for product in products}

    def root(product: str) -> str:
        while parent[product] != product:
            parent[product] = parent[parent[product]]
            product = parent[product]
        return product

    likeness = Likeness(looks)
    for place, product in enumerate(products):
        for hit in likeness.near(place, slice(place + 1, None), bits):
            one, other = sorted((root(product), root(products[place + 1 + int(hit)])))
            parent[other] = one
    return {product: root(product) for product in parent}
