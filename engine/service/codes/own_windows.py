"""Windows of codes: one sentence each, read when it is given."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.own_rules import NoWindow, code_window


def spelt_window(sentence: str | None, zone: ZoneInfo | None) -> str | None:
    """A window in its canonical spelling.

    Raises `RequestError` for a sentence that is none, with its place.
    """
    if sentence is None:
        return None
    try:
        return code_window(sentence, zone, "window").policy.text
    except NoWindow as error:
        message = f"column {error.column}: {error}"
        raise RequestError(Flaw("/window", message)) from None
