"""What an account has by its codes: each granted subscription, and the sum of those that run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import bindparam, select

from engine.calendar import Instant, format_instant
from engine.catalogue.catalogue import Grants
from engine.service.codes.granting import said_of
from engine.service.codes.specifications import read_grants
from engine.service.errors import NotFound
from engine.service.redeeming.grant_rows import COLUMNS, GrantRow, State
from engine.service.work import Work
from engine.store.statements import Statement
from engine.store.tables import ACCOUNTS, CLIENTS, GRANTS, REDEMPTIONS

_SPELT = select(*COLUMNS, REDEMPTIONS.c.spelling).join(
    REDEMPTIONS,
    (REDEMPTIONS.c.space == GRANTS.c.space) & (REDEMPTIONS.c.redemption == GRANTS.c.redemption),
)


def _of(name: str) -> Statement:
    where = GRANTS.c.space == bindparam("space"), GRANTS.c[name] == bindparam("value")
    return Statement(_SPELT.where(*where).order_by(GRANTS.c.begins, GRANTS.c.redemption))


_OF_ACCOUNT, _OF_SUBSCRIPTION = _of("account"), _of("subscription")
_PARTNER = Statement(
    select(CLIENTS.c.partner)
    .join(
        ACCOUNTS,
        (ACCOUNTS.c.space == CLIENTS.c.space) & (ACCOUNTS.c.client == CLIENTS.c.client),
    )
    .where(ACCOUNTS.c.space == bindparam("space"), ACCOUNTS.c.account == bindparam("account"))
)


class Entitlement(msgspec.Struct, frozen=True):
    """A subscription that a code granted, and what is in it, `from` and `until` when.

    `features` are by name, those of add-ons too, and `hex` as their set writes them. It `ended`
    before its time where another took its place, or its redemption was removed.
    """

    subscription: str
    status: State
    account: str | None
    redemption: str
    code: str
    coupon: str
    plan: str | None
    features: tuple[str, ...]
    hex: str | None
    add_ons: tuple[str, ...] = msgspec.field(name="add-ons")
    points: int | None
    subaccounts: int | None
    start: str = msgspec.field(name="from")
    until: str | None
    ended: str | None
    client: str | None
    partner: str | None


class Entitled(msgspec.Struct, frozen=True):
    """The sum of what runs: all features, all points and subaccounts, until the first end.

    It is the same until then, or until something begins.
    """

    plans: tuple[str, ...]
    features: tuple[str, ...]
    add_ons: tuple[str, ...] = msgspec.field(name="add-ons")
    points: int
    subaccounts: int
    until: str | None


class Entitlements(msgspec.Struct, frozen=True):
    """What an account has at a moment, and what it had and will have."""

    account: str
    at: str
    running: Entitled
    subscriptions: tuple[Entitlement, ...]


def entitlements(work: Work, account: str, at: Instant) -> Entitlements:
    """What an account has at a moment.

    A partner sees what was issued to it, of the accounts of its clients. Raises `NotFound` for
    other accounts.
    """
    _check_own(work, account)
    found = _rows(work, _OF_ACCOUNT, account)
    running = [row for row, _ in found if row.state(at) == "running"]
    whole = _sum([_grants(work, row) for row in running], running)
    lines = tuple(_entitlement(work, *each, at) for each in found)
    return Entitlements(account, format_instant(at), whole, lines)


def _check_own(work: Work, account: str) -> None:
    partner = work.caller.partner
    if partner is None:
        return
    row = work.tx.row(_PARTNER, space=work.space, account=account)
    if row is None or row[0] != partner:
        raise NotFound(f"no client has an account `{account}`", "check its spelling")


def granted_to(work: Work, subscription: str) -> tuple[Entitlement, ...]:
    """What codes have granted to a subscription, as it is now."""
    found = _rows(work, _OF_SUBSCRIPTION, subscription)
    return tuple(_entitlement(work, *each, work.now) for each in found)


def _rows(work: Work, statement: Statement, value: str) -> list[tuple[GrantRow, str]]:
    """Rows with the spellings of their codes, as far as the caller may see them."""
    partner = work.caller.partner
    rows = work.tx.rows(statement, space=work.space, value=value)
    found = [(GrantRow(*row[:-1]), row[-1]) for row in rows]
    return [each for each in found if partner is None or each[0].partner == partner]


def _grants(work: Work, row: GrantRow) -> Grants:
    found = read_grants(row.grants, work.book.spellings.feature_sets)
    assert found is not None, "a row grants something"  # noqa: S101
    return found


def _entitlement(work: Work, row: GrantRow, spelling: str, at: Instant) -> Entitlement:
    said = said_of(_grants(work, row))
    return Entitlement(
        subscription=row.subscription,
        status=row.state(at),
        account=row.account,
        redemption=row.redemption,
        code=spelling,
        coupon=row.coupon,
        plan=said.plan,
        features=said.features,
        hex=said.hex,
        add_ons=said.add_ons,
        points=said.points,
        subaccounts=said.subaccounts,
        start=format_instant(row.begins),
        until=_text(row.until),
        ended=_text(row.ended),
        client=row.client,
        partner=row.partner,
    )


def _sum(grants: Sequence[Grants], rows: Sequence[GrantRow]) -> Entitled:
    said = [said_of(each) for each in grants]
    first = min((each.over for each in rows if each.over is not None), default=None)
    return Entitled(
        plans=_all((each.plan,) for each in said if each.plan is not None),
        features=_all(each.features for each in said),
        add_ons=_all(each.add_ons for each in said),
        points=sum(each.points or 0 for each in said),
        subaccounts=sum(each.subaccounts or 0 for each in said),
        until=_text(first),
    )


def _all(names: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All names in their order, each once."""
    return tuple(dict.fromkeys(name for each in names for name in each))


def _text(moment: Instant | None) -> str | None:
    return None if moment is None else format_instant(moment)
