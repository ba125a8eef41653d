"""Scenario documents: what they mean, and what is wrong with them at the very word."""

from __future__ import annotations

import json

import pytest

from engine.calendar import parse_instant
from engine.catalogue import steps
from engine.catalogue.catalogue import Catalogue
from engine.catalogue.loader import assemble, load_texts
from engine.catalogue.steps import Scenario, Step
from engine.catalogue.yaml_reader import read
from engine.money import Money
from tests.catalogue.test_diagnostics import Found, marked

POLICIES = """\
space: acme
timezone: Europe/Zurich
currency: CHF
---
vocabulary: more
facts: {customer.vip: yes/no, customer.spent: money, charge.channel: "one of web, app"}
values: {product: [core, pro]}
---
coupon: spring
discount: 10%
codes: [SPRING]
redemption: [at most 5 redemptions per code]
application: [fee is period]
---
"""
HEAD = POLICIES + "scenario: story\n"


def catalogue(text: str) -> Catalogue:
    return load_texts({"f.yaml": text})


def found(text: str) -> Found:
    diagnostics = catalogue(text).diagnostics
    return [(each.name, each.location.line, each.location.column) for each in diagnostics]


def scenario(text: str) -> Scenario:
    read = catalogue(HEAD + text)
    assert read.diagnostics == ()
    (only,) = read.scenarios
    return only


def step(text: str, given: str = "") -> Step:
    (only,) = scenario(f"given: {{at: 2026-05-01T00:00:00Z{given}}}\nsteps: [{text}]\n").steps
    return only


def message(text: str) -> tuple[str, str]:
    (only,) = catalogue(text).diagnostics
    return only.message, only.help


WRONG = [
    ("unknown-coupon", "coupons: [‹sprng]\nsteps: []"),
    ("unknown-fact", "given: {customer: {‹contry: CH}}\nsteps: []"),
    ("unknown-fact", "given: {‹custmer: {id: a}}\nsteps: []"),
    ("unknown-fact", "given: {‹customer.country: CH}\nsteps: []"),
    ("unknown-fact", "given: {‹issued: 2026-05-01T00:00:00Z}\nsteps: []"),
    ("unknown-value", "given: {customer: {country: ‹UK}}\nsteps: []"),
    ("unknown-value", "given: {product: ‹storage}\nsteps: []"),
    ("unknown-value", "given: {subscription: {product: ‹storage}}\nsteps: []"),
    ("unknown-currency", "given: {subscription: {currency: ‹EURO}}\nsteps: []"),
    ("unknown-currency", "given: {customer: {spent: 10 ‹EURO}}\nsteps: []"),
    ("too-many-decimals", "given: {customer: {spent: ‹10.505 CHF}}\nsteps: []"),
    ("type-mismatch", "given: {customer: {spent: ‹10}}\nsteps: []"),
    ("type-mismatch", "given: {customer: {spent: ‹much}}\nsteps: []"),
    ("type-mismatch", "given: {customer: {vip: ‹yes}}\nsteps: []"),
    ("type-mismatch", "given: {customer: {email: ‹ada}}\nsteps: []"),
    ("type-mismatch", "given: {customer: {ip: ‹192.0.2.0/24}}\nsteps: []"),
    ("type-mismatch", "given: {quantity: ‹many}\nsteps: []"),
    ("type-mismatch", "given: {at: ‹tomorrow}\nsteps: []"),
    ("type-mismatch", "given: {at: ‹2026-05-01}\nsteps: []"),
    ("type-mismatch", "given: {at: ‹0001-01-01T00:00:00Z}\nsteps: []"),
    ("missing-timezone", "given: {at: ‹2026-05-01T00:00:00}\nsteps: []"),
    ("missing-timezone", "given: {customer: {signed_up: ‹2026-05-01 10:00}}\nsteps: []"),
    ("wrong-shape", "given: {customer: {tags: ‹vip}}\nsteps: []"),
    ("wrong-shape", "given: {customer: {tags: ‹[[vip]]}}\nsteps: []"),
    ("wrong-shape", "given: {customer: {id: ‹[a]}}\nsteps: []"),
    ("wrong-shape", "given: {customer: {‹id: }}\nsteps: []"),
    ("wrong-shape", "given: {period: ‹first}\nsteps: []"),
    ("missing-key", "steps:\n  - ‹redeem: SPRING"),
    ("missing-key", "steps:\n  - ‹{switch-off: SPRING}"),
]
STEPS = [
    ("unknown-fact", "{redeem: SPRING, customer: {‹nme: Ada}}"),
    ("unknown-fact", "{charge: {‹fe: period, amount: 10 CHF}}"),
    ("unknown-value", "{charge: {fee: ‹perod, amount: 10 CHF}}"),
    ("unknown-value", "{charge: {fee: period, channel: ‹phone, amount: 10 CHF}}"),
    ("unknown-currency", "{charge: {fee: period, amount: 10 ‹ABC}}"),
    ("unknown-currency", "{evaluate: {fee: metered, currency: ‹ABC}}"),
    ("too-many-decimals", "{charge: {fee: period, amount: ‹10.5 JPY}}"),
    ("type-mismatch", "{charge: {fee: period, amount: ‹10.50}}"),
    ("too-many-decimals", "{charge: {amount: 1 CHF}, expect: {net: ‹1.001 CHF}}"),
    ("unknown-currency", "{charge: {amount: 1 CHF}, expect: {discounts: {SPRING: 1 ‹CHFF}}}"),
    ("type-mismatch", "{charge: {amount: 1 CHF}, expect: {discount: ‹nothing}}"),
    ("wrong-shape", "{charge: {amount: 1 CHF}, expect: {refused: a, ‹net: 1 CHF}}"),
    ("type-mismatch", "{evaluate: {amount: 1 CHF}, codes: [{code: S, redeemed: ‹then}]}"),
    ("type-mismatch", "{redeem: SPRING, at: ‹then}"),
    ("unknown-coupon", "{switch-off: {coupon: ‹sprng}}"),
    ("unknown-coupon", "{enact: ‹sprng}"),
    ("unknown-coupon", "{issue: {coupon: ‹sprng, count: 2}}"),
    ("unknown-coupon", "{change: {coupon: ‹sprng, discount: 5%}}"),
    ("unknown-coupon", "{change: {coupon: summer, was: ‹sprng, discount: 5%}}"),
    ("unknown-fact", "{change: {coupon: spring, application: [‹fe is period]}}"),
    ("ambiguous-end", "{change: {coupon: spring, redemption: [until ‹2026-05-31]}}"),
]


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_what_is_wrong_is_reported_at_the_word(name: str, text: str) -> None:
    marks, expected = marked(f"{HEAD}{text}\n", name)
    assert found(marks) == expected


