"""What authors of plugins drop into the folder: sources and wheels, made by code."""

import base64
import hashlib
import os
import zipfile
from pathlib import Path

SOURCE = '''
import os
from pydantic import BaseModel
from packshot.plugin import Operation, hookimpl
{imports}

class Nothing(BaseModel):
    pass


class Own(Operation[Nothing]):
    """Says who it is."""

    name, version, stage, Params = "{name}", "{version}", "{stage}", Nothing

    def run(self, frame, params, run):
        {run}
        return frame.with_rgb(frame.rgb // 2 + {add}).with_finding("{name}", {{"says": {says}, "pid": os.getpid()}})


@hookimpl
def packshot_operations():
    return [Own]
'''

RUNNER = '''
import os
from pydantic import BaseModel
from packshot.plugin import Operation, hookimpl
from packshot.plugin.models import find_cards


class Nothing(BaseModel):
    pass


class Says(Operation[Nothing]):
    """Says which card it has."""

    name, stage, Params = "tiny.says", "edit", Nothing

    def run(self, frame, params, run):
        {run}
        return frame.with_finding("tiny.says", {{"says": self.card.use["says"]}})


@hookimpl
def packshot_operations():
    cards = find_cards("tiny.says")
    if any(card.use.get("spoils") for card in cards):
        raise ValueError("this card spoils everything")
    return [type("Says", (Says,), {{"card": card, "version": card.version}}) for card in cards]
'''


def source(name="hot.own", version="1.0.0", *, stage="edit", imports="", run="pass", add=0, says=None):
    """A plugin with one operation, whose finding says `says` (an expression; its version) and in which process it ran."""
    return SOURCE.format(name=name, version=version, stage=stage, imports=imports, run=run, add=add, says=says or f'"{version}"')


def model_runner(run="pass"):
    """A plugin with one operation for each card of the family `tiny.says`; its finding says what its card says."""
    return RUNNER.format(run=run)


def drop(folder: Path, name: str, content: str | bytes) -> Path:
    """Put a file into the folder at once, as `packshot plugin install` does."""
    folder.mkdir(parents=True, exist_ok=True)
    part, path = folder / f".{name}.part", folder / name
    part.write_bytes(content.encode() if isinstance(content, str) else content)
    os.replace(part, path)
    return path


def wheel(folder: Path, name: str, version: str, files: dict[str, str], *, needs=(), entry=None) -> Path:
    """Build a wheel as a build tool would; `entry` is the plugin's `module`."""
    info = f"{name}-{version}.dist-info"
    requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if entry:
        contents[f"{info}/entry_points.txt"] = f"[packshot]\n{name} = {entry}\n"
    record = "".join(f"{path},sha256={_digest(text)},{len(text.encode())}\n" for path, text in contents.items())
    folder.mkdir(parents=True, exist_ok=True)
    part, path = folder / f".{name}-{version}.part", folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(part, "w") as archive:
        for inner, text in {**contents, f"{info}/RECORD": record + f"{info}/RECORD,,\n"}.items():
            archive.writestr(inner, text)
    os.replace(part, path)
    return path


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
