"""Lists that come in parts, read to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar


class Part(Protocol):
    """A part of a list, which has more where it has a `next`."""

    @property
    def next(self) -> str | None:
        """Where the part after it begins."""


_Part = TypeVar("_Part", bound=Part)


def parts(read: Callable[[str | None], _Part]) -> Iterator[_Part]:
    """Every part of a list, by what reads the one that begins at a cursor."""
    cursor = None
    while True:
        part = read(cursor)
        yield part
        cursor = part.next
        if cursor is None:
            return
