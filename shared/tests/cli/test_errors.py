"""Errors are one sentence; the traceback is for those who ask."""

import click
from click.testing import CliRunner

from packshot.cli.console import sentence
from packshot.cli.main import main
from packshot.errors import BadRecipe, StoreUnavailable


def test_errors_of_ours_are_their_message_even_from_inside_a_group():
    group = ExceptionGroup("several", [ExceptionGroup("inner", [BadRecipe("It loops.")]), ValueError("x")])
    assert sentence(group) == "It loops."
    assert sentence(StoreUnavailable()) == "The object store cannot be reached."


def test_errors_of_the_system_name_the_file():
    assert sentence(PermissionError(13, "Permission denied", "/x")) == "/x: Permission denied."


def test_unknown_error_asks_to_be_reported():
    assert "PACKSHOT_DEBUG=1" in sentence(ZeroDivisionError("division by zero"))


def raising(monkeypatch, error):
    def fail():
        raise error

    monkeypatch.setattr(type(main), "get_command", lambda *_: click.Command("fail", callback=fail))
    return CliRunner().invoke(main, ["fail"])


def test_exit_status_tells_wrong_usage_from_failure(monkeypatch):
    wrong = raising(monkeypatch, BadRecipe("It loops."))
    assert (wrong.exit_code, wrong.stderr) == (2, "It loops.\n")
    away = raising(monkeypatch, StoreUnavailable("Away."))
    assert (away.exit_code, away.stderr) == (1, "Away.\n")


def test_debugging_shows_the_error_itself(monkeypatch):
    monkeypatch.setenv("PACKSHOT_DEBUG", "1")
    assert isinstance(raising(monkeypatch, BadRecipe("It loops.")).exception, BadRecipe)


def test_wrong_setting_is_a_sentence(packshot):
    done = packshot("ops", PACKSHOT_RETRY_DELAYS_S="soon")
    assert done.returncode == 1
    assert "retry_delays_s" in done.stderr
    assert "Traceback" not in done.stderr
