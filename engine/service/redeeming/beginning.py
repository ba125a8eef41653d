"""When a granted subscription begins, beside those that an account has (behaviour.md, Redeeming).

One of the same specification goes on where the last one of them ends. Beside another one it needs
a word: `after` all that the account has, to `replace` what runs, or to `add` it at once. What is to
come counts like what runs: two requests at the same time have moments in either order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from engine.calendar import Instant, format_instant
from engine.decisions.explanation import Reason
from engine.decisions.shown import FactText
from engine.language.moments import moment_text
from engine.service.redeeming.grant_rows import GrantRow
from engine.service.requests import Running

_AFTER = '`"running": "after"` to begin when it ends'
_NOW = '`"running": "replace"` to end it, `"running": "add"` to have both'


class Beginning(NamedTuple):
    """When a grant begins, and which others it ends then."""

    at: Instant
    replaced: tuple[GrantRow, ...] = ()


class Asked(NamedTuple):
    """A grant that is asked for: what is in it, from which moment on, and with which word.

    It is recorded `now`; `zone` is the one that moments are told in.
    """

    grants: str
    at: Instant
    now: Instant
    running: Running | None = None
    zone: ZoneInfo | None = None


def beginning(asked: Asked, rows: Sequence[GrantRow]) -> Beginning | Reason:
    """When a grant begins for an account that has others, or why it needs a word."""
    has = [each for each in rows if not each.is_over(asked.at)]
    if asked.running == "add":
        return Beginning(asked.at)
    if asked.running == "replace":
        return Beginning(asked.at, tuple(each for each in has if _runs(each, asked)))
    same = [each for each in has if each.grants == asked.grants]
    before = has if asked.running == "after" else same
    if has and not before:
        return _needs_word(asked, has, f"say {_AFTER}, {_NOW}")
    endless = [each for each in before if each.over is None]
    if endless:
        return _needs_word(asked, endless, f"say {_NOW}: nothing can come after it")
    ends = [each.over for each in before if each.over is not None]
    return Beginning(max(ends, default=asked.at))


def _runs(row: GrantRow, asked: Asked) -> bool:
    """Whether it has begun, at the moment that is asked for or since then."""
    return row.begins <= max(asked.at, asked.now)


def _needs_word(asked: Asked, rows: Sequence[GrantRow], remedy: str) -> Reason:
    said = "; ".join(_said(each, asked) for each in rows)
    facts: dict[str, FactText] = {"running": [each.subscription for each in rows]}
    ends = [each.over for each in rows if each.over is not None]
    if len(ends) == len(rows):
        facts["running.until"] = format_instant(max(ends))
    message = f"the account has a subscription already: {said}"
    return Reason("grant_active", message, facts=facts, remedy=remedy)


def _said(row: GrantRow, asked: Asked) -> str:
    """A grant in words."""
    plan = msgspec.json.decode(row.grants).get("plan")
    what = f"`{row.subscription}`" + (f" ({plan})" if plan else "")
    end = "without an end" if row.over is None else f"until {moment_text(row.over, asked.zone)}"
    if row.begins > asked.at:
        return f"{what} is to run from {moment_text(row.begins, asked.zone)} {end}"
    return f"{what} runs {end}"
