"""Types that msgspec knows, whichever thread needs them first.

msgspec looks at a type when it first reads one. Where two threads make it look at the same type at
once it ends the process (a segmentation fault, in 0.22), so one does, and the others wait.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Any, TypeVar

import msgspec

_Kind = TypeVar("_Kind")

_learning = Lock()


@lru_cache(1024)
def learn(kind: type[Any]) -> None:
    """Let msgspec look at a type, and at the types in it, unless it knows it already."""
    with _learning:
        msgspec.json.Decoder(kind)


def decode_as(text: bytes | str, kind: type[_Kind]) -> _Kind:
    """JSON text as a value of a type. Raises what msgspec raises."""
    learn(kind)  # type: ignore[arg-type] # types are hashable
    return msgspec.json.decode(text, type=kind)
