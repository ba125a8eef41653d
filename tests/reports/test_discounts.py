"""The report of discounts: sums that agree with the ledger, whatever they are summed up by."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from fractions import Fraction
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from engine.decisions.flaws import RequestError
from engine.money import Money
from engine.reports import discount_sums, reports
from engine.reports.asked import DIMENSIONS, Asked
from engine.reports.reports import Reports
from engine.reports.table import Report
from engine.store.database import Database
from engine.store.tables import CHARGES
from tests.reports.ledger_sums import ZURICH, Sum, ledger, recount
from tests.service.desk import ME, Desk, Office, desk, parse_instant

__all__ = ["desk"]

POLICIES = """\
space: acme
timezone: Europe/Zurich
---
coupon: spring
title: Spring
discount: 10%
codes: [SPRING]
---
coupon: third
title: A third
discount: 33%
codes: [THIRD]
---
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: Group owners, plan: xyz-owners}
users: {product: Group users, plan: xyz-users}
access:
  - code: XYZCOUPONCODE
    seats: 50
---
coupon: member
title: Member
discount: 50%
codes: [MEMBER]
application: [component is base]
"""
NOW = "2026-06-01T00:00:00Z"
SUBSCRIPTIONS = ("s1", "s2", "s3")
GROUPS = {"xyz-code": "xyz"}


class Till:
    """Charges a few subscriptions, and remembers what each charge was of."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk.at(NOW)
        self.charged: dict[str, dict[str, Any]] = {}
        desk.push(POLICIES)
        start = "2026-01-01T00:00:00Z"
        for code in ("SPRING", "THIRD"):
            desk.redeemed(code, "s1", at=start)
        desk.redeemed("SPRING", "s2", at=start)
        desk.redeemed("MEMBER", "s2", at=start)
        group = {"id": "s3", "product": "Group users", "plan": "xyz-users"}
        body = {"code": "XYZCOUPONCODE", "at": start, "subscription": group}
        desk.redemptions.redeem(body | {"customer": {"id": "u1"}}, ME)

    def charge(self, subscription: str, at: str, amount: str = "100.00", **facts: Any) -> str:
        """Record a charge; its name."""
        name = f"le-{len(self.charged) + 1}"
        product, plan = facts.pop("product", "pro"), facts.pop("plan", None)
        if subscription == "s3":
            product, plan = "Group users", "xyz-users"
        facts = {"fee": "period", "component": "base", "currency": "USD", **facts}
        known = {key: each for key, each in facts.items() if each is not None}
        about = {"id": subscription, "product": product, **({"plan": plan} if plan else {})}
        body = {"id": name, "amount": amount, **known}
        request = {"at": at, "subscription": about, "charges": [body]}
        assert self.desk.charging.charge(request, ME).recorded
        self.charged[name] = {**facts, "product": product, "plan": plan}
        return name

    def correct(self, charge: str, subscription: str, at: str, amount: str, currency: str) -> None:
        """Take a charge back, or a part, by a negative one."""
        body = {
            "id": f"{charge}-c{at}",
            "fee": "period",
            "amount": amount,
            "currency": currency,
            "corrects": charge,
        }
        self.desk.charge(subscription, body, at=at)

    def reverse(self, charge: str, at: str, amount: str | None = None) -> None:
        """Take a charge back, or a part."""
        body = {"at": at} | ({} if amount is None else {"amount": amount})
        self.desk.charging.reverse(charge, body, ME)

    def report(self, **asked: str) -> Report:
        return Reports(self.desk.office).make("discounts", Asked(**asked), ME)

    def expected(self, by: tuple[str, ...], **stretch: Any) -> dict[tuple[str | None, ...], Sum]:
        return recount(ledger(self.desk, SUBSCRIPTIONS), self.charged, GROUPS, by, **stretch)


def sums(report: Report) -> dict[tuple[Any, ...], Sum]:
    """The rows by their dimensions and currency."""
    return {(*row[:-6], row[-3]): _sum(row) for row in report.rows}


def totals(report: Report) -> dict[tuple[Any, ...], Sum]:
    return {(row[-3],): _sum(row) for row in report.totals}


def _sum(row: tuple[Any, ...]) -> Sum:
    gross, discount, net, _, charges, applications = row[-6:]
    assert net == Money(gross.minor - discount.minor, gross.currency)
    return Sum(Fraction(gross.amount()), Fraction(discount.amount()), charges, applications)


@pytest.fixture
def till(desk: Desk) -> Till:
    return Till(desk)


