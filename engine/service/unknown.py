"""Names that nothing has: what to say, with the name that was meant where one is near."""

from __future__ import annotations

from collections.abc import Iterable

from engine.diagnostics.suggest import did_you_mean
from engine.service.errors import NotFound

SPELLING = "check its spelling"


def meant(name: str, known: Iterable[str], otherwise: str = SPELLING) -> str:
    """What to do about a name that is none of those that whoever asks may know."""
    return did_you_mean(name, known) or otherwise


def unknown(kind: str, name: str, known: Iterable[str], otherwise: str = SPELLING) -> NotFound:
    """The error for such a name of a kind of thing."""
    return NotFound(f"no {kind} is called `{name}`", meant(name, known, otherwise))
