"""What a file says of its making is read from every format, survives, and is written; places never are."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import ExifTags, Image, PngImagePlugin

from packshot.contracts.provenance import AIGC_KEYS, Provenance
from packshot.imaging.codec import pack, unpack
from packshot.imaging.decode import decode
from packshot.imaging.encode import encode
from packshot.plugin.frame import Frame

RGB = np.random.default_rng(4).integers(0, 256, (24, 32, 3)).astype(np.uint8)
FORMATS = ["jpeg", "png", "webp", "avif", "tiff"]
TERM = "compositeWithTrainedAlgorithmicMedia"
LABEL = dict.fromkeys(AIGC_KEYS, "") | {"Label": "1", "ContentProducer": '店 & "co" <x>', "ProduceID": "a'b"}


def uploaded(xmp: str, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp)
    settings = {"pnginfo": text} if kind == "PNG" else {"xmp": xmp.encode()}
    Image.fromarray(RGB).save(content, kind, **settings)
    return content.getvalue()


def photo_with_exif(kind: str) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera & Co"
    exif[ExifTags.Base.Copyright] = "© 某人".encode()
    exif[ExifTags.Base.XPComment] = b"private"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:01:02 03:04:05"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] = "12345"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (52.0, 31.0, 12.0)
    content = io.BytesIO()
    Image.fromarray(RGB).save(content, kind.upper(), exif=exif)
    return content.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_labels_come_back_from_the_file_as_they_went_in(kind):
    provenance = Provenance(source_type=TERM, aigc=LABEL)
    file = encode(Frame({"rgb": RGB}, provenance=provenance), kind)
    assert decode(file.content).provenance == provenance


@pytest.mark.parametrize("kind", FORMATS)
def test_a_generated_picture_is_labelled_by_itself_and_a_plain_one_is_not(kind):
    generated = decode(encode(Frame({"rgb": RGB}, provenance=Provenance(source_type=TERM)), kind, producer="shop").content)
    assert generated.provenance.source_type == TERM
    assert generated.provenance.aigc is not None
    assert generated.provenance.aigc["ContentProducer"] == "shop"
    assert len(generated.provenance.aigc["ProduceID"]) == 32
    assert decode(encode(Frame.of(RGB), kind).content).provenance == Provenance()


@pytest.mark.parametrize(
    "written",
    [
        "<TC260:AIGC>{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;doubao&quot;}</TC260:AIGC>",
        '<rdf:Description TC260:AIGC="{&quot;Label&quot;:&quot;1&quot;,&quot;ContentProducer&quot;:&quot;doubao&quot;}"/>',
        """<rdf:Description TC260:AIGC='{"Label":"1","ContentProducer":"doubao"}'/>""",
    ],
)
def test_labels_of_others_are_read(written):
    found = decode(uploaded(f"<x:xmpmeta>{written}</x:xmpmeta>")).provenance.aigc
    assert found is not None
    assert (found["Label"], found["ContentProducer"], found["ReservedCode2"]) == ("1", "doubao", "")


def test_a_label_in_a_text_chunk_is_read():
    content, text = io.BytesIO(), PngImagePlugin.PngInfo()
    text.add_text("AIGC", json.dumps({"Label": "2"}))
    Image.fromarray(RGB).save(content, "PNG", pnginfo=text)
    assert decode(content.getvalue()).provenance.aigc == dict.fromkeys(AIGC_KEYS, "") | {"Label": "2"}


@pytest.mark.parametrize(
    "written", ["<TC260:AIGC>{no json</TC260:AIGC>", "<TC260:AIGC>[1]</TC260:AIGC>", "<TC260:AIGC></TC260:AIGC>", "AIGC"]
)
def test_what_is_no_label_is_none(written):
    assert decode(uploaded(written, "JPEG")).provenance == Provenance()


@pytest.mark.parametrize("kind", FORMATS)
def test_facts_are_kept_where_asked_for_and_places_never(kind):
    frame = decode(photo_with_exif(kind))
    taken = {} if kind == "tiff" else {"taken": "2026:01:02 03:04:05"}
    assert frame.provenance.about == {"make": "Camera & Co", "copyright": "© 某人", **taken}
    kept = encode(frame, kind, facts=True).content
    again = decode(kept).provenance.about
    assert again["make"] == "Camera & Co"
    assert again["copyright"] == "© 某人"
    picture = Image.open(io.BytesIO(kept))
    assert not picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    assert b"private" not in kept
    assert b"12345" not in kept
    assert decode(encode(frame, kind).content).provenance.about == {}


def test_provenance_travels_with_the_stored_frame():
    frame = Frame({"rgb": RGB}, provenance=Provenance(source_type=TERM, aigc=LABEL, credentials=True, about={"make": "x"}))
    assert unpack(pack(frame)).provenance == frame.provenance


def test_frames_stored_before_provenance_are_still_read():
    blob = bytearray(pack(Frame.of(RGB)))
    blob[4] = 1
    assert (unpack(bytes(blob)).rgb == RGB).all()
