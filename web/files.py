"""Files as answers: whole before they are sent, since one that breaks off would pass for whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Response

from web.replies import Answered

CSV = "text/csv"
PDF = "application/pdf"
CALENDAR = "text/calendar"
_IN_MEMORY = 1 << 20
_PART = 1 << 16


def file(parts: Iterable[bytes], name: str, media: str) -> Response:
    """A file of some parts under a name, kept on disk meanwhile where it is large."""
    with ExitStack() as held:
        kept = held.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY))
        kept.writelines(parts)
        size = kept.tell()
        kept.seek(0)
        # From here on whoever sends its parts closes it.
        held.pop_all()
    response = Answered(_parts(kept), mimetype=media)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _parts(kept: IO[bytes]) -> Iterator[bytes]:
    with kept:
        while part := kept.read(_PART):
            yield part
