"""The reference interpreter, against examples of the pages worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings

from engine.calendar import Duration, Unit
from engine.language import syntax as s
from tests.reference import apply, calendar_unit, reasons, verdict
from tests.strategies import cases, charges, conditions
from tests.strategies_cases import Case, Charge, Coupon, Redemption, Use, World, raw
from tests.strategies_clock import plus, resolve

ZURICH = "Europe/Zurich"
NOON = datetime.fromisoformat("2026-02-01T12:00:00Z")
RATES = {"USD": Fraction("1.25"), "CHF": Fraction("0.95"), "JPY": Fraction("161.7")}
WORLD = World([(datetime.fromisoformat("2026-01-01T00:00:00Z"), RATES)], "EUR")


class Answer(NamedTuple):
    """By code: the discounts in minor units, and why others give none."""

    discounts: dict[str, int]
    declined: dict[str, set[str]]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def name(text: str) -> s.Name:
    return s.Name(text)


def word(text: str) -> s.Literal:
    return s.Literal(s.LiteralKind.TEXT, text)


def money(text: str) -> s.Literal:
    figure, currency = text.split()
    return s.Literal(s.LiteralKind.MONEY, figure, s.Name(currency))


def is_one_of(fact: str, *values: str) -> s.Membership:
    return s.Membership(s.Name(fact), tuple(map(word, values)))


def percent(text: str, cap: str | None = None) -> s.PercentOff:
    return s.PercentOff(s.Percentage(text), money(cap) if cap else None)


def off(text: str) -> s.AmountOff:
    return s.AmountOff(money(text))


def at_most(bound: str, noun: s.Noun, *per: str, **more: Any) -> s.Limit:
    kind = s.LiteralKind.MONEY if " " in bound else s.LiteralKind.NUMBER
    literal = money(bound) if " " in bound else s.Literal(kind, bound)
    return s.Limit(literal, noun, tuple(map(s.Name, per)), **more)


def window(start: str | None, word_: s.EndWord | None = None, end: str | None = None) -> s.Window:
    def moment(text: str | None) -> s.Moment | None:
        day, _, clock = (text or "").partition(" ")
        at = time.fromisoformat(clock) if clock else None
        return s.Moment(date.fromisoformat(day), at) if day else None

    return s.Window(moment(start), word_, moment(end))


def asked(rule: s.Rule, at: str | datetime = NOON, zone: str = ZURICH, **more: Any) -> Case:
    """The case of one rule, which stands in both stages."""
    moment = instant(at) if isinstance(at, str) else at
    facts, usage = more.pop("facts", {}), more.pop("usage", ())
    return Case(Coupon("one", zone, (rule,), (rule,), **more), WORLD, moment, facts, usage)


def refusal(rule: s.Rule, at: str | datetime = NOON, zone: str = ZURICH, **more: Any) -> str:
    """The only reason against an event; empty when there is none."""
    found = reasons(asked(rule, at, zone, **more), "redemption")
    assert len(found) <= 1
    return "".join(found)


def discounted(
    amount: str,
    *given: s.Given | Coupon,
    fee: str = "period",
    redeemed: Sequence[datetime] = (),
    **more: Any,
) -> Answer:
    """The answer for a charge; the codes are A, B, … in the order of redeeming."""
    coupons = [
        one
        if isinstance(one, Coupon)
        else Coupon(f"c{number}", ZURICH, discount=(s.Discount(one),))
        for number, one in enumerate(given)
    ]
    moments = redeemed or [datetime.fromtimestamp(n, NOON.tzinfo) for n in range(len(coupons))]
    redemptions = [
        Redemption(code, coupon, moment)
        for code, coupon, moment in zip("ABCDE", coupons, moments, strict=False)
    ]
    figure, currency = amount.split()
    charge = {"amount": {"amount": figure, "currency": currency}, "currency": currency, "fee": fee}
    facts = {"subscription.id": "sub-1", **charge, **more.pop("facts", {})}
    usage, world = more.get("usage", ()), more.get("world", WORLD)
    return Answer(*apply(Charge(redemptions, NOON, facts, usage, world).cases()))


def applied(at: str, minor: int = 100, currency: str = "EUR", **more: Any) -> Use:
    facts = {"subscription.id": "sub-1", **more.pop("facts", {})}
    return Use("one", "application", instant(at), facts, Fraction(minor), currency, **more)


def redeemed_use(code: str, at: datetime = NOON, returned: int = 0) -> Use:
    return Use("one", "redemption", at, {"code": code}, returned=Fraction(returned))


# --- the reference document -------------------------------------------------------------------


def test_metered_credit_is_per_period_and_not_per_unit() -> None:
    """500 units at 0.10 USD and a credit of 10 USD leave 40 USD to pay."""
    credit = Coupon(
        "credit", None, (), (is_one_of("fee", "metered"),), (s.Discount(off("10 USD")),)
    )
    assert discounted("50.00 USD", credit, fee="metered") == ({"A": 1000}, {})
    assert discounted("99.00 USD", credit, fee="setup") == ({}, {"A": {"condition_not_met"}})


def test_percentages_come_before_fixed_amounts_whatever_was_redeemed_first() -> None:
    """25% of 100 USD, then 10 USD."""
    assert discounted("100.00 USD", off("10 USD"), percent("25")).discounts == {
        "A": 1000,
        "B": 2500,
    }


def test_a_code_has_five_places_and_a_removed_redemption_gives_its_place_back() -> None:
    """The limit is each code's own, unless removed redemptions are counted."""
    rule = at_most("5", s.Noun.REDEMPTIONS, "code")
    four = [redeemed_use("FIVE-01")] * 4
    full = [*four, redeemed_use("FIVE-01")]
    removed = [*four, redeemed_use("FIVE-01", returned=1)]
    counting = at_most("5", s.Noun.REDEMPTIONS, "code", counting=s.Counting(s.GivenBack.REMOVED))
    assert refusal(rule, facts={"code": "FIVE-01"}, usage=full) == "limit_reached"
    assert refusal(rule, facts={"code": "FIVE-02"}, usage=full) == ""
    assert refusal(rule, facts={"code": "FIVE-01"}, usage=removed) == ""
    assert refusal(counting, facts={"code": "FIVE-01"}, usage=removed) == "limit_reached"


