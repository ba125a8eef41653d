"""Requests that only the web reads: what is sent to change coupons and to bill."""

from __future__ import annotations

from typing import Annotated

import msgspec

from engine.decisions.facts import InstantText
from web.subjects import Body

Because = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]


class SavePending(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A coupon as its YAML document, or the number of the version to restore."""

    document: str | None = None
    version: int | None = None


class Enact(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """When a change is to come into force; now without a time."""

    at: InstantText | None = None


class Switch(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Why something is switched on or off, for the journal."""

    because: Because


SWITCH = Body(lambda _: Switch, {"because": "the partner asked for it"})