@pytest.mark.parametrize(("name", "text"), STEPS)
def test_what_is_wrong_with_a_step_is_reported_at_the_word(name: str, text: str) -> None:
    whole = f"{HEAD}given: {{at: 2026-05-01T00:00:00Z}}\nsteps:\n  - {text}\n"
    marks, expected = marked(whole, name)
    assert found(marks) == expected


def test_a_misspelt_fact_gets_a_suggestion() -> None:
    said = message(HEAD + "given: {customer: {contry: CH}}\nsteps: []\n")
    assert said == ("no fact is called `customer.contry`", "did you mean `customer.country`?")


def test_a_dotted_fact_is_told_to_be_an_object() -> None:
    _, help_ = message(HEAD + "given: {customer.country: CH}\nsteps: []\n")
    assert help_ == "write an object for each dot: `customer: {country: …}`"


def test_a_fact_that_the_service_knows_is_not_given() -> None:
    said, _ = message(HEAD + "given: {issued: 2026-05-01T00:00:00Z}\nsteps: []\n")
    assert said == "`issued` is not given: the service knows it"


def test_a_step_without_a_moment_says_where_it_can_stand() -> None:
    said = message(HEAD + "steps: [{redeem: SPRING}]\n")
    assert said == (
        "the step `redeem` needs the key `at`",
        "give the moment here, or in `given` for all steps",
    )


def test_codes_are_not_checked_when_read() -> None:
    assert step("{redeem: NO-SUCH-CODE}").expect == steps.Done()


def test_reading_a_code_needs_no_moment() -> None:
    (only,) = scenario("steps: [{parse: ABC, expect: {refused: code_malformed}}]\n").steps
    assert (only.at, only.expect) == (None, steps.Refused(("code_malformed",)))


