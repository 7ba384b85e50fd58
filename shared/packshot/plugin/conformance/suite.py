"""Every check, in the order in which it helps an author most."""

from __future__ import annotations

from collections.abc import Callable

from packshot.plugin.conformance import answers, declaration, limits, outside, repetition
from packshot.plugin.conformance.subject import Subject

Check = Callable[[Subject], str | None]
"""Raises ConformanceFailure; may return what it measured. Its name is what an operation does: `is_deterministic`."""

CHECKS: tuple[Check, ...] = (
    declaration.declares_itself,
    declaration.describes_its_parameters,
    declaration.has_valid_defaults,
    declaration.refuses_unknown_parameters,
    declaration.refuses_wrong_parameters,
    answers.answers_soundly,
    declaration.offers_choices_that_work,
    answers.survives_odd_sizes,
    answers.survives_flat_pictures,
    answers.survives_hard_pictures,
    answers.takes_16_bit_pictures,
    answers.keeps_alpha_unless_it_says_so,
    answers.keeps_what_others_found,
    answers.reports_its_progress_soundly,
    repetition.is_deterministic,
    repetition.honours_the_seed,
    repetition.leaves_its_input_alone,
    repetition.batches_equal_singles,
    outside.stays_inside,
    limits.keeps_its_time_and_memory,
)
"""Those that need nothing but the operation's class."""


def words_of(check: Callable[..., object]) -> str:
    """`leaves its input alone`."""
    return check.__name__.replace("_", " ")
