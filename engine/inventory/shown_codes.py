"""Codes of the inventory as they are listed and shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, bindparam, case, select

from engine.calendar import DAY, format_instant
from engine.catalogue.catalogue import Grants
from engine.inventory.code_rows import Note
from engine.inventory.days import day_text
from engine.inventory.filters import StatusCode
from engine.inventory.history import Happened
from engine.service.clients import client_name
from engine.service.codes.granting import said_of
from engine.service.codes.specifications import NOTHING, read_grants
from engine.service.codes.validated import CodeGrants
from engine.service.redeeming.grant_rows import STANDS
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import ACTIVATIONS, GRANTS

_SIZE = 100
"""So many codes one statement asks for; in the place of others the empty text, which is none."""


def _any_of() -> list[BindParameter[str]]:
    return [bindparam(f"v{number}") for number in range(_SIZE)]


_GRANTED = Statement(
    select(
        GRANTS.c.code,
        GRANTS.c.subscription,
        GRANTS.c.account,
        GRANTS.c.begins,
        GRANTS.c.until,
        GRANTS.c.ended,
    )
    .where(GRANTS.c.space == bindparam("space"), GRANTS.c.code.in_(_any_of()))
    # The one that stands is the last of its code.
    .order_by(case((STANDS, 1), else_=0), GRANTS.c.recorded, GRANTS.c.redemption)
)
_WAITING = Statement(
    select(
        ACTIVATIONS.c.code,
        ACTIVATIONS.c.account,
        ACTIVATIONS.c.who,
        ACTIVATIONS.c.asked,
        ACTIVATIONS.c.approvals,
    ).where(ACTIVATIONS.c.space == bindparam("space"), ACTIVATIONS.c.code.in_(_any_of()))
)


class Subscribed(msgspec.Struct, frozen=True):
    """The subscription that a code granted, of which account, from and until when.

    `ended` is when it was cut short.
    """

    subscription: str
    account: str | None
    begins: str
    until: str | None
    ended: str | None


class AskedFor(msgspec.Struct, frozen=True):
    """An activation that waits: who asked when, who agreed, and how many have yet to."""

    account: str
    who: str
    asked: str
    agreed: tuple[str, ...]
    missing: int


class ListedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the inventory, with all that it grants.

    `days_left` are whole days until it `expires`, `notes` how many there are. `replaces` and
    `replaced_by` are the codes that it was exchanged for.
    """

    code: str
    coupon: str
    title: str
    status: str
    active: bool
    issued: str
    expires: str | None
    days_left: int | None
    grants: CodeGrants | None
    specification: int | None
    partner: str | None
    client: str | None
    project: str | None
    assigned: str | None
    planned: str | None
    reference: str | None
    purchase: str | None
    batch: str | None
    customer: str | None
    notes: int
    subscription: Subscribed | None
    waiting: AskedFor | None
    replaces: str | None
    replaced_by: str | None


class ListedCodes(msgspec.Struct, frozen=True):
    """Codes in their order, until `next`."""

    codes: tuple[ListedCode, ...]
    next: str | None


class WholeCode(msgspec.Struct, frozen=True):
    """A code, its notes, and what happened to it, the first first."""

    code: ListedCode
    notes: tuple[Note, ...]
    history: tuple[Happened, ...]


def listed(work: Work, codes: Sequence[StatusCode]) -> tuple[ListedCode, ...]:
    """Codes as they are listed."""
    keys = [each.row.code for each in codes]
    subscribed, waiting = _subscribed(work, keys), _waiting(work, keys)
    return tuple(
        _listed(work, each, subscribed.get(each.row.code), waiting.get(each.row.code))
        for each in codes
    )


def _listed(
    work: Work, code: StatusCode, subscribed: Subscribed | None, waiting: AskedFor | None
) -> ListedCode:
    row, policy = code.row, work.book.coupons[code.row.coupon].ready.policy
    end = row.ends(work)
    return ListedCode(
        code=row.spelling,
        coupon=row.coupon,
        title=policy.title or row.coupon,
        status=code.status,
        active=bool(row.active),
        issued=format_instant(row.issued),
        expires=None if end is None else format_instant(end),
        days_left=None if end is None else max(end - work.now, 0) // DAY,
        grants=granted_by(work, row.grants),
        specification=row.spec,
        partner=row.partner,
        client=client_name(work, row.client),
        project=row.project,
        assigned=None if row.assigned is None else format_instant(row.assigned),
        planned=day_text(work, row.planned),
        reference=row.reference,
        purchase=row.purchase,
        batch=row.batch,
        customer=row.customer,
        notes=len(row.noted),
        subscription=subscribed,
        waiting=waiting,
        replaces=row.replaces,
        replaced_by=row.replaced_by,
    )


def granted_by(work: Work, text: str | None) -> CodeGrants | None:
    """What a code grants, as it is kept with it."""
    if text is None or text == NOTHING:
        return None
    grants: Grants | None = read_grants(text, work.book.spellings.feature_sets)
    if grants is None:
        return None
    return CodeGrants(*said_of(grants), None if grants.duration is None else str(grants.duration))


def _subscribed(work: Work, keys: Iterable[str]) -> dict[str, Subscribed]:
    """What codes grant that stand redeemed, and what others granted last, by them."""
    return {
        code: Subscribed(
            subscription,
            account,
            format_instant(begins),
            None if until is None else format_instant(until),
            None if ended is None else format_instant(ended),
        )
        for code, subscription, account, begins, until, ended in _rows(work, _GRANTED, keys)
    }


def _waiting(work: Work, keys: Iterable[str]) -> dict[str, AskedFor]:
    """What waits for approval, by codes."""
    found = {}
    for code, account, who, asked, approvals in _rows(work, _WAITING, keys):
        agreed = msgspec.json.decode(approvals, type=tuple[str, ...])
        missing = max(1, work.book.space.activations - len(agreed))
        found[code] = AskedFor(account, who, format_instant(asked), agreed, missing)
    return found


def _rows(work: Work, statement: Statement, keys: Iterable[str]) -> list[tuple[Any, ...]]:
    wanted, found = list(keys), []
    for start in range(0, len(wanted), _SIZE):
        part = wanted[start : start + _SIZE]
        filled = part + [""] * (_SIZE - len(part))
        values = {f"v{number}": value for number, value in enumerate(filled)}
        found += work.tx.rows(statement, space=work.space, **values)
    return found
