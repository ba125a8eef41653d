"""The logos of partners: files beside their documents, checked before anything prints them."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Literal, TypeAlias

from engine.catalogue.nodes import Scalar
from engine.catalogue.report import Report

Media: TypeAlias = Literal["image/png", "image/jpeg"]

MAX_BYTES = 1_000_000
MAX_SIDE = 4096
"""Pixels: a small file can be the picture of a large one, which would fill the memory."""

_MEDIA: dict[str, Media] = {"PNG": "image/png", "JPEG": "image/jpeg"}
_SIGNS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture as its file has it."""

    media: Media
    image: bytes


def read_logo(written: Scalar, folder: Path, report: Report) -> Logo | None:
    """The logo that a document of this folder names; what is wrong with it is reported."""
    name = written.text.strip()
    path = _inside(folder, name)
    if path is None:
        message = f"`{name}` is no file in the folder of its document"
        report.at("wrong-shape", message, written, "put the logo beside the document")
        return None
    image = _read(path, written, report)
    return None if image is None else _checked(image, written, report)


def _inside(folder: Path, name: str) -> Path | None:
    """The path of a file below a folder; None for one that is elsewhere, also through a link."""
    is_absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor
    if is_absolute or "\0" in name:
        return None
    try:
        home, path = folder.resolve(), (folder / name).resolve()
    except (OSError, RuntimeError):
        return None
    return path if path.is_relative_to(home) and path != home else None


def _read(path: Path, written: Scalar, report: Report) -> bytes | None:
    """What a file holds, unless it is too large."""
    name = written.text.strip()
    try:
        if not path.is_file():
            message = f"there is no file `{name}` beside this one"
            report.at("unknown-value", message, written, "put the logo there, or correct its name")
            return None
        with path.open("rb") as file:
            image = file.read(MAX_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "unknown error").lower()
        message = f"the file `{name}` can't be read: {why}"
        report.at("unknown-value", message, written, "make it readable")
        return None
    if len(image) > MAX_BYTES:
        message = f"the logo `{name}` is larger than 1 MB"
        report.at("too-large", message, written, "save it smaller; 400 pixels across are plenty")
        return None
    return image


def _checked(image: bytes, written: Scalar, report: Report) -> Logo | None:
    """A picture that can be drawn."""
    name = written.text.strip()
    media = media_of(image)
    if media is None:
        message = f"`{name}` is not a PNG or JPEG picture of at most {MAX_SIDE} × {MAX_SIDE} pixels"
        report.at("wrong-shape", message, written, "save the logo as PNG or JPEG")
        return None
    return Logo(media, image)


def media_of(image: bytes) -> Media | None:
    """What kind of picture it is; None for what can't be drawn, or would be too large."""
    if not image.startswith(_SIGNS):
        return None
    # Loaded only here: most catalogues have no logo.
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(image), formats=list(_MEDIA)) as picture:
            if max(picture.size) > MAX_SIDE:
                return None
            picture.load()
            return _MEDIA[picture.format or ""]
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