def test_discounts_are_summed_up_by_coupon_where_nothing_else_is_said(till: Till) -> None:
    till.charge("s1", "2026-02-03T10:00:00Z")
    till.charge("s2", "2026-02-04T10:00:00Z")
    report = till.report()
    assert [each.name for each in report.columns] == [
        "coupon", "gross", "discount", "net", "currency", "charges", "applications",
    ]  # fmt: skip
    assert sums(report) == {
        ("spring", "USD"): Sum(Fraction(200), Fraction(15), 2, 2),
        ("third", "USD"): Sum(Fraction(100), Fraction("29.70"), 1, 1),
        ("member", "USD"): Sum(Fraction(100), Fraction(50), 1, 1),
    }
    assert totals(report) == {("USD",): Sum(Fraction(200), Fraction("94.70"), 2, 4)}
    assert report.note


def test_a_month_is_that_of_the_space_zone(till: Till) -> None:
    till.charge("s2", "2026-02-28T22:59:59Z")
    till.charge("s2", "2026-02-28T23:00:00Z")
    # Clocks go forward in March: April begins two hours before UTC's.
    till.charge("s2", "2026-03-31T21:59:59Z")
    till.charge("s2", "2026-03-31T22:00:00Z")
    by_month = sums(till.report(by="month"))
    assert {key[0]: each.charges for key, each in by_month.items()} == {
        "2026-02": 1,
        "2026-03": 2,
        "2026-04": 1,
    }


def test_what_is_taken_back_counts_in_the_month_in_which_it_is(till: Till) -> None:
    first = till.charge("s1", "2026-02-03T10:00:00Z")
    till.reverse(first, "2026-03-03T10:00:00Z", "50.00")
    till.reverse(first, "2026-04-03T10:00:00Z")
    assert sums(till.report(by="month")) == {
        ("2026-02", "USD"): Sum(Fraction(100), Fraction("39.70"), 1, 2),
        ("2026-03", "USD"): Sum(Fraction(-50), Fraction("-19.85"), 0, 0),
        ("2026-04", "USD"): Sum(Fraction(-50), Fraction("-19.85"), -1, -2),
    }
    assert till.report().rows == ()


def test_from_and_through_are_whole_days(till: Till) -> None:
    till.charge("s2", "2026-03-01T22:59:59Z")
    till.charge("s2", "2026-03-01T23:00:00Z")
    till.charge("s2", "2026-03-02T22:59:59Z")
    till.charge("s2", "2026-03-02T23:00:00Z")
    report = till.report(start="2026-03-02", through="2026-03-02", by="fee")
    assert [each.charges for each in sums(report).values()] == [2]
    assert dict(report.filters) == {
        "by": "fee", "from": "2026-03-02", "through": "2026-03-02",
    }  # fmt: skip


def test_what_is_not_recorded_is_a_row_of_its_own(till: Till) -> None:
    till.charge("s2", "2026-03-01T00:00:00Z")
    with till.desk.office.database.core() as connection:
        connection.execute(update(CHARGES).values(product=None))
    till.charge("s2", "2026-03-02T00:00:00Z")
    report = till.report(by="product")
    assert {key[0] for key in sums(report)} == {"pro", None}
    assert report.columns[0].absent == "not recorded"


def test_currencies_are_never_added_up(till: Till) -> None:
    till.charge("s2", "2026-03-01T00:00:00Z", "1000", currency="JPY")
    till.charge("s2", "2026-03-01T00:00:00Z", "10.000", currency="KWD")
    till.charge("s2", "2026-03-01T00:00:00Z", "10.00")
    report = till.report(by="group")
    assert sums(report) == till.expected(("group",))
    assert set(totals(report)) == {("JPY",), ("KWD",), ("USD",)}


def test_sums_do_not_overflow_the_numbers_of_the_store(till: Till) -> None:
    most = "9999999999999999.99"
    for _ in range(12):
        till.charge("s2", "2026-03-01T00:00:00Z", most)
    first = till.charge("s2", "2026-03-01T00:00:00Z", most)
    till.reverse(first, "2026-03-05T00:00:00Z")
    for by in ("coupon", "fee", "month"):
        assert sums(till.report(by=by)) == till.expected((by,))


def test_a_charge_of_several_coupons_of_a_group_counts_once(till: Till) -> None:
    till.charge("s3", "2026-03-01T00:00:00Z")
    till.charge("s1", "2026-03-01T00:00:00Z")
    report = till.report(by="group")
    assert sums(report) == {
        ("xyz", "USD"): Sum(Fraction(100), Fraction(100), 1, 1),
        (None, "USD"): Sum(Fraction(100), Fraction("39.70"), 1, 2),
    }
    assert report.columns[0].absent == "no group"


def test_many_parts_of_reversals_are_read_a_page_at_a_time(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discount_sums, "PAGE", 3)
    for day in range(1, 6):
        name = till.charge("s1", f"2026-03-0{day}T00:00:00Z", "0.99")
        for hour in range(3):
            till.reverse(name, f"2026-04-0{day}T0{hour}:00:00Z", "0.33")
    for by in ("coupon", "month,fee", "code,product"):
        names = tuple(by.split(","))
        assert sums(till.report(by=by)) == till.expected(names)