def test_exposure_of_five_places_ten_codes_and_six_applications_is_300_charges() -> None:
    """Every place is taken, and each subscription is discounted as long as it lasts."""
    places = at_most("5", s.Noun.REDEMPTIONS, "code")
    turns = at_most("6", s.Noun.APPLICATIONS, "subscription")
    redeemed, used = list[Use](), list[Use]()
    for code in (f"FIVE-{number:02}" for number in range(10)):
        while not refusal(places, facts={"code": code}, usage=redeemed):
            subscription = {"subscription.id": f"sub-{len(redeemed)}"}
            redeemed.append(redeemed_use(code))
            while not refusal(turns, facts=subscription, usage=used):
                used.append(applied("2026-02-01T00:00:00Z", facts=subscription))
    assert (len(redeemed), len(used)) == (50, 300)


# --- time -------------------------------------------------------------------------------------

THROUGH = s.EventWindow(window("2026-11-27", s.EndWord.THROUGH, "2026-11-30"))


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        ("2026-11-26T23:59:59.999999+01:00", "not_yet"),
        ("2026-11-27T00:00:00+01:00", ""),
        ("2026-11-30T23:59:59.999999+01:00", ""),
        ("2026-12-01T00:00:00+01:00", "ended"),
    ],
)
def test_through_includes_the_whole_last_day(at: str, reason: str) -> None:
    """Days are those of the coupon's zone."""
    assert refusal(THROUGH, at) == reason


def test_before_and_until_stop_just_before() -> None:
    """A written time that comes twice is the first."""
    before = s.EventWindow(window(None, s.EndWord.BEFORE, "2026-12-01"))
    until = s.EventWindow(window(None, s.EndWord.UNTIL, "2026-10-25 02:30"))
    assert refusal(before, "2026-11-30T22:59:59Z") == ""
    assert refusal(before, "2026-11-30T23:00:00Z") == "ended"
    assert refusal(until, "2026-10-25T00:29:59Z") == ""
    assert refusal(until, "2026-10-25T00:30:00Z") == "ended"


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z"),  # 00:00 is skipped
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),  # 00:00 comes twice
        ("America/Santiago", "2026-04-05", "2026-04-05T04:00:00Z"),  # 23:00 came twice before
    ],
)
def test_a_day_begins_at_its_first_instant(zone: str, day: str, first: str) -> None:
    """Also where midnight is skipped or comes twice."""
    assert resolve(datetime.fromisoformat(day), zone) == instant(first)


