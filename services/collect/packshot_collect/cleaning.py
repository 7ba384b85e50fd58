"""Which pictures are left out, and why. Equal facts and rules lead to equal answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from packshot.contracts.collecting import Cleaning, Rejection
from packshot_collect.alike import find_duplicates
from packshot_collect.facts import Taken
from packshot_collect.look import Look
from packshot_collect.outliers import unlikeness

Left = dict[int, Rejection]


def clean(pictures: Sequence[Taken], rules: Cleaning) -> Left:
    """For each place in `pictures` that is left out, why. Pictures without a look are kept."""
    left = {place: rejection for place, taken in enumerate(pictures) if (rejection := _alone(taken, rules)) is not None}
    if rules.duplicates >= 0:
        left |= _duplicates(pictures, _rest(pictures, left), rules)
    if rules.outliers > 0:
        left |= _outliers(pictures, _rest(pictures, left), rules)
    return left


def _rest(pictures: Sequence[Taken], left: Left) -> list[int]:
    return [place for place, taken in enumerate(pictures) if place not in left and taken.look is not None]


def _alone(taken: Taken, rules: Cleaning) -> Rejection | None:
    """What is wrong with a picture by itself."""
    if taken.look is None:
        return None
    for code, reason in _faults(taken.look, rules):
        return _rejection(taken, code, reason)
    return None


def _faults(look: Look, rules: Cleaning) -> Iterator[tuple[str, str]]:
    size = f"{look.width} × {look.height} pixels"
    shorter, longer = sorted((look.width, look.height))
    if shorter < rules.min_side:
        yield "tiny", f"It has {size}, and its shorter side must have {rules.min_side}."
    if longer > rules.max_aspect * shorter:
        yield (
            "aspect",
            f"It has {size}: one side is {longer / shorter:.3g} times the other, and at most {rules.max_aspect:g} are taken.",
        )
    if look.blur > rules.max_blur:
        yield "blurred", f"Its blur is {look.blur:.2f} (0 is sharp, 1 is even), and at most {rules.max_blur:g} is taken."


def _duplicates(pictures: Sequence[Taken], places: Sequence[int], rules: Cleaning) -> Left:
    looks = [look for place in places if (look := pictures[place].look) is not None]
    order = sorted(range(len(places)), key=lambda near: _worth(pictures[places[near]]))
    left = {}
    for near, kept in find_duplicates(looks, order, rules.duplicates).items():
        taken, better = pictures[places[near]], pictures[places[kept]]
        reason = f"It is nearly the same picture as {better.item.source or better.key}, which was kept."
        left[places[near]] = _rejection(taken, "duplicate", reason, like=better.item.picture.digest)
    return left


def _worth(taken: Taken) -> tuple[int, float, str]:
    """Sorts the best first: the most pixels, then the sharpest."""
    look = taken.look
    assert look is not None
    return (-look.width * look.height, look.blur, taken.key)


def _outliers(pictures: Sequence[Taken], places: Sequence[int], rules: Cleaning) -> Left:
    looks = [look for place in places if (look := pictures[place].look) is not None]
    far = unlikeness(looks, [pictures[place].item.category for place in places])
    return {
        place: _rejection(
            pictures[place],
            "outlier",
            f"It looks unlike the other pictures of {pictures[place].item.category}: {value:.1f} deviations farther off than is "
            f"usual, and at most {rules.outliers:g} are taken. Colours and edges alone were compared.",
        )
        for place, value in zip(places, far, strict=True)
        if value > rules.outliers
    }


def _rejection(taken: Taken, code: str, reason: str, like: str | None = None) -> Rejection:
    return Rejection(source=taken.item.source or taken.key, code=code, reason=reason, picture=taken.item.picture, like=like)