def test_facts_become_the_values_of_a_request() -> None:
    text = (
        ", customer: {id: 007, vip: true, tags: [a, b], spent: 10 CHF,"
        " signed_up: 2026-01-31 10:00+01:00}"
    )
    assert step("{redeem: SPRING}", text).facts == {
        "customer": {
            "id": "007",
            "vip": True,
            "tags": ["a", "b"],
            "spent": {"amount": "10.00", "currency": "CHF"},
            "signed_up": "2026-01-31T09:00:00Z",
        }
    }


def test_a_step_overrides_given_facts_one_by_one() -> None:
    given = ", customer: {id: a, country: CH}, by: merchant"
    found = step("{redeem: SPRING, customer: {country: DE}, by: subscriber}", given)
    assert found.facts == {"customer": {"id": "a", "country": "DE"}, "by": "subscriber"}


def test_the_moment_of_a_step_comes_before_the_given_one() -> None:
    at = step("{redeem: SPRING, at: 2026-06-01T02:00:00+02:00}").at
    assert at == parse_instant("2026-06-01T00:00:00Z")


def test_a_product_beside_a_step_is_the_subscriptions() -> None:
    assert step("{redeem: SPRING, product: pro}").facts == {"subscription": {"product": "pro"}}


def test_an_amount_of_a_charge_brings_its_currency() -> None:
    found = step("{charge: {id: c, fee: period, amount: 5.5 EUR, product: pro, quantity: 3}}")
    assert isinstance(found, steps.Charge)
    assert found.charge == {
        "id": "c",
        "fee": "period",
        "amount": "5.50",
        "currency": "EUR",
        "product": "pro",
        "quantity": "3",
    }


@pytest.mark.parametrize(
    ("given", "currency"), [("", "CHF"), (", subscription: {currency: USD}", "USD")]
)
def test_a_charge_without_an_amount_is_in_the_billed_currency(given: str, currency: str) -> None:
    found = step("{evaluate: {fee: metered}}", given)
    assert isinstance(found, steps.Evaluate)
    assert found.charge == {"fee": "metered", "currency": currency}


def test_given_facts_of_charges_are_the_charges() -> None:
    found = step("{charge: {id: c, amount: 1 CHF}}", ", fee: period, period: {number: 2}")
    assert isinstance(found, steps.Charge)
    assert (found.charge["fee"], found.charge["period"]) == ("period", {"number": "2"})


def test_facts_of_the_event_within_a_charge_are_the_events() -> None:
    found = step(
        "{charge: {id: c, amount: 1 CHF, subscription: {id: s}, at: 2026-06-01T00:00:00Z}}"
    )
    assert isinstance(found, steps.Charge)
    assert (found.facts, found.at) == (
        {"subscription": {"id": "s"}},
        parse_instant("2026-06-01T00:00:00Z"),
    )
    assert "subscription" not in found.charge


def test_a_charge_without_an_id_is_named_after_its_place() -> None:
    found = step("{charge: {amount: 1 CHF}}")
    assert isinstance(found, steps.Charge)
    assert found.charge["id"] == "step-1"


def test_codes_to_try_can_be_redeemed_at_a_moment() -> None:
    text = "{evaluate: {amount: 1 CHF}, codes: [A, {code: B, redeemed: 2026-04-01T00:00:00Z}]}"
    found = step(text)
    assert isinstance(found, steps.Evaluate)
    assert found.codes == ("A", {"code": "B", "redeemed": "2026-04-01T00:00:00Z"})


def test_expectations_of_a_charge() -> None:
    expect = "{discount: none, net: 1 CHF, discounts: {A: 0.5 CHF}, declined: {B: [x, y]}}"
    assert step(f"{{charge: {{amount: 1 CHF}}, expect: {expect}}}").expect == steps.Discounted(
        "none", Money(100, "CHF"), {"A": Money(50, "CHF")}, {"B": ("x", "y")}
    )


def test_what_becomes_of_attached_codes() -> None:
    text = "{onboard: {subscription: {id: s}}, expect: {A: redeemed, B: {refused: x}}}"
    found = step(text, ", customer: {id: c}")
    assert found.expect == steps.Onboarded({"A": steps.Done(), "B": steps.Refused(("x",))})
    assert found.facts == {"customer": {"id": "c"}, "subscription": {"id": "s"}}


def test_a_hold_has_a_length() -> None:
    held = [step("{hold: A, for: 2 hours}"), step("{hold: A}")]
    assert [each.length for each in held if isinstance(each, steps.Hold)] == [
        "2 hours",
        "15 minutes",
    ]