def test_a_report_of_too_many_rows_is_refused(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST", 2)
    till.charge("s1", "2026-03-01T00:00:00Z")
    till.charge("s2", "2026-03-01T00:00:00Z")
    with pytest.raises(RequestError, match="more than 2 rows"):
        till.report(by="coupon")
    written = "".join(Reports(till.desk.office).csv("discounts", Asked(by="coupon"), ME))
    assert len(written.splitlines()) == 4


# --- any ledger, summed up by anything ------------------------------------------------------------

_FIRST = datetime.fromisoformat("2026-01-25T00:00:00+00:00")
_MOMENTS = st.integers(0, 24 * 75).map(lambda hours: (_FIRST + timedelta(hours=hours)).isoformat())
_AMOUNTS = st.integers(1, 20_000).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")
_CHARGES = st.fixed_dictionaries(
    {
        "subscription": st.sampled_from(SUBSCRIPTIONS),
        "at": _MOMENTS,
        "amount": _AMOUNTS,
        "fee": st.sampled_from(["setup", "period"]),
        "component": st.sampled_from(["base", "seats", None]),
        "currency": st.sampled_from(["USD", "EUR"]),
        "product": st.sampled_from(["pro", "core"]),
        "plan": st.sampled_from(["yearly", None]),
    }
)
_TAKEN_BACK = st.tuples(
    st.sampled_from(["reverse", "correct"]),
    st.integers(0, 7),
    _MOMENTS,
    st.fractions(Fraction(1, 100), 1) | st.just(Fraction(1)),
)
_BY = st.lists(st.sampled_from(DIMENSIONS), unique=True, max_size=4).map(tuple)
_DAYS = st.none() | st.integers(0, 74).map(lambda days: (_FIRST + timedelta(days=days)).date())


@contextmanager
def fresh(template: Path, folder: Path) -> Iterator[Desk]:
    """A desk of its own on a new file."""
    path = folder / "coupon.db"
    path.unlink(missing_ok=True)
    shutil.copyfile(template, path)
    database = Database(f"sqlite:///{path}")
    time = {"now": parse_instant(NOW)}
    try:
        yield Desk(Office(database, "acme", lambda: time["now"]), time)
    finally:
        database.close()


def _in_order(back: list[Any]) -> list[Any]:
    return sorted(back, key=itemgetter(2))


@settings(max_examples=20)
@given(
    charges=st.lists(_CHARGES, min_size=1, max_size=8),
    # In the order of their moments, so that the ledger shows which part took back the rest.
    back=st.lists(_TAKEN_BACK, max_size=8, unique_by=itemgetter(2)).map(_in_order),
    wanted=st.lists(st.tuples(_BY, _DAYS, _DAYS), min_size=4, max_size=6),
)
def test_sums_agree_with_the_ledger_whatever_they_are_by(
    sqlite_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    charges: list[dict[str, Any]],
    back: list[tuple[str, int, str, Fraction]],
    wanted: list[tuple[tuple[str, ...], Any, Any]],
) -> None:
    with fresh(sqlite_template, tmp_path_factory.getbasetemp()) as desk:
        till = Till(desk)
        _play(till, charges, back)
        for by, *days in wanted:
            _check(till, by, *sorted(days, key=str))


def _play(
    till: Till, charges: list[dict[str, Any]], back: list[tuple[str, int, str, Fraction]]
) -> None:
    names = [till.charge(**each) for each in charges]
    left = [int(Fraction(each["amount"]) * 100) for each in charges]
    for how, number, at, share in back:
        place = number % len(names)
        minor = int(left[place] * share)
        if not minor:
            continue
        left[place] -= minor
        amount = f"{minor // 100}.{minor % 100:02d}"
        if how == "reverse":
            till.reverse(names[place], at, amount)
        else:
            charge = charges[place]
            till.correct(names[place], charge["subscription"], at, f"-{amount}", charge["currency"])


def _check(till: Till, by: tuple[str, ...], first: Any, last: Any) -> None:
    if first is not None and last is not None and first > last:
        first, last = last, first
    stretch = {
        "start": first and datetime.combine(first, datetime.min.time(), ZURICH),
        "end": last and datetime.combine(last + timedelta(days=1), datetime.min.time(), ZURICH),
    }
    days = {
        "start": first and first.isoformat(),
        "through": last and last.isoformat(),
    }
    report = till.report(by=",".join(by) if by else "coupon", **days)
    assert sums(report) == till.expected(by or ("coupon",), **stretch)
    assert totals(report) == till.expected((), **stretch)