@pytest.mark.parametrize(
    ("anchor", "duration", "end"),
    [
        ("2026-01-31T10:00:00+01:00", Duration(1, Unit.MONTH), "2026-02-28T10:00:00+01:00"),
        ("2027-11-30T10:00:00+01:00", Duration(1, Unit.QUARTER), "2028-02-29T10:00:00+01:00"),
        ("2028-02-29T10:00:00+01:00", Duration(1, Unit.YEAR), "2029-02-28T10:00:00+01:00"),
        ("2026-03-28T02:30:00+01:00", Duration(1, Unit.DAY), "2026-03-29T03:00:00+02:00"),
        ("2026-10-24T02:30:00+02:00", Duration(1, Unit.DAY), "2026-10-25T02:30:00+02:00"),
        ("2026-03-28T12:00:00+01:00", Duration(1, Unit.DAY), "2026-03-29T12:00:00+02:00"),
        ("2026-03-28T12:00:00+01:00", Duration(24, Unit.HOUR), "2026-03-29T13:00:00+02:00"),
        ("2026-03-22T12:00:00+01:00", Duration(1, Unit.WEEK), "2026-03-29T12:00:00+02:00"),
    ],
)
def test_durations_clamp_and_keep_the_wall_clock(anchor: str, duration: Duration, end: str) -> None:
    """Days and longer are the calendar's; hours elapse."""
    assert plus(instant(anchor), duration, ZURICH) == instant(end)


def test_within_starts_at_its_anchor_and_excludes_its_end() -> None:
    """Without the anchor it can't be told."""
    rule = s.Within(Duration(1, Unit.MONTH), name("customer.signed_up"))
    facts = {"customer.signed_up": "2026-01-31T09:00:00Z"}
    assert refusal(rule, "2026-01-31T08:59:59Z", facts=facts) == "not_yet"
    assert refusal(rule, "2026-01-31T09:00:00Z", facts=facts) == ""
    assert refusal(rule, "2026-02-28T08:59:59Z", facts=facts) == ""
    assert refusal(rule, "2026-02-28T09:00:00Z", facts=facts) == "ended"
    assert refusal(rule) == "fact_missing"


def test_a_night_belongs_to_the_day_on_which_it_starts() -> None:
    """`on Friday between 22:00 and 02:00` ends on Saturday at 02:00."""
    rule = s.Recurring((s.Weekday.FRIDAY,), time(22), time(2))
    assert refusal(rule, "2026-11-28T01:59:59+01:00") == ""
    assert refusal(rule, "2026-11-28T02:00:00+01:00") == "outside_hours"
    assert refusal(rule, "2026-11-27T01:00:00+01:00") == "outside_hours"
    assert refusal(s.Recurring((s.Weekday.FRIDAY,)), "2026-11-27T23:30:00Z") == "outside_hours"


def test_hours_that_a_zone_skips_or_repeats() -> None:
    """A start in the gap moves to its end; an end that comes twice is the first."""
    rule = s.Recurring((), time(2, 30), time(2, 45))
    assert refusal(rule, "2026-03-29T01:00:00Z") == "outside_hours"
    assert refusal(rule, "2026-10-25T00:30:00Z") == ""
    assert refusal(rule, "2026-10-25T01:30:00Z") == "outside_hours"


def test_calendar_units_are_those_of_the_wall_clock() -> None:
    """Weeks start on Monday; the hour that comes twice is one."""
    last_of_january = instant("2026-01-31T23:30:00Z")
    assert calendar_unit(last_of_january, Unit.MONTH, ZURICH) == "2026 02"
    assert calendar_unit(last_of_january, Unit.WEEK, ZURICH) == "2026 05"
    assert calendar_unit(last_of_january, Unit.QUARTER, ZURICH) == "2026 1"
    twice = (instant("2026-10-25T00:10:00Z"), instant("2026-10-25T01:50:00Z"))
    assert len({calendar_unit(at, Unit.HOUR, ZURICH) for at in twice}) == 1


# --- what can't be told -----------------------------------------------------------------------


