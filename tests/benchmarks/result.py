"""What a benchmark gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """One figure of one run."""

    name: str
    ratio: float
    aim: float
    note: str = ""
    at_most: bool = False
    """Whether the aim is an upper bound."""

    @property
    def met(self) -> bool:
        """Whether the aim was reached."""
        return self.ratio <= self.aim if self.at_most else self.ratio >= self.aim

    def line(self) -> str:
        """As `make bench` prints it."""
        bound = "≤" if self.at_most else "≥"
        return f"{self.name:<22} {self.ratio:6.2f}   aim {bound} {self.aim:<5g} {'met' if self.met else 'MISSED':<7} {self.note}"
