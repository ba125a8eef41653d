"""A space whose notices are delivered to receivers of this machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any

from sqlalchemy import text

from engine.calendar import Instant, parse_instant
from engine.outbox.calling import Limits, Telephone
from engine.outbox.courier import Courier, Means
from engine.outbox.delivering import Tally
from engine.outbox.mailing import Mailer, Server
from engine.outbox.webhooks import Webhook, Webhooks
from engine.service.caller import Caller
from engine.service.changes.changes import Changes
from engine.service.notices import Notice
from engine.service.office import Office
from engine.service.redeeming.redemptions import Redemptions
from engine.store.database import Database
from engine.store.statements import Statement
from tests.policies import right

ME = Caller("tests")
NOW = parse_instant("2026-03-01T12:00:00Z")
HERE = (ipaddress.ip_network("127.0.0.0/8"),)
QUICK = Limits(connect=0.5, whole=0.4)
POLICIES = """\
space: acme
timezone: Europe/Zurich
currency: CHF
---
partner: voltaic
title: Voltaic AG
contact: {email: hello@voltaic.example}
---
coupon: spring
title: Spring
discount: 10%
codes: [SPRING]
redemption: [at most 100 redemptions per code]
application: [fee is period]
"""


@dataclass
class Post:
    """A space, its webhooks, and a courier under a clock that tests set."""

    database: Database
    now: Instant = NOW
    mail_port: int = 0
    limits: Limits = QUICK
    policies: str = POLICIES

    def __post_init__(self) -> None:
        self.office = Office(self.database, "acme", lambda: self.now)
        self.webhooks = Webhooks(self.office, HERE)
        self.redemptions = Redemptions(self.office)
        self.push(self.policies)

    def push(self, policies: str) -> None:
        """Read a file of policies."""
        Changes(self.office).push(*right(policies), ME)

    def hook(self, url: str, *events: str, partner: str | None = None) -> Webhook:
        """A new webhook."""
        value = {"url": url, "events": list(events), "partner": partner}
        return self.webhooks.create(value, ME)

    def announce(
        self,
        subject: str = "one",
        kind: Any = "coupon.changed",
        data: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """Announce something."""
        notice = Notice(kind, subject, data or {"coupon": subject}, **more)
        self.office.write(lambda work: work.announce(notice), ME)

    def courier(self) -> Courier:
        """A courier, as one of several processes has it."""
        server = Server("127.0.0.1", self.mail_port)
        mailer = Mailer(server, "Acme <coupons@acme.example>", "https://coupons.acme.example")
        means = Means(Telephone(HERE, self.limits), mailer if self.mail_port else None)
        return Courier(self.database, means, lambda: self.now)

    def deliver(self) -> Tally:
        """Deliver what waits, once."""
        return self.courier().deliver()

    def later(self, seconds: float) -> None:
        """Set the clock forward."""
        self.now = Instant(self.now + round(seconds * 1_000_000))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query answers."""
        with self.database.read() as tx:
            return tx.rows(Statement(text(query)))

    def waiting(self) -> int:
        """How many messages wait."""
        return int(self.rows("SELECT count(*) FROM outbox WHERE due IS NOT NULL")[0][0])


def stopped() -> Event:
    """An event that has happened."""
    found = Event()
    found.set()
    return found