def test_an_unknown_is_never_a_yes() -> None:
    """Kleene: a true side of `or` decides, `not` doesn't turn an unknown round."""
    vip, period = s.Flag(name("customer.vip")), is_one_of("fee", "period")
    facts = {"fee": "period"}
    assert verdict(s.Or((period, vip)), asked(vip, facts=facts)) is True
    assert verdict(s.And((period, vip)), asked(vip, facts=facts)) is None
    assert verdict(s.Not(vip), asked(vip, facts=facts)) is None
    assert verdict(s.And((s.Not(period), vip)), asked(vip, facts=facts)) is False
    assert verdict(s.Presence(vip.fact, known=False), asked(vip)) is True


def test_money_is_compared_across_currencies_where_there_is_a_rate() -> None:
    """12.50 USD are 10 EUR; nothing is known of KWD."""
    rule = s.Order(name("amount"), s.Comparison.AT_LEAST, money("10 EUR"))
    dollars, dinars = ({"amount": {"amount": "12.50", "currency": c}} for c in ("USD", "KWD"))
    assert refusal(rule, facts=dollars) == ""
    assert refusal(rule, facts=dinars) == "rate_missing"
    assert refusal(rule, "2025-12-31T23:59:59Z", facts=dollars) == "rate_missing"
    assert refusal(rule) == "fact_missing"


def test_facts_taken_from_others() -> None:
    """The email's domain and plain form, lower-cased; the subscription's product."""
    facts = {"customer.email": "Ann+A+B@XYZ.example", "subscription.product": "pro"}
    assert raw(facts, "customer.email.domain") == "xyz.example"
    assert raw(facts, "customer.email.plain") == "ann@xyz.example"
    assert raw(facts, "product") == "pro"
    assert raw({**facts, "product": "core"}, "product") == "core"
    assert refusal(is_one_of("customer.email", "ANN+a+b@xyz.example"), facts=facts) == ""


def test_networks_of_both_kinds() -> None:
    """An address of one kind is in no network of the other."""
    four = s.Literal(s.LiteralKind.NETWORK, "192.0.2.0/24")
    rule = s.InNetwork(name("customer.ip"), (four, word("2001:db8::/32")))
    assert refusal(rule, facts={"customer.ip": "192.0.2.255"}) == ""
    assert refusal(rule, facts={"customer.ip": "2001:db8:ffff::1"}) == ""
    assert refusal(rule, facts={"customer.ip": "192.0.3.0"}) == "condition_not_met"


def test_stacking_binds_both_ways() -> None:
    """The coupon that is redeemed already may refuse too."""
    loner = Coupon("loner", redemption=(s.Stacking(()),))
    picky = Coupon("picky", redemption=(s.Stacking((name("summer"),)),))
    summer = Coupon("summer")
    for coupon, other, expected in (
        (loner, summer, {"not_combinable"}),
        (summer, loner, {"not_combinable"}),
        (summer, picky, {"not_combinable"}),
        (Coupon("winter"), picky, set[str]()),
    ):
        case = Case(coupon, WORLD, NOON, {}, others=[other])
        assert reasons(case, "redemption") == expected


# --- limits -----------------------------------------------------------------------------------


def test_a_rolling_limit_looks_at_later_events_too() -> None:
    """An event before two others may put a third into their stretch."""
    window_ = s.RollingLimit(Duration(30, Unit.DAY))
    rule = at_most("2", s.Noun.REDEMPTIONS, "coupon", window=window_)
    usage = [redeemed_use("A", instant(f"2026-{day}T12:00:00Z")) for day in ("01-20", "02-05")]
    assert refusal(rule, "2026-01-06T12:00:00Z", usage=usage) == ""
    assert refusal(rule, "2026-01-06T12:00:01Z", usage=usage) == "limit_reached"
    assert refusal(rule, "2026-02-19T11:59:59Z", usage=usage) == "limit_reached"
    assert refusal(rule, "2026-02-19T12:00:00Z", usage=usage) == ""


def test_a_limit_per_month_counts_the_zones_month() -> None:
    """Half past midnight in Zurich is still the month before in UTC."""
    rule = at_most("1", s.Noun.REDEMPTIONS, "coupon", window=s.CalendarLimit(Unit.MONTH))
    usage = [redeemed_use("A", instant("2026-01-31T23:30:00Z"))]
    assert refusal(rule, "2026-01-31T22:59:59Z", usage=usage) == ""
    assert refusal(rule, "2026-02-28T22:00:00Z", usage=usage) == "limit_reached"


