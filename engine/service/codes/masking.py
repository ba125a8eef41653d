"""Codes as they are told to whoever need not have them."""

from __future__ import annotations

import re

_SHOWN = 4
_SYMBOL = re.compile(r"[^\W_]")


def masked(code: str) -> str:
    """A code without its symbols but the last four: `****-****-****-0TNE`.

    Of a shorter one half of them are told at most.
    """
    symbols = len(_SYMBOL.findall(code))
    hidden = symbols - min(_SHOWN, symbols // 2)
    return _SYMBOL.sub("*", code, count=hidden) if hidden else code
