"""Coupons: what is in force, what was, and what is to be."""

from __future__ import annotations

import msgspec

from engine.decisions.decoding import convert
from engine.decisions.facts import read_instant
from engine.decisions.flaws import Flaw, RequestError
from engine.service.caller import Scope
from engine.service.changes.changed import (
    Agreed,
    Discarded,
    Enacted,
    KeptVersion,
    Plan,
    Saved,
    Switched,
    Waiting,
)
from engine.service.changes.coupons import ShownCoupon, ShownCoupons
from engine.service.cursors import read_cursor, write_cursor
from engine.service.errors import NotFound
from web.call import Call
from web.requests import SWITCH, Enact, SavePending, Switch
from web.subjects import PAGED, Body, Subject

SUBJECT = Subject("coupons", "Coupons")
_DOCUMENT = "coupon: spring\ntitle: Spring\ndiscount: 10%\ncodes: [SPRING]\n"


class Versions(msgspec.Struct, frozen=True):
    """The versions of a coupon, the last one first, until `next`."""

    versions: tuple[KeptVersion, ...]
    next: str | None


class PendingChange(msgspec.Struct, frozen=True):
    """A pending change, and what enacting it alters."""

    change: Waiting
    plan: Plan


@SUBJECT.call("GET", "/v1/coupons", Scope.READ, {200: ShownCoupons}, query=PAGED)
def list_coupons(call: Call) -> ShownCoupons:
    """List the coupons in force by name."""
    return call.desk.coupons.list(call.cursor(), call.limit(), call.caller)


@SUBJECT.call("GET", "/v1/coupons/{coupon}", Scope.READ, {200: ShownCoupon})
def show_coupon(call: Call, coupon: str) -> ShownCoupon:
    """Show a coupon as it is in force."""
    return call.desk.coupons.show(coupon, call.caller)


@SUBJECT.call("GET", "/v1/coupons/{coupon}/versions", Scope.READ, {200: Versions}, query=PAGED)
def list_versions(call: Call, coupon: str) -> Versions:
    """List the versions of a coupon, the last one first."""
    cursor, limit = call.cursor(), call.limit()
    found = call.desk.changes.versions(coupon, call.caller)
    if cursor is not None:
        (last,) = read_cursor(cursor, tuple[int])
        found = [each for each in found if each.version < last]
    more = write_cursor((found[limit - 1].version,)) if found[limit:] else None
    return Versions(tuple(found[:limit]), more)


@SUBJECT.call("GET", "/v1/coupons/{coupon}/versions/{version}", Scope.READ, {200: KeptVersion})
def show_version(call: Call, coupon: str, version: str) -> KeptVersion:
    """Show a version of a coupon as it was enacted."""
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise NotFound(f"`{version}` is no number of a version", "list the versions")
    return call.desk.changes.version(coupon, int(version), call.caller)


@SUBJECT.call("GET", "/v1/coupons/{coupon}/pending", Scope.READ, {200: PendingChange})
def show_pending(call: Call, coupon: str) -> PendingChange:
    """Show the pending change of a coupon, and what enacting it alters."""
    waiting = [each for each in call.desk.changes.pending(call.caller) if each.coupon == coupon]
    plans = call.desk.changes.plan(coupon, call.caller).changes
    if not waiting or not plans:
        raise NotFound(f"`{coupon}` has no pending change", "save one with `PUT`")
    return PendingChange(waiting[0], plans[0])


@SUBJECT.call(
    "PUT",
    "/v1/coupons/{coupon}/pending",
    Scope.MANAGE,
    {200: Saved},
    body=Body(lambda _: SavePending, {"document": _DOCUMENT}),
)
def save_pending(call: Call, coupon: str) -> Saved:
    """Save a coupon as its pending change; a new one comes into force at once.

    It is given as its YAML `document`, or as the number of a `version` to be restored.
    """
    request = convert(call.body(), SavePending)
    if (request.document is None) == (request.version is None):
        raise RequestError(Flaw("", "either `document` or `version` is needed"))
    if request.document is not None:
        return call.desk.changes.save(coupon, request.document, call.caller)
    return call.desk.changes.restore(coupon, request.version or 0, call.caller)


@SUBJECT.call("DELETE", "/v1/coupons/{coupon}/pending", Scope.MANAGE, {200: Discarded})
def discard_pending(call: Call, coupon: str) -> Discarded:
    """Take the pending change of a coupon away."""
    return call.desk.changes.discard(coupon, call.caller)


@SUBJECT.call(
    "POST",
    "/v1/coupons/{coupon}/pending/enact",
    Scope.MANAGE,
    {200: Enacted},
    body=Body(lambda _: Enact, {}, optional=True),
)
def enact_pending(call: Call, coupon: str) -> Enacted:
    """Put the pending change of a coupon in force, now or at a set time."""
    request = convert(call.body(), Enact)
    at = None if request.at is None else read_instant(request.at, "/at")
    return call.desk.changes.enact(coupon, call.caller, at)


@SUBJECT.call("POST", "/v1/coupons/{coupon}/pending/approve", Scope.MANAGE, {200: Agreed})
def approve_pending(call: Call, coupon: str) -> Agreed:
    """Agree to the pending change of another person."""
    return call.desk.changes.approve(coupon, call.caller)


@SUBJECT.call("POST", "/v1/coupons/{coupon}/on", Scope.MANAGE, {200: Switched}, body=SWITCH)
def switch_coupon_on(call: Call, coupon: str) -> Switched:
    """Switch a coupon on, at once: its codes can be redeemed again."""
    return _switch(call, coupon, on=True)


@SUBJECT.call("POST", "/v1/coupons/{coupon}/off", Scope.MANAGE, {200: Switched}, body=SWITCH)
def switch_coupon_off(call: Call, coupon: str) -> Switched:
    """Switch a coupon off, at once: what is redeemed goes on applying."""
    return _switch(call, coupon, on=False)


def _switch(call: Call, coupon: str, *, on: bool) -> Switched:
    request = convert(call.body(), Switch)
    return call.desk.changes.switch("coupon", coupon, on, request.because, call.caller)
