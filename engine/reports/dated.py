"""How the rows of a report become dates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dated:
    """How the rows of a report become events.

    `day` is the column with the day, or with the instant at which something ends: its event is on
    the last day on which it still lasts. `kind` and the column `key` make the identity; `text`
    names columns in braces.
    """

    kind: str
    day: str
    key: str
    text: str
