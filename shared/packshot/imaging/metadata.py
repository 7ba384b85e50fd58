"""What a picture file says of itself besides its pixels: read from uploads, written into results.

Read are the marks of how a picture was made, which must survive, and a few harmless facts. Everything else is dropped, above all
the place where it was taken. XMP of strangers is searched by pattern and never parsed, so it can hold no trap.
"""

from __future__ import annotations

import html
import json
import re
from contextlib import suppress
from xml.sax.saxutils import quoteattr

from PIL import ExifTags, Image

from packshot.contracts.provenance import AIGC_KEYS, Provenance

_MOST = 1 << 20
"""Bytes of XMP that are looked at."""
_LONGEST = 500
"""Characters of one fact."""

_TERM = re.compile(r"https?://cv\.iptc\.org/newscodes/digitalsourcetype/([A-Za-z]{1,64})")
_AIGC = re.compile(r"<(?:TC260:)?AIGC>(.*?)</(?:TC260:)?AIGC>|(?:TC260:)?AIGC=(?:\"([^\"]*)\"|'([^']*)')", re.DOTALL)
_C2PA = bytes.fromhex("6332706100110010800000aa00389b71")
"""The JUMBF type of a manifest store (C2PA 2.1 §11.1.4.2), in whatever container it lies."""

_TIFF_XMP = 700
TAKEN = ExifTags.Base.DateTimeOriginal
FACTS = {
    "description": ExifTags.Base.ImageDescription,
    "make": ExifTags.Base.Make,
    "model": ExifTags.Base.Model,
    "artist": ExifTags.Base.Artist,
    "copyright": ExifTags.Base.Copyright,
    "taken": TAKEN,
}
"""The facts that may be kept, with their EXIF 2.32 tags."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"{properties}/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def provenance_of(content: bytes | memoryview, picture: Image.Image) -> Provenance:
    """What the file `content`, opened (and for PNG decoded) as `picture`, says of its making."""
    xmp = _xmp_of(picture)
    term = _TERM.search(xmp)
    return Provenance(
        source_type=term.group(1) if term else None,
        aigc=_aigc_of(xmp, picture.info.get("AIGC")),
        credentials=_C2PA in bytes(content),
        about=_facts_of(picture),
    )


def label_packet(source_type: str | None, aigc: dict[str, str] | None) -> bytes | None:
    """UTF-8 XMP (ISO 16684-1) with the IPTC term and China's implicit label; None where there is nothing to say."""
    properties = ""
    if source_type is not None:
        properties += f'\n Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{source_type}"'
    if aigc is not None:
        written = json.dumps(aigc, ensure_ascii=False, separators=(",", ":"))
        properties += f"\n TC260:AIGC={quoteattr(written, {chr(34): '&quot;'})}"
    return _PACKET.format(properties=properties).encode() if properties else None


def exif_of(about: dict[str, str]) -> Image.Exif | None:
    """EXIF with these facts; None where there are none."""
    exif = Image.Exif()
    for name, value in about.items():
        tag = FACTS.get(name)
        if tag == TAKEN:
            exif.get_ifd(ExifTags.IFD.Exif)[TAKEN] = value
        elif tag is not None:
            # As bytes, because Pillow writes text as ASCII and names are not.
            exif[tag] = value.encode()
    return exif if about else None


def _xmp_of(picture: Image.Image) -> str:
    found = picture.info.get("xmp") or getattr(picture, "tag_v2", {}).get(_TIFF_XMP) or b""
    return bytes(found[:_MOST]).decode("utf-8", "replace") if isinstance(found, bytes) else str(found)[:_MOST]


def _aigc_of(xmp: str, text: object) -> dict[str, str] | None:
    found = _AIGC.search(xmp)
    written = html.unescape(next(filter(None, found.groups()), "")) if found else text
    if not isinstance(written, str):
        return None
    try:
        label = json.loads(written)
    except (ValueError, RecursionError):
        return None
    if not isinstance(label, dict) or "Label" not in label:
        return None
    return {key: _plain(label.get(key)) for key in AIGC_KEYS}


def _facts_of(picture: Image.Image) -> dict[str, str]:
    # Not picture.getexif(): for PNG that decodes the picture.
    exif = Image.Exif()
    try:
        if picture.format == "TIFF":
            exif = picture.getexif()
        elif isinstance(raw := picture.info.get("exif"), bytes):
            exif.load(raw)
        inner = exif.get_ifd(ExifTags.IFD.Exif)
    except Exception:  # A broken EXIF block does not make a photo useless.
        return {}
    found = {name: _plain((inner if tag == TAKEN else exif).get(tag)) for name, tag in FACTS.items()}
    return {name: value for name, value in found.items() if value}


def _plain(value: object) -> str:
    written = "" if value is None else str(value)
    with suppress(UnicodeError):  # Pillow reads texts as Latin-1, and today's cameras and editors write UTF-8.
        written = written.encode("latin-1").decode()
    return "".join(letter for letter in written if letter.isprintable())[:_LONGEST].strip()
