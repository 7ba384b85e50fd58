"""`packshot --help` answers at once, every command explains itself, and the reference is what the commands say."""

import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from packshot.cli.main import COMMANDS, main
from packshot.cli.reference import reference

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "command-line.md"

HEAVY = ("numpy", "cv2", "fastapi", "pydantic", "httpx", "structlog", "rich", "torch", "PIL")


def test_help_imports_nothing_heavy():
    script = (
        "import sys; from click.testing import CliRunner; from packshot.cli.main import main; "
        "result = CliRunner().invoke(main, ['--help']); assert result.exit_code == 0 and 'samples' in result.output; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.alone
def test_help_answers_within_its_aim():
    command = [str(Path(sys.executable).with_name("packshot")), "--help"]

    def seconds() -> float:
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        return time.perf_counter() - started

    # The best of three: other work on this machine is not what is measured.
    assert min(seconds() for _ in range(3)) < 0.4


def _all_commands():
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", command.commands[below]) for below in command.commands)


@pytest.mark.parametrize(("name", "command"), list(_all_commands()), ids=lambda given: given if isinstance(given, str) else "")
def test_every_command_has_an_example(name, command):
    assert f"packshot {name.split()[0]}" in command.help


def test_version():
    assert CliRunner().invoke(main, ["--version"]).output == "packshot 0.1.0\n"


def test_unknown_command_is_wrong_usage_and_names_what_is_near():
    result = CliRunner().invoke(main, ["rnu"])
    assert result.exit_code == 2
    assert "rnu" in result.output


def test_reference_page_is_what_the_commands_say():
    assert PAGE.read_text(encoding="utf-8") == reference(), (
        "run: python -m packshot.cli.reference > docs/reference/command-line.md"
    )
