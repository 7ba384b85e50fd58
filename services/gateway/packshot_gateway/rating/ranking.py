"""What comes of people's choices."""

from __future__ import annotations

from collections.abc import Sequence

from packshot.contracts.rating import Ranked, Ranking, Verdict
from packshot.evaluation.preference import Choice, agreement_of, strengths_of
from packshot_gateway.database.tables import Rating, RatingPair, RatingWord

_SEED = 0


def ranking_of(row: Rating, words: Sequence[tuple[RatingWord, RatingPair]]) -> Ranking:
    """The systems by how often people prefer them. Calculates for up to a second or so."""
    choices = [Choice(pair.position, pair.one, pair.other, _share(word)) for word, pair in words]
    names = [system["name"] for system in row.systems]
    found = strengths_of(choices, len(names), _SEED)
    ranked = [
        Ranked(
            name=name,
            preferred=each.preferred,
            low=each.low,
            high=each.high,
            log_strength=each.log_strength,
            choices=each.choices,
            wins=each.wins,
            ties=each.ties,
        )
        for name, each in zip(names, found, strict=True)
    ]
    sided = [word.verdict == Verdict.LEFT.value for word, _ in words if word.verdict != Verdict.TIE.value]
    return Ranking(
        systems=tuple(sorted(ranked, key=lambda each: -each.preferred)),
        choices=len(words),
        people=len({word.person for word, _ in words}),
        agreement=agreement_of(choices),
        left=sum(sided) / len(sided) if sided else None,
    )


def _share(word: RatingWord) -> float:
    """1 where the picture of the pair's first system is better."""
    if word.verdict == Verdict.TIE.value:
        return 0.5
    return float((word.verdict == Verdict.LEFT.value) == word.one_left)
