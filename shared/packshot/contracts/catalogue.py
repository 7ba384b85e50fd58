"""The catalogue: which operations exist, and which of them a worker offers now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from packshot.contracts.operation import OperationSpec
from packshot.errors import UnknownName, nearest


class Catalogue:
    """Operations by name and major version. The newest version of a major is the one that answers."""

    def __init__(self, specs: Iterable[OperationSpec] = ()) -> None:
        self._specs: dict[tuple[str, int], OperationSpec] = {}
        for spec in specs:
            self.add(spec)

    def add(self, spec: OperationSpec) -> None:
        """Take an operation in, unless a newer version of the same major is known."""
        known = self._specs.get((spec.name, spec.major))
        if known is None or _order(known) <= _order(spec):
            self._specs[spec.name, spec.major] = spec

    def find(self, operation: str) -> OperationSpec:
        """The operation called `name` (its highest major) or `name@major`; UnknownName says what is near."""
        name, _, pin = operation.partition("@")
        majors = [major for known, major in self._specs if known == name]
        if not majors:
            raise UnknownName(f"There is no operation {name!r}. {nearest(name, self.names())}")
        if pin and int(pin) not in majors:
            have = ", ".join(f"{name}@{major}" for major in sorted(majors))
            raise UnknownName(f"Operation {name!r} has no version {pin}. There is {have}.")
        return self._specs[name, int(pin) if pin else max(majors)]

    def names(self) -> list[str]:
        """All operation names, sorted."""
        return sorted({name for name, _ in self._specs})

    def __iter__(self) -> Iterator[OperationSpec]:
        return iter(sorted(self._specs.values(), key=lambda spec: (spec.name, spec.major)))

    def __len__(self) -> int:
        return len(self._specs)


def _order(spec: OperationSpec) -> tuple[int, ...]:
    return tuple(int(part) for part in spec.version.split("."))
