"""Pictures that others give are drawn small and plain, or refused, whatever they are."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from engine.paper.pictures import BadPicture, picture
from tests.paper.looking import logo


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_is_drawn_on_white(form: str) -> None:
    drawn = picture(logo(form))
    assert (drawn.mode, drawn.size) == ("RGB", (400, 160))
    assert drawn.getpixel((390, 80)) == (255, 255, 255)
    red, green, blue = drawn.getpixel((80, 80))  # type: ignore[misc]
    assert blue > green > red


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "I;16"])
def test_pictures_of_every_mode_are_drawn(mode: str) -> None:
    target = BytesIO()
    Image.new(mode, (30, 20)).save(target, "JPEG" if mode == "CMYK" else "PNG")
    assert picture(target.getvalue()).mode == "RGB"


def test_a_large_picture_is_made_small() -> None:
    assert picture(logo(size=(3000, 1000))).size == (640, 213)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no PNG or JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG or JPEG"),
        (b"GIF89a" + bytes(100), "no PNG or JPEG"),
        (logo()[:200], "a broken one"),
        (logo("JPEG")[:300], "a broken one"),
        (logo()[:40] + bytes(400), "a broken one"),
        (bytes(1_000_001), "1000001 bytes, and 1000000 are allowed"),
        (bomb(50_000, 50_000), "no PNG or JPEG picture, or a broken one"),
        (bomb(12_000, 12_000), "12000 × 12000 pixels"),
        (bomb(5_000, 5_000), "5000 × 5000 pixels"),
        (bomb(100, 100), "a broken one"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadPicture, match=said):
        picture(data)