def test_what_becomes_of_what_runs_is_said_by_a_word() -> None:
    words = [
        step("{redeem: A, running: after}"),
        step("{hold: A, running: replace}"),
        step("{confirm: A, running: add}"),
        step("{onboard: {subscription: {id: s}}, running: after}", ", customer: {id: c}"),
        step("{redeem: A}"),
    ]
    assert [getattr(each, "running", "") for each in words] == [
        "after",
        "replace",
        "add",
        "after",
        None,
    ]


def test_a_change_replaces_the_keys_that_it_gives() -> None:
    found = step("{change: {coupon: spring, discount: 50%, title: Half}}")
    assert isinstance(found, steps.Change)
    assert json.loads(found.document) == {
        "coupon": "spring",
        "discount": "50%",
        "codes": ["SPRING"],
        "redemption": ["at most 5 redemptions per code"],
        "application": ["fee is period"],
        "title": "Half",
    }
    assert found.changed.title == "Half"


def test_a_change_starts_from_the_one_before_it() -> None:
    text = (
        "given: {at: 2026-05-01T00:00:00Z}\nsteps:\n"
        "  - change: {coupon: spring, discount: 50%}\n"
        "  - change: {coupon: spring, labels: {a: b}}\n"
        "  - change: {coupon: spring, title: Kept}\n"
        "  - enact: spring\n"
        "  - change: {coupon: spring, discount: 20%}\n"
    )
    last = scenario(text).steps[-1]
    assert isinstance(last, steps.Change)
    assert (last.changed.title, last.changed.discount[0].text) == ("Kept", "20%")
    assert last.changed.labels == {"a": "b"}


def test_a_change_can_rename() -> None:
    text = (
        "given: {at: 2026-05-01T00:00:00Z}\nsteps:\n"
        "  - change: {coupon: summer, was: spring}\n"
        "  - enact: summer\n"
        "  - switch-off: {coupon: summer}\n"
    )
    change, enact, _ = scenario(text).steps
    assert isinstance(change, steps.Change)
    assert isinstance(enact, steps.Enact)
    assert (change.coupon, change.changed.name, enact.coupon) == ("spring", "summer", "spring")


def test_warnings_that_a_coupon_allows_are_not_of_its_changes() -> None:
    rule = "redemption: [customer.segment is vip]"
    allowed = HEAD + (
        "given: {at: 2026-05-01T00:00:00Z}\n"
        f"steps: [{{change: {{coupon: spring, {rule}, allow: [open-values]}}}}]\n"
    )
    assert found(allowed) == []
    assert [name for name, _, _ in found(allowed.replace(", allow: [open-values]", ""))] == [
        "open-values"
    ]


def test_chosen_coupons() -> None:
    assert scenario("coupons: [spring]\nsteps: []\n").coupons == ("spring",)
    assert scenario("coupons: []\nsteps: []\n").coupons == ()
    assert scenario("steps: []\n").coupons is None


def test_facts_of_a_broken_vocabulary_are_not_reported_again() -> None:
    broken = POLICIES.replace("customer.vip: yes/no", "customer.vip: perhaps")
    text = broken + "scenario: s\ngiven: {customer: {vip: true}}\nsteps: []\n"
    assert [name for name, _, _ in found(text)] == ["rule-syntax"]


GROUP = """\
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: core, plan: p}
users: {product: pro, plan: xyz-users}
access: [{list: 40}]
---
"""
ADMIT = """\
scenario: story
given: {at: 2026-05-01T00:00:00Z}
steps:
  - {admit: %s, expect: admitted}
"""


def test_the_group_of_a_step_has_to_be_there() -> None:
    assert found(POLICIES + GROUP + ADMIT % "xyz") == []
    wrong = POLICIES + GROUP + ADMIT % "xyy"
    line = wrong[: wrong.index("admit:")].count("\n") + 1
    assert found(wrong) == [("unknown-coupon", line, 13)]
    assert message(wrong) == ("no group is called `xyy`", "did you mean `xyz`?")


def test_a_part_of_a_catalogue_may_name_groups_that_are_elsewhere() -> None:
    source = read("f.yaml", (ADMIT % "nope").encode())
    assert assemble([source], frozenset()).diagnostics == ()


def test_a_group_that_can_not_be_read_is_not_missed() -> None:
    broken = GROUP.replace("group: xyz", "group: xyz\ncolour: red")
    assert [name for name, _, _ in found(POLICIES + broken + ADMIT % "xyz")] == ["unknown-key"]
