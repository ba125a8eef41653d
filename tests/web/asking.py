"""The application over a store in memory, asked by its test client."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.calendar import Instant, parse_instant
from engine.service.caller import ALL, Caller, Scope
from engine.service.changes.changes import Changes
from engine.service.keeping.keys import Keys
from engine.service.office import Office
from tests.databases import in_memory
from tests.policies import right
from web.app import create_app
from web.services import Options

NOW = "2026-03-01T12:00:00Z"
ME = Caller("tests")
POLICIES = """\
space: acme
timezone: Europe/Zurich
currency: CHF
---
coupon: spring
title: Spring offer
discount: 10%
codes: [SPRING, Primavera]
redemption:
  - at most 3 redemptions per code
application: [fee is period]
---
coupon: swiss
title: Swiss offer
discount: 20%
codes: [SWISS]
redemption:
  - customer.country is CH
  - at most 5 redemptions per code
application: [fee is period]
---
coupon: past
title: Past offer
discount: 50%
codes: [PASTOFFER]
redemption:
  - before 2026-01-01
  - at most 5 redemptions per code
application: [fee is period]
"""


@dataclass(frozen=True)
class Said:
    """What was answered."""

    status: int
    body: Any
    headers: Any

    @property
    def problem(self) -> str:
        """The name of the problem that it is."""
        assert self.headers["Content-Type"] == "application/problem+json", self
        assert self.body["status"] == self.status
        return str(self.body["type"]).removeprefix("/problems/")


@dataclass
class Web:
    """An application, the store below it, and a clock that tests set."""

    options: Options = field(default_factory=lambda: Options(refusal_step=0))
    now: Instant = field(default_factory=lambda: parse_instant(NOW))
    extra: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        self.database = in_memory()
        self.app: Flask = create_app(
            self.database, self.options, clock=lambda: self.now, extra=self.extra
        )
        self.client: FlaskClient = self.app.test_client()
        self.push(POLICIES)
        self.all = self.key(*ALL)

    def push(self, text: str, space: str = "acme") -> None:
        """Read a file of policies into a space."""
        office = Office(self.database, space, lambda: self.now)
        Changes(office).push(*right(text), ME)

    def key(self, *scopes: Scope, space: str = "acme", name: str = "tests") -> str:
        """A new key with these scopes."""
        return Keys(self.database).create(space, name, scopes, self.now, "tests")

    def ask(
        self,
        call: str,
        body: object = None,
        key: str | None = "all",
        *,
        repeat: str | None = None,
        **headers: str,
    ) -> Said:
        """Make a call such as `POST /v1/redeem` with JSON, by the key with every scope."""
        method, path = call.split(" ", 1)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["Authorization"] = f"Bearer {self.all if key == 'all' else key}"
        if repeat is not None:
            sent["Idempotency-Key"] = repeat
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        return said(self.client.open(path, method=method, data=body, headers=sent))

    def redeem(self, code: str = "SPRING", subscription: str = "sub-1", **more: Any) -> Said:
        """Redeem a code."""
        key, repeat = more.pop("key", "all"), more.pop("repeat", None)
        body = {"code": code, "subscription": {"id": subscription}, **more}
        return self.ask("POST /v1/redeem", body, key, repeat=repeat)

    def charge(self, *ids: str, subscription: str = "sub-1", **more: Any) -> Said:
        """Record charges of 100 CHF for a period."""
        body = {
            "subscription": {"id": subscription},
            "charges": [fee(each) for each in ids],
            **more,
        }
        return self.ask("POST /v1/charges", body)


def fee(charge: str, **more: Any) -> dict[str, Any]:
    """A charge of 100 CHF for a period."""
    return {"id": charge, "fee": "period", "amount": "100.00", "currency": "CHF", **more}


def said(response: TestResponse) -> Said:
    """What a response says; JSON where it is some."""
    is_json = response.mimetype.endswith("json") and response.data
    body = json.loads(response.data) if is_json else response.data
    return Said(response.status_code, body, response.headers)
