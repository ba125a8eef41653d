"""The shipped policies in a store, walked through over HTTP and by command."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from engine.calendar import Instant
from engine.service.caller import ALL, Scope
from engine.service.keeping.keys import Keys
from engine.service.office import system_clock
from engine.store.database import Database
from tests.cli import running
from tests.cli.running import SHIPPED
from tests.web.asking import Said, said
from web.app import create_app
from web.services import Options

DAY = 86_400_000_000
SPACE = "examples"
PARTNER = "acme-energy"
PROFESSIONAL, CORE = "professional-12-months", "core-12-months"


@dataclass
class Walk:
    """A store with the shipped policies in force, asked as an operator and as a partner.

    Commands run by the clock of the machine, HTTP by one that can be set ahead.
    """

    url: str
    seal_keys: str
    ahead: int = 0
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.database = Database(self.url)
        options = Options(refusal_step=0, seal_keys=self.seal_keys)
        self.client = create_app(self.database, options, clock=self.now).test_client()
        self.operator = self._key(ALL)
        self.partner = self._key({Scope.INVENTORY, Scope.REASONS}, PARTNER)

    def now(self) -> Instant:
        """The moment that HTTP sees."""
        return Instant(system_clock() + self.ahead)

    def _key(self, scopes: Any, partner: str | None = None) -> str:
        keys = Keys(self.database)
        return keys.create(
            SPACE, partner or "operator", scopes, system_clock(), "tests", partner=partner
        )

    def http(self, call: str, body: object = None, key: str | None = None) -> Said:
        """Make a call, as the operator unless another key is given."""
        method, path = call.split(" ", 1)
        headers = {"Authorization": f"Bearer {self.operator if key is None else key}"}
        data = None if body is None else json.dumps(body)
        kind = None if body is None else "application/json"
        return said(
            self.client.open(path, method=method, data=data, headers=headers, content_type=kind)
        )

    def done(self, call: str, body: object = None, key: str | None = None) -> Any:
        """What a call answers that succeeds."""
        answer = self.http(call, body, key)
        assert answer.status in (200, 201, 202), answer
        return answer.body

    def command(self, *arguments: object, code: int = 0) -> str:
        """What a command prints that ends with a code."""
        where = ("--database", self.url, "--policies", str(SHIPPED))
        found = running.run(*map(str, arguments), *where)
        assert found.code == code, found
        return found.out + found.err

    def bought(self, coupon: str = PROFESSIONAL, count: int = 2, **more: Any) -> Any:
        """A purchase of the partner, over HTTP, with its codes."""
        lines = [{"coupon": coupon, "count": count}]
        body = {"partner": PARTNER, "lines": lines, **more}
        number = self.done("POST /v1/inventory/purchases", body)["purchase"]
        return self.done(f"GET /v1/inventory/purchases/{number}")

    def codes(self, coupon: str = PROFESSIONAL, count: int = 2, **more: Any) -> list[str]:
        """The codes of a purchase of the partner."""
        number = self.bought(coupon, count, **more)["purchase"]
        found = self.done(f"GET /v1/inventory/codes?purchase={number}")
        return [each["code"] for each in found["codes"]]

    def code(self, code: str) -> Any:
        """A code as the partner's inventory shows it."""
        return self.done(f"GET /v1/inventory/codes/{code}", key=self.partner)

    def asks_for_approval(self, folder: Path) -> None:
        """Read the policies again, in a space that asks another person before activations."""
        copy = walked(folder)
        space = copy / "space.yaml"
        text = re.sub(r"(?m)^approvals:.*\n", "", space.read_text("utf-8"))
        space.write_text(f"{text.rstrip()}\napprovals: {{activations: 1}}\n", "utf-8")
        done = running.run("push", "--policies", copy, "--database", self.url)
        assert done.code == 0, done


def walked(folder: Path) -> Path:
    """A copy of the shipped policies that belong to the documents that are walked through."""
    copy = folder / "policies"
    for name in ("coupon-inventory", "group-subscriptions"):
        shutil.copytree(SHIPPED / name, copy / name)
    for path in SHIPPED.glob("*.yaml"):
        shutil.copy(path, copy)
    return copy


def named_in(readme: Path) -> list[str]:
    """The tests that the table of a folder of policies names."""
    return re.findall(r"`(test_\w+)`", readme.read_text("utf-8"))