def test_a_further_charge_in_a_counted_period_is_free() -> None:
    """Periods are told apart by their start."""
    rule = at_most("2", s.Noun.PERIODS, "subscription")
    starts = [instant(f"2026-0{month}-01T00:00:00Z") for month in (1, 2, 2)]
    usage = [applied("2026-03-01T00:00:00Z", period_start=start) for start in starts]
    known = {"subscription.id": "sub-1"}
    old, new = ({"period.start": f"2026-0{m}-01T01:00:00+01:00", **known} for m in (2, 3))
    assert refusal(rule, facts=old, usage=usage) == ""
    assert refusal(rule, facts=new, usage=usage) == "limit_reached"
    assert refusal(rule, facts=known, usage=usage) == "fact_missing"


def budgeted(bound: str, **more: Any) -> Coupon:
    rule = at_most(bound, s.Noun.DISCOUNT, "subscription", **more)
    return Coupon("one", ZURICH, (), (rule,), (s.Discount(percent("20")),))


def test_a_budget_trims_the_last_discount() -> None:
    """95 of 100 EUR are taken: 20% of 100 EUR are 5 EUR; what was reversed is there again."""
    usage = [applied("2026-01-02T00:00:00Z", 9500)]
    assert discounted("100.00 EUR", budgeted("100 EUR"), usage=usage).discounts == {"A": 500}
    full = [*usage, applied("2026-01-03T00:00:00Z", 500)]
    refused = discounted("100.00 EUR", budgeted("100 EUR"), usage=full)
    assert refused == ({}, {"A": {"limit_reached"}})
    back = [applied("2026-01-02T00:00:00Z", 10_000, returned=Fraction(1, 4))]
    assert discounted("200.00 EUR", budgeted("100 EUR"), usage=back).discounts == {"A": 2500}
    counting = budgeted("100 EUR", counting=s.Counting(s.GivenBack.REVERSED))
    assert discounted("200.00 EUR", counting, usage=back).declined == {"A": {"limit_reached"}}


def test_what_is_left_of_a_budget_is_rounded_down() -> None:
    """1 EUR buys 161.7 JPY; 1.25 USD of what was taken were 1 EUR."""
    usage = [applied("2026-01-02T00:00:00Z", 125, "USD")]
    assert discounted("9000 JPY", budgeted("2 EUR"), usage=usage).discounts == {"A": 161}
    no_rate = discounted("9.000 KWD", budgeted("2 EUR"), usage=usage)
    assert no_rate == ({}, {"A": {"rate_missing"}})


# --- charges ----------------------------------------------------------------------------------


def test_a_price_comes_before_percentages() -> None:
    """20 EUR become 9.90 EUR, and half of that is taken."""
    price = s.PriceTo(money("9.90 EUR"))
    assert discounted("20.00 EUR", percent("50"), price).discounts == {"A": 495, "B": 1010}
    assert discounted("9.90 EUR", price) == ({}, {"A": {"nothing_left"}})


def test_a_cap_and_a_fixed_amount_are_converted_through_the_base() -> None:
    """50 EUR are 62.50 USD; 10 USD are 7.60 CHF."""
    assert discounted("400.00 USD", percent("20", "50 EUR")).discounts == {"A": 6250}
    assert discounted("400.00 CHF", off("10 USD")).discounts == {"A": 760}
    assert discounted("4.000 KWD", off("10 USD")) == ({}, {"A": {"rate_missing"}})


@pytest.mark.parametrize(
    ("amount", "rounding", "minor"),
    [
        ("1005 JPY", "half-up", 101),
        ("1005 JPY", "half-even", 100),
        ("1.005 KWD", "half-up", 101),
        ("10.05 EUR", "half-up", 101),
        ("10.04 EUR", "half-up", 100),
    ],
)
def test_rounding_to_the_minor_unit(amount: str, rounding: str, minor: int) -> None:
    """A tenth of each amount."""
    world = WORLD._replace(rounding=rounding)
    assert discounted(amount, percent("10"), world=world).discounts == {"A": minor}


def test_what_rounding_puts_over_the_charge_is_taken_from_the_last() -> None:
    """Half a cent twice is one cent once."""
    answer = discounted("0.01 EUR", percent("50"), percent("100"))
    assert answer == ({"A": 1}, {"B": {"nothing_left"}})


