"""What one of many clients does at random; each process of them reads it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.trials.clients import Answer, Client

CODES = ("FEW", "SOME", "ROLLING", "BUDGET", "SEASON")
CUSTOMERS, SUBSCRIPTIONS = 12, 30


class Player:
    """One client that does something at random, again and again, with what it has made so far."""

    def __init__(self, port: int, token: str, number: int) -> None:
        self.caller = Client(port, token)
        self.number = number
        self.chance = random.Random(number)  # noqa: S311 - no secret
        self.redeemed: list[str] = []
        self.held: list[str] = []
        self.charged: dict[str, dict[str, Any]] = {}
        self.made = 0

    def play(self, until: float) -> list[str]:
        """What became of everything that was tried."""
        said = []
        while time.monotonic() < until:
            act = self.chance.choice(ACTS)
            answer = act(self)
            if answer is not None:
                said.append(f"{act.__name__} {outcome(answer)}")
        self.caller.close()
        return said

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        """Send a request with a key of its own."""
        self.made += 1
        return self.caller.ask("POST", path, body, key=f"{self.number}-{self.made}")

    def owner(self) -> dict[str, Any]:
        """A subscription, which always belongs to the same customer."""
        number = self.chance.randrange(SUBSCRIPTIONS)
        customer = {"id": f"cus-{number % CUSTOMERS}"}
        return {"customer": customer, "subscription": {"id": f"sub-{number}"}}

    def moment(self) -> dict[str, str]:
        """Now, or some moment of the last days."""
        if self.chance.random() < 0.4:
            return {}
        before = timedelta(hours=self.chance.uniform(0, 240))
        return {"at": (datetime.now(UTC) - before).isoformat()}

    def redeem(self) -> Answer:
        """Redeem a code."""
        body = {"code": self.chance.choice(CODES), **self.owner(), **self.moment()}
        answer = self.post("/v1/redeem", body)
        if answer.status == 201:
            self.redeemed.append(answer.body["id"])
        return answer

    def hold(self) -> Answer:
        """Hold a code: a hold taken in the past has run out for whoever comes later."""
        length = self.chance.choice(["1 minute", "15 minutes", "6 hours"])
        body = {"code": self.chance.choice(CODES), **self.owner(), **self.moment()}
        answer = self.post("/v1/redeem", {**body, "hold": length})
        if answer.status == 201:
            self.held.append(answer.body["id"])
        return answer

    def confirm(self) -> Answer | None:
        """Redeem what was held, or what ran out."""
        if not self.held:
            return None
        held = self.chance.choice(self.held)
        answer = self.post(f"/v1/redemptions/{held}/confirm", {})
        if answer.status == 200:
            self.redeemed.append(answer.body["id"])
        return answer

    def release(self) -> Answer | None:
        """Give a hold back."""
        if not self.held:
            return None
        held = self.held.pop(self.chance.randrange(len(self.held)))
        return self.post(f"/v1/redemptions/{held}/release", {})

    def remove(self) -> Answer | None:
        """Remove a redemption, perhaps again."""
        if not self.redeemed:
            return None
        self.made += 1
        redeemed = self.chance.choice(self.redeemed)
        key = f"{self.number}-{self.made}"
        return self.caller.ask("DELETE", f"/v1/redemptions/{redeemed}", key=key)

    def charge(self) -> Answer:
        """Record some charges."""
        lines = [self.line() for _ in range(self.chance.randint(1, 3))]
        atomic = self.chance.random() < 0.3
        owner = self.owner()
        body = {**owner, **self.moment(), "charges": lines, "atomic": atomic}
        answer = self.post("/v1/charges", body)
        if answer.status == 200:
            for sent, line in zip(lines, answer.body["charges"], strict=True):
                if "net" in line:
                    self.charged[line["id"]] = {key: sent.get(key, owner[key]) for key in owner}
        return answer

    def line(self) -> dict[str, Any]:
        """A charge, or a correction of one that was made."""
        self.made += 1
        cents = self.chance.randint(1, 20_000)
        corrects = None
        if self.charged and self.chance.random() < 0.15:
            corrects = self.chance.choice(list(self.charged))
        again = {"corrects": corrects, **self.charged[corrects]} if corrects else {}
        sign = "-" if corrects else ""
        return {
            "id": f"le-{self.number}-{self.made}",
            "fee": self.chance.choice(["period", "setup"]),
            "amount": f"{sign}{cents // 100}.{cents % 100:02}",
            "currency": self.chance.choice(["EUR", "CHF"]) if not corrects else "EUR",
            "period": {"start": f"2026-{self.chance.randint(1, 4):02}-01T00:00:00Z"},
            **again,
        }

    def reverse(self) -> Answer | None:
        """Take a charge back, or a part of it."""
        if not self.charged:
            return None
        charge = self.chance.choice(list(self.charged))
        part = {"amount": f"{self.chance.randint(1, 20)}.00"} if self.chance.random() < 0.6 else {}
        return self.post(f"/v1/charges/{charge}/reverse", part)


ACTS: list[Callable[[Player], Answer | None]] = [
    *[Player.redeem] * 6,
    *[Player.hold] * 3,
    Player.confirm,
    Player.release,
    *[Player.remove] * 2,
    *[Player.charge] * 5,
    *[Player.reverse] * 2,
]


def outcome(answer: Answer) -> str:
    """An answer in a word or two: the whole of it where there should be none such."""
    if answer.status in (200, 201):
        return "done"
    if answer.status == 409 or (answer.status == 422 and b"left to take back" in answer.text):
        return "refused"
    return f"{answer.status} {answer.text.decode()}"


def play(port: int, token: str, seconds: float, client: int) -> list[str]:
    return Player(port, token, client).play(time.monotonic() + seconds)
