"""`label.credentials`: Content Credentials (C2PA), signed into the finished file."""

from __future__ import annotations

import io
import os
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, Field, JsonValue

from packshot import __version__
from packshot.contracts.provenance import GENERATED
from packshot.errors import BadParameters, BadSettings
from packshot.imaging.encode import encode
from packshot.plugin import File, Frame, Operation, Pixels, Run

_CERTIFICATE, _KEY, _ALGORITHM = "PACKSHOT_C2PA_CERTIFICATE", "PACKSHOT_C2PA_KEY", "PACKSHOT_C2PA_ALGORITHM"
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class CredentialsParams(BaseModel):
    """What `label.credentials` takes."""

    title: str = Field("", max_length=200, description="The picture's title in its credentials")
    required: bool = Field(False, description="Fail where no certificate is configured, instead of leaving the file unsigned")


class Credentials(Operation[CredentialsParams]):
    """Signs the finished file with Content Credentials (C2PA), the photo's own as their ingredient.

    C2PA 2.x by c2pa-python: the manifest says that the photo was opened and edited, with the IPTC term where a model made pixels.
    Certificate chain and key are PEM files that PACKSHOT_C2PA_CERTIFICATE and PACKSHOT_C2PA_KEY name. A signature holds a random
    number, so signed files differ from run to run. Changes no pixel.
    """

    name, version, stage, Params = "label.credentials", "1.0.0", "edit", CredentialsParams
    title = "Content Credentials"
    takes = Pixels.UINT8
    inputs = MappingProxyType({"original": "The photo as it was uploaded (in a recipe: `own: true`)"})

    def run(self, frame: Frame, params: CredentialsParams, run: Run) -> Frame:
        """BadParameters where the photo's credentials would be lost; or `required` signing is not possible."""
        reason = _not_possible()
        if reason is not None:
            if params.required:
                raise BadParameters(f"This recipe requires signed files, and this machine cannot sign. {reason}")
            return frame.with_finding(self.name, {"signed": False, "note": f"The file is not signed. {reason}"})
        original = run.inputs.get("original")
        generated = frame.provenance.source_type == GENERATED and not frame.provenance.credentials
        if original is None and not generated:
            raise BadParameters(f"{self.name} inherits from the photo: name it as the input `original` (`own: true`).")
        file = frame.file or encode(frame, "png")
        parent = None if original is None else original.file or encode(original, "png")
        signed = _signed(file, parent, frame, params)
        finding: dict[str, JsonValue] = {"signed": True, "bytes": len(signed.content), "inherited": frame.provenance.credentials}
        return frame.with_file(signed).with_finding(self.name, finding)


def _not_possible() -> str | None:
    """Why nothing can be signed here, for the one who runs this machine; None if it can."""
    for name in (_CERTIFICATE, _KEY):
        given = os.environ.get(name)
        if not given:
            return f"{name} does not name a PEM file."
        if not Path(given).is_file():
            return f"{name} names {given}, which is not there."
    if find_spec("c2pa") is None:
        return "c2pa-python is not installed: pip install 'packshot-label[c2pa]'."
    return None


def _signed(file: File, parent: File | None, frame: Frame, params: CredentialsParams) -> File:
    import c2pa  # noqa: PLC0415 - an extra that the machine may lack: `_not_possible` says so before

    chain, key = (Path(os.environ[name]).read_bytes() for name in (_CERTIFICATE, _KEY))
    algorithm = os.environ.get(_ALGORITHM, "es256").encode()
    try:
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, chain, key, None))
        # Thumbnails would cost more bytes than all the rest, and marketplaces count bytes.
        context = c2pa.Context.from_dict({"builder": {"thumbnail": {"enabled": False}}})
        builder = c2pa.Builder(_manifest(frame, params, edited=parent is not None), context)
        if parent is None:
            builder.set_intent(c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.TRAINED_ALGORITHMIC_MEDIA)
        else:
            builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
            ingredient = {"title": "photo", "relationship": "parentOf"}
            builder.add_ingredient(ingredient, parent.media_type, io.BytesIO(parent.content))
        out = io.BytesIO()
        builder.sign(signer, file.media_type, io.BytesIO(file.content), out)
    except c2pa.C2paError as error:
        raise BadSettings(
            f"The file could not be signed ({error}). Do certificate, key and {_ALGORITHM} belong together?"
        ) from error
    return File(out.getvalue(), file.media_type)


def _manifest(frame: Frame, params: CredentialsParams, *, edited: bool) -> dict[str, Any]:
    action: dict[str, Any] = {"action": "c2pa.edited"}
    if frame.provenance.generated and frame.provenance.source_type is not None:
        action["digitalSourceType"] = _SOURCE_TYPE + frame.provenance.source_type
    actions = [{"label": "c2pa.actions", "data": {"actions": [action]}}] if edited else []
    manifest: dict[str, Any] = {"claim_generator_info": [{"name": "packshot", "version": __version__}], "assertions": actions}
    return manifest | ({"title": params.title} if params.title else {})
