"""A space whose codes grant subscriptions, and what its accounts have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update

from engine.language.vocabulary import Fold
from engine.service.answers import Grant, Redemption, Refusal
from engine.service.codes.codes import Codes, ShownCode
from engine.service.codes.issuing import Issuing
from engine.service.keeping import upkeep
from engine.service.redeeming.entitlements import Entitlement, Entitlements
from engine.store.database import Database
from engine.store.statements import Statement, Values, insertion
from engine.store.tables import ACCOUNTS, CLIENTS, CODES, OUTBOX
from tests.service.desk import ME, Desk
from tests.service.issuing import KEY, mint_of

POLICIES = """\
space: acme
timezone: Europe/Zurich
---
features: rayleighconnect
width: 16
bits: {15: Dashboards, 14: Archive, 13: Sensors, 12: Map}
named: {Core: E000}
---
coupon: pro
title: Professional, 12 months
valid: 12 months
grants: {plan: professional, points: 50, subaccounts: 4, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: pro-again
title: The same, from another campaign
grants: {plan: professional, points: 50, subaccounts: 4, duration: 12 months}
redemption: [at most 1 redemption per code]
---
coupon: enterprise
title: Enterprise, 6 months
grants: {plan: enterprise, points: 100, duration: 6 months}
redemption: [at most 1 redemption per code]
---
coupon: endless
title: For ever
grants: {plan: endless}
redemption: [at most 1 redemption per code]
---
coupon: sensors
title: Sensors, one month
grants: {features: [Sensors, Map], add-ons: [Archive], duration: 1 month}
redemption: [at most 1 redemption per code]
---
coupon: ten
title: Ten per cent
discount: 10%
codes: [TEN]
application: [fee is period]
"""
CAREFUL = POLICIES.replace("Europe/Zurich", "Europe/Zurich\napprovals: {activations: 1}")
ACCOUNT = {"customer": {"id": "cus-1"}}

_ADD_CLIENT, _ADD_ACCOUNT = insertion(CLIENTS), insertion(ACCOUNTS)
_OUTBOX = Statement(
    select(OUTBOX.c.kind, OUTBOX.c.receiver, OUTBOX.c.body).order_by(OUTBOX.c.message)
)


@dataclass
class Vault:
    """Issues codes that grant something, and activates them, in few words."""

    desk: Desk

    def __post_init__(self) -> None:
        self.issuing, self.codes = Issuing(self.desk.office), Codes(self.desk.office)

    def code(self, coupon: str = "pro") -> str:
        """A new code of a coupon."""
        (code,) = self.issuing.issue(coupon, {}, ME).codes
        return code

    def ask(self, code: str, account: str | None = "cus-1", **more: Any) -> Redemption | Refusal:
        """Redeem a code on an account, for a subscription of its own."""
        customer = {} if account is None else {"customer": {"id": account}}
        body = {"at": self.desk.moment, "code": code, **customer, **more}
        return self.desk.redemptions.redeem(body, ME)

    def redeemed(self, code: str, account: str | None = "cus-1", **more: Any) -> Redemption:
        answer = self.ask(code, account, **more)
        assert isinstance(answer, Redemption), answer
        return answer

    def granted(self, code: str, account: str | None = "cus-1", **more: Any) -> Grant:
        """What redeeming a code grants."""
        grant = self.redeemed(code, account, **more).grants
        assert grant is not None
        return grant

    def entitlements(self, account: str = "cus-1", at: str | None = None) -> Entitlements:
        return self.desk.accounts.entitlements(account, at or self.desk.moment, ME)

    def has(self, account: str = "cus-1", at: str | None = None) -> list[Entitlement]:
        """What an account was granted, by when it begins."""
        return list(self.entitlements(account, at).subscriptions)

    def spans(self, account: str = "cus-1") -> list[tuple[str, str | None, str | None]]:
        """From and until when an account has something, and when that was cut short."""
        return [(day(each.start), day(each.until), day(each.ended)) for each in self.has(account)]

    def shown(self, code: str) -> ShownCode:
        return self.codes.show(code, ME)

    # --- what others do

    def run(self, statement: Statement, **values: object) -> None:
        self.desk.office.write(lambda work: work.tx.run(statement, space="acme", **values), ME)

    def client(self, client: str, *accounts: str, partner: str | None = None) -> None:
        """A client with some accounts."""
        row: Values = {"title": client, "email": f"{client}@example.com", "responsible": None}
        self.run(_ADD_CLIENT, client=client, partner=partner, created=0, **row)
        for account in accounts:
            self.run(_ADD_ACCOUNT, account=account, client=client, created=0)

    def set(self, code: str, **values: object) -> None:
        """Write something into the row of a code."""
        here = CODES.c.space == bindparam("space"), CODES.c.code == bindparam("here")
        to = {name: bindparam(f"to_{name}") for name in values}
        said = {f"to_{name}": value for name, value in values.items()}
        self.run(
            Statement(update(CODES).where(*here).values(**to)), here=Fold.CODE.apply(code), **said
        )

    def told(self) -> list[tuple[str, str, str]]:
        """What the outbox holds: the kind, who is told, and what."""
        with self.desk.office.database.read() as tx:
            return [(kind, to, body) for kind, to, body in tx.rows(_OUTBOX)]


def day(moment: str | None) -> Any:
    """The day of an instant as answers have it."""
    return None if moment is None else moment[:10]


def vault_of(database: Database, policies: str = POLICIES) -> Vault:
    """A vault over a database, with some policies."""
    desk = mint_of(database, KEY).desk
    desk.push(policies)
    return Vault(desk)


@pytest.fixture
def vault(database: Database) -> Iterator[Vault]:
    """A vault; when a test is done the store is whole."""
    found = vault_of(database)
    yield found
    found.desk.check()
    assert upkeep.check(database) == []


@pytest.fixture
def careful(database: Database) -> Vault:
    """A vault of a space where another person agrees before a code is activated."""
    return vault_of(database, CAREFUL)