def test_a_charge_is_discounted_no_further_than_to_nothing() -> None:
    """What comes after a full discount finds nothing left; so does a charge of zero or less."""
    answer = discounted("5.00 EUR", off("10 EUR"), percent("100"))
    assert answer == ({"B": 500}, {"A": {"nothing_left"}})
    assert discounted("0.00 EUR", percent("10")).declined == {"A": {"nothing_left"}}
    assert discounted("-5.00 EUR", off("1 EUR")).declined == {"A": {"nothing_left"}}


def test_fixed_amounts_redeemed_at_one_instant_go_by_name() -> None:
    """Capitals come first by code point."""
    coupons = [Coupon(n, discount=(s.Discount(off("3 EUR")),)) for n in ("b", "a", "Z")]
    answer = discounted("5.00 EUR", *coupons, redeemed=[NOON, NOON, NOON])
    assert answer == ({"C": 300, "B": 200}, {"A": {"nothing_left"}})


def test_the_best_of_several_is_the_one_that_gives_most_by_itself() -> None:
    """At a tie it is the first redeemed."""

    def welcome(name_: str, given: s.Given) -> Coupon:
        return Coupon(name_, ZURICH, discount=(s.Discount(given),), best_of="welcome")

    fifth, fixed = welcome("a", percent("20")), welcome("b", off("15 EUR"))
    assert discounted("50.00 EUR", fifth, fixed) == ({"B": 1500}, {"A": {"outdone"}})
    assert discounted("100.00 EUR", fifth, fixed) == ({"A": 2000}, {"B": {"outdone"}})
    assert discounted("75.00 EUR", fixed, fifth) == ({"A": 1500}, {"B": {"outdone"}})


def test_the_first_line_of_a_discount_whose_condition_holds_is_given() -> None:
    """An unknown stops the choice."""
    five_hundred = s.Literal(s.LiteralKind.NUMBER, "500")
    many = s.Order(name("quantity"), s.Comparison.AT_LEAST, five_hundred)
    lines = (s.Discount(percent("20"), many), s.Discount(off("10 USD"), is_one_of("fee", "setup")))
    tiers, last = (
        Coupon("t", discount=lines),
        Coupon("t", discount=(*lines, s.Discount(off("1 USD")))),
    )
    assert discounted("100.00 USD", tiers, facts={"quantity": "500"}).discounts == {"A": 2000}
    setup = discounted("100.00 USD", tiers, fee="setup", facts={"quantity": "499"})
    assert setup.discounts == {"A": 1000}
    neither = discounted("100.00 USD", tiers, facts={"quantity": 1})
    assert neither.declined == {"A": {"condition_not_met"}}
    assert discounted("100.00 USD", last, facts={"quantity": 1}).discounts == {"A": 100}
    assert discounted("100.00 USD", last).declined == {"A": {"fact_missing"}}


def test_a_charge_before_the_redemption_is_declined() -> None:
    """The redemption's own instant is not before it."""
    later = instant("2026-02-01T12:00:00.000001Z")
    assert discounted("1.00 EUR", percent("50"), redeemed=[NOON]).discounts == {"A": 50}
    refused = discounted("1.00 EUR", percent("50"), redeemed=[later])
    assert refused.declined == {"A": {"not_yet"}}


# --- generated cases --------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(charges())
def test_every_code_gets_an_answer_and_no_charge_is_exceeded(charge: Charge) -> None:
    """A discount is positive, and their sum at most the charge."""
    answer = Answer(*apply(charge.cases()))
    codes = {redemption.code for redemption in charge.redemptions}
    assert answer.discounts.keys() | answer.declined.keys() == codes
    assert not answer.discounts.keys() & answer.declined.keys()
    amount = Case(Coupon("any"), charge.world, charge.at, charge.facts)
    total = amount.read("amount")[0]
    assert all(minor > 0 for minor in answer.discounts.values())
    assert sum(answer.discounts.values()) <= max(total, 0)


@settings(max_examples=100, deadline=None)
@given(cases("application"))
def test_the_order_of_rules_never_matters(case: Case) -> None:
    """Rules are joined by `and`."""
    turned = case.coupon._replace(application=case.coupon.application[::-1])
    assert reasons(case, "application") == reasons(case._replace(coupon=turned), "application")


@settings(max_examples=100, deadline=None)
@given(conditions(), cases("application"))
def test_a_condition_and_its_negation_are_never_both_met(rule: s.Condition, case: Case) -> None:
    """Both are unknown, or one of them holds."""
    held, negated = verdict(rule, case), verdict(s.Not(rule), case)
    assert {held, negated} in ({None}, {True, False})
