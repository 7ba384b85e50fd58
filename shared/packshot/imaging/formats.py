"""Which kind of file it is, by its content. The real type counts, never the name."""

from __future__ import annotations

from enum import StrEnum

from packshot.errors import BadPhoto


class PictureFormat(StrEnum):
    """The raster formats that packshot takes."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    TIFF = "tiff"
    BMP = "bmp"
    GIF = "gif"
    AVIF = "avif"

    @property
    def media_type(self) -> str:
        """`image/…`."""
        return f"image/{self.value}"


TAKEN = "packshot takes JPEG, PNG, WebP, TIFF, BMP, AVIF and still GIF pictures"

_MAGIC = (
    (b"\xff\xd8\xff", PictureFormat.JPEG),
    (b"\x89PNG\r\n\x1a\n", PictureFormat.PNG),
    (b"GIF87a", PictureFormat.GIF),
    (b"GIF89a", PictureFormat.GIF),
    (b"II*\x00", PictureFormat.TIFF),
    (b"MM\x00*", PictureFormat.TIFF),
    (b"II+\x00", PictureFormat.TIFF),
    (b"MM\x00+", PictureFormat.TIFF),
    (b"BM", PictureFormat.BMP),
)
_NOT_TAKEN = (
    (b"%PDF-", "a PDF document. Export its page as a JPEG or PNG picture"),
    (b"8BPS", "a Photoshop document. Export it as JPEG, PNG or TIFF"),
    (b"\xff\x0a", "a JPEG XL picture. Save it as JPEG or PNG"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture. Save it as JPEG or PNG"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture. Save it as JPEG or PNG"),
    (b"PK\x03\x04", "a ZIP archive or an office document. Upload the pictures themselves"),
    (b"\x1f\x8b", "a gzip archive. Upload the pictures themselves"),
    (b"%!PS", "a PostScript document. Export it as JPEG or PNG"),
)
_HEAD = 4096


def format_of(content: bytes | memoryview) -> PictureFormat:
    """The picture format of `content`. Raises BadPhoto saying what the file is instead, and what to do."""
    if not len(content):
        raise BadPhoto("The file is empty (0 bytes). Upload it again.")
    head = bytes(content[:_HEAD])
    for magic, known in _MAGIC:
        if head.startswith(magic):
            return known
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return PictureFormat.WEBP
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    raise BadPhoto(f"The file is {_what_else(head)}; {TAKEN}.")


def _iso_media(head: bytes) -> PictureFormat:
    # ISO/IEC 14496-12, 4.3: the major brand, a version, then the compatible brands up to the end of the box.
    box = head[: int.from_bytes(head[:4], "big")]
    brands = {box[at : at + 4] for at in range(8, len(box), 4) if at != 12}
    if b"avis" in brands and box[8:12] == b"avis":
        raise BadPhoto("The AVIF picture is animated. Upload a still picture: one photo a file.")
    if b"avif" in brands:
        return PictureFormat.AVIF
    if brands & {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}:
        raise BadPhoto(
            "The file is a HEIC picture, as iPhones make them. Save it as JPEG "
            "(on the phone: Settings, Camera, Formats, Most Compatible)."
        )
    raise BadPhoto(f"The file is a video; {TAKEN}.")


def _what_else(head: bytes) -> str:
    for magic, what in _NOT_TAKEN:
        if head.startswith(magic):
            return what
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text):
        return "an SVG drawing. Export it as PNG"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "a web page (HTML), not a picture. If you gave a link, give the link of the picture itself"
    return "text, not a picture" if _is_text(head) else "of an unknown kind"


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The end of the excerpt may have cut a character in two.
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return all(letter.isprintable() or letter.isspace() for letter in text)
