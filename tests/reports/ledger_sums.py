"""Discounts recounted in plain Python from the ledger, charge by charge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from engine.service.billing.billing import Billing
from engine.service.billing.bills import LedgerEntry
from tests.service.desk import ME, Desk

ZURICH = ZoneInfo("Europe/Zurich")


class Sum(NamedTuple):
    """What a row of the report should say."""

    gross: Fraction
    discount: Fraction
    charges: int
    applications: int


def ledger(desk: Desk, subscriptions: Iterable[str]) -> list[LedgerEntry]:
    """Every entry of some subscriptions."""
    billing = Billing(desk.office)
    return [
        entry for each in subscriptions for entry in billing.ledger(each, None, 10_000, ME).entries
    ]


def recount(
    entries: Iterable[LedgerEntry],
    charged: Mapping[str, Mapping[str, Any]],
    groups: Mapping[str, str],
    by: tuple[str, ...],
    start: datetime | None = None,
    end: datetime | None = None,
) -> dict[tuple[str | None, ...], Sum]:
    """The sums by some dimensions and the currency, from `start` until before `end`."""
    entries = list(entries)
    first = {each.charge: each for each in entries if each.kind == "charge"}
    left = {name: Fraction(each.gross) for name, each in first.items()}
    found: dict[Any, list[Any]] = defaultdict(lambda: [Fraction(0), Fraction(0), 0, 0])
    for entry in _in_order(entries):
        name = entry.charge if entry.corrects is None else entry.corrects
        if entry.kind == "charge" and not entry.discounts:
            continue
        is_last = False
        if entry.kind != "charge":
            left[name] += Fraction(entry.gross)
            is_last = left[name] == 0
        at = datetime.fromisoformat(entry.at)
        if (start is not None and at < start) or (end is not None and at >= end):
            continue
        sign = 1 if entry.kind == "charge" else -1 if is_last else 0
        taken = {each.coupon: Fraction(each.amount) for each in entry.discounts}
        seen = set()
        for line in first[name].discounts:
            key = _key(entry, line, charged[name], groups, by, at)
            row = found[key]
            row[1] += taken.get(line.coupon, Fraction(0))
            row[3] += sign
            if key not in seen:
                row[0] += Fraction(entry.gross)
                row[2] += sign
            seen.add(key)
    return {key: Sum(*row) for key, row in found.items() if any(row)}


def _in_order(entries: list[LedgerEntry]) -> list[LedgerEntry]:
    """Charges first: what takes them back may be of an earlier moment."""
    return sorted(entries, key=lambda each: each.kind != "charge")


def _key(
    entry: LedgerEntry,
    line: Any,
    charge: Mapping[str, Any],
    groups: Mapping[str, str],
    by: tuple[str, ...],
    at: datetime,
) -> tuple[str | None, ...]:
    values = {
        "coupon": line.coupon,
        "code": line.code,
        "group": groups.get(line.coupon),
        "month": at.astimezone(ZURICH).strftime("%Y-%m"),
        **charge,
    }
    return *(values.get(each) for each in by), entry.currency
