"""Strict YAML with positions, from the events of the C parser.

Every scalar is text. Anchors, aliases, tags and merge keys are errors, each at its own mark, and
so are duplicate keys. Nothing of a file is built that its author could not see: see
`engine.catalogue.characters`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from engine.catalogue.building import MAX_PROBLEMS, Builder, Stop
from engine.catalogue.characters import CONTROL, control, hidden_in_file
from engine.catalogue.nodes import Mapping, Node, Scalar, Sequence
from engine.catalogue.page import Page
from engine.diagnostics import Diagnostic, Span

__all__ = ["Mapping", "Node", "Scalar", "Sequence", "SourceFile", "read"]

MAX_BYTES = 1 << 20
_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as read: its text without a byte order mark, its documents, and what is wrong.

    `folder` is where it lies, if it was read from there.
    """

    name: str
    text: str
    documents: tuple[Node, ...]
    diagnostics: tuple[Diagnostic, ...]
    folder: Path | None = None


def read(name: str, data: bytes) -> SourceFile:
    """Read a file of YAML documents. Never fails: what is wrong is in the diagnostics.

    Reading stops at the first thing that YAML can't read past; the documents before it are
    returned. Empty documents are left out.
    """
    if len(data) > MAX_BYTES:
        return SourceFile(name, "", (), (_too_large(Page(name, ""), len(data)),))
    page, stop = _decode(name, data)
    reader = Builder(page, stop)
    reader.run()
    hidden = hidden_in_file(page, stop.offset if stop else len(page.text))
    problems = sorted([*reader.problems, *islice(hidden, MAX_PROBLEMS)], key=Diagnostic.order)
    return SourceFile(name, page.text, tuple(reader.documents), tuple(problems))


def _too_large(page: Page, size: int) -> Diagnostic:
    message = f"a policy file has at most 1 MiB, and this one has {size} bytes"
    return Diagnostic("too-large", message, page.locate(Span(0, 0)), "split it into several files")


def _decode(name: str, data: bytes) -> tuple[Page, Stop | None]:
    """The text, and the first thing in it that stops reading."""
    for mark, encoding in _OTHER_BOMS:
        if data.startswith(mark):
            return _not_utf8(Page(name, ""), 0, f"the file is {encoding}, not UTF-8")
    body = data.removeprefix(_BOM)
    try:
        page = Page(name, body.decode("utf-8"))
    except UnicodeDecodeError as error:
        page = Page(name, body.decode("utf-8", errors="replace"))
        offset = len(body[: error.start].decode("utf-8"))
        said = f"the file is not UTF-8: it has the byte `0x{body[error.start]:02X}` here"
        return _first(page, _not_utf8(page, offset, said)[1])
    return _first(page, None)


def _not_utf8(page: Page, offset: int, message: str) -> tuple[Page, Stop]:
    place = page.locate(Span(offset, min(offset + 1, len(page.text))))
    return page, Stop(offset, Diagnostic("yaml-syntax", message, place, "save the file as UTF-8"))


def _first(page: Page, stop: Stop | None) -> tuple[Page, Stop | None]:
    """A control character stops reading if it comes before what else does."""
    found = CONTROL.search(page.text, 0, stop.offset if stop else len(page.text))
    if found is None:
        return page, stop
    return page, Stop(found.start(), control(page, Span(*found.span()), found.group()))
