"""The public learns nothing from how long a guess takes: unknown, foreign, expired are alike."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from engine.calendar import SECOND
from engine.service.caller import PUBLIC
from engine.service.settings import GUESS_KEY_POINTS, GUESS_POINTS
from engine.store.database import Database
from engine.store.statements import Statement
from engine.store.tables import CODES
from tests.trials.clients import Client
from tests.trials.serving import SPACE, Service

TRIES, APART = 1000, 0.05
POLICIES = f"""
space: {SPACE}
timezone: Europe/Zurich
currency: EUR
---
format: short
template: "SH-{{code:random(6)}}"
---
coupon: short
discount: 10%
format: short
redemption:
  - at most 1 redemption per code
application:
  - fee is period
"""
_EXPIRE = Statement(update(CODES).where(CODES.c.code == bindparam("this")).values(expires=SECOND))


@pytest.mark.trial
@pytest.mark.parametrize("call", ["redeem", "evaluate", "validate"])
def test_unknown_foreign_and_expired_guesses_take_as_long(
    tmp_path: Path, stored_url: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting in (GUESS_POINTS, GUESS_KEY_POINTS):
        monkeypatch.setenv(setting.variable, "0")
    with Service(tmp_path, stored_url, POLICIES, workers=1) as service:
        codes = _codes(service)
        taken: dict[str, list[float]] = {name: [] for name in codes}
        with closing(Client(service.port, service.key(PUBLIC))) as client:
            said = [_timed(client, call, codes, taken) for _ in range(TRIES)]
    assert len(set(said)) == 1
    medians = {name: median(each) for name, each in taken.items()}
    assert max(medians.values()) <= (1 + APART) * min(medians.values()), medians


def _codes(service: Service) -> dict[str, str]:
    """A code that nobody has, one of another customer, and one whose life is over."""
    with closing(Client(service.port, service.key())) as client:
        foreign, expired = (
            client.ask("POST", "/v1/coupons/short/codes", body).body["codes"][0]
            for body in ({"count": 1, "customer": "cus-9"}, {"count": 1})
        )
    with closing(Database(service.url)) as database:
        database.write(lambda tx: tx.run(_EXPIRE, this=expired))
    return {"unknown": "SH-0Z0Z0Z", "foreign": foreign, "expired": expired}


def _timed(
    client: Client, call: str, codes: Mapping[str, str], taken: dict[str, list[float]]
) -> str:
    """Guess each code once; what all answers say alike, without their ids and codes."""
    said = set()
    for name, code in codes.items():
        begun = time.perf_counter()
        answer = client.ask("POST", f"/v1/{call}", _body(call, code))
        taken[name].append(time.perf_counter() - begun)
        content = answer.body
        for key in ("decision", "request"):
            content.pop(key, None)
        said.add(f"{answer.status} {content}".replace(code, "CODE"))
    (alike,) = said
    return alike


def _body(call: str, code: str) -> dict[str, Any]:
    subscription = {"id": "sub-1"}
    if call == "validate":
        return {"codes": [code]}
    if call == "redeem":
        return {"code": code, "subscription": subscription}
    charge = {"id": "le-1", "fee": "period", "amount": "10.00", "currency": "EUR"}
    at = "2026-11-28T10:00:00Z"
    return {"at": at, "codes": [code], "charges": [charge], "subscription": subscription}
