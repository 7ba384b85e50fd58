"""What `packshot apply` does: read pictures or arrays, run one operation, write what comes out."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from packshot.cli.batch.photos import find_photos
from packshot.cli.console import Failed, sentence, show_json
from packshot.contracts.operation import Pixels
from packshot.errors import BadParameters, BadPhoto, OperationFailed, nearest
from packshot.imaging.decode import decode
from packshot.imaging.encode import OutputFormat, encode
from packshot.imaging.pixels import as_pixels, to_depth
from packshot.plugin.frame import Frame
from packshot.plugin.local import apply_frame, registry_for

ARRAY = ".npy"
FORMATS: Mapping[str, OutputFormat] = {
    ".avif": "avif",
    ".jpeg": "jpeg",
    ".jpg": "jpeg",
    ".png": "png",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".webp": "webp",
}


def apply_all(
    operation: str, paths: Sequence[Path], out: Path, *, params: Sequence[str], inputs: Sequence[str], seed: int, device: str
) -> None:
    """Run `operation` on each input. An input that cannot be used is named and does not stop the others; then it fails."""
    spec = registry_for(operation).catalogue.find(operation)
    if spec.source and not paths:
        raise BadParameters(f"{spec.name} needs a picture to work on. Give one or more.")
    if not spec.source and paths:
        raise BadParameters(f"{spec.name} generates its picture and takes none. Leave {paths[0]} away.")
    given: dict[str, Any] = {"seed": seed, "device": device, **parse_params(params)}
    further = {name: read_frame(Path(path)) for name, path in (_pair(text, "--input") for text in inputs)}
    if strange := next((name for name in further if not spec.takes_input(name)), None):
        raise BadParameters(f"{spec.name} takes no input {strange!r}. {nearest(strange, list(spec.inputs))}")
    photos, faults = find_photos(paths, out)
    if not spec.source:
        _write(apply_frame(operation, None, inputs=further, **given), out)
        return
    into_folder = out.is_dir() or len(photos) > 1 or not out.suffix
    failed = [f"{fault.source}: {fault.message}" for fault in faults]
    for photo in photos:
        suffix = ARRAY if photo.path.suffix == ARRAY else ".png"
        target = out / f"{photo.stem}{suffix}" if into_folder else out
        try:
            frame = read_frame(photo.path)
            _write(apply_frame(operation, _floats(frame) if target.suffix == ARRAY else frame, inputs=further, **given), target)
        except (BadPhoto, OperationFailed) as error:
            failed.append(f"{photo.path}: {sentence(error)}")
    if failed:
        raise Failed("\n".join(failed))


def parse_params(texts: Sequence[str]) -> dict[str, Any]:
    """Parameters from `name=value` texts: values are JSON, else text; a dot in the name goes inside."""
    params: dict[str, Any] = {}
    for text in texts:
        name, value = _pair(text, "-p")
        if name in {"seed", "device"}:
            raise BadParameters(f"Give --{name} instead of -p {name}=…")
        inside = params
        *outer, last = name.split(".")
        for part in outer:
            inside = inside.setdefault(part, {})
            if not isinstance(inside, dict):
                raise BadParameters(f"-p {name}: {part} was given a value already, so nothing goes inside it.")
        inside[last] = _value(value)
    return params


def read_frame(path: Path) -> Frame:
    """A picture, or an .npy array of float32 H×W×3. Raises BadPhoto saying what is wrong."""
    if path.suffix != ARRAY:
        return decode(path.read_bytes())
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise BadPhoto(f"The file is not a NumPy array: {error}.") from error
    if not isinstance(array, np.ndarray) or array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.float32:
        raise BadPhoto("The array must be float32, H×W×3, sRGB 0..1.")
    return Frame.of(array)


def _write(frame: Frame, target: Path) -> None:
    """The frame as `target`'s suffix says; what the operation found goes to standard output."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if frame.findings:
        show_json(dict(frame.findings))
    if target.suffix == ARRAY:
        exact = _floats(frame)
        np.save(target, exact.rgb if exact.alpha is None else np.dstack((exact.rgb, exact.alpha)))
    else:
        target.write_bytes(_encoded(frame, target.suffix.lower()))
    click.echo(target, err=True)


def _encoded(frame: Frame, suffix: str) -> bytes:
    media_type = mimetypes.types_map.get(suffix)
    if frame.file is not None and frame.file.media_type == media_type:
        return frame.file.content
    if suffix not in FORMATS:
        raise BadParameters(f"{suffix or 'No suffix'} is not a format that can be written. {nearest(suffix, [*FORMATS, ARRAY])}")
    kind = FORMATS[suffix]
    deep = frame.rgb.dtype == np.uint16 and kind in {"png", "tiff"}
    whole = frame if deep else to_depth(frame, np.uint8, Pixels.FLOAT)
    return encode(whole, kind).content


def _floats(frame: Frame) -> Frame:
    """The frame as float32 sRGB 0..1; a float one as it is."""
    return as_pixels(frame, Pixels.FLOAT, Pixels.FLOAT)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise BadParameters(f"{option} {text}: write it as {option} name=value.")
    return name, value


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
