from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from engine.catalogue.kinds import KINDS
from engine.catalogue.shapes import check_shape
from engine.catalogue.yaml_reader import read
from engine.diagnostics import WARNINGS
from engine.resources import folder

Schema = dict[str, Any]

CHECKS = ("type", "enum", "pattern", "minLength", "minItems", "minProperties")


def schema(kind: str) -> Schema:
    path = folder("schemas") / f"{kind}.schema.json"
    loaded: Schema = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def subschemas(node: object) -> Iterator[Schema]:
    """Every mapping of a schema that says something of a value."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from subschemas(value)
    elif isinstance(node, list):
        for value in node:
            yield from subschemas(value)


def keys(kind: str) -> Iterator[tuple[str, Schema]]:
    for found in subschemas(schema(kind)):
        conditional = "required" not in found and "type" not in found
        if isinstance(found.get("properties"), dict) and not conditional:
            yield from found["properties"].items()


def typed(value: object) -> object:
    """What an editor sees: keys are text, and so are dates."""
    if isinstance(value, dict):
        return {str(key): typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return str(value) if isinstance(value, datetime.date) else value


def editor_errors(text: str) -> list[str]:
    found: list[str] = []
    for document in yaml.safe_load_all(text):
        validator = Draft202012Validator(schema(next(iter(document))))
        found.extend(error.message for error in validator.iter_errors(typed(document)))
    return found


def loader_errors(text: str) -> list[str]:
    source = read("f", text.encode())
    found = [problem.message for problem in source.diagnostics]
    for document in source.documents:
        found.extend(problem.message for problem in check_shape(document)[1])
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_valid(kind: str) -> None:
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_named_after_its_kind_and_refers_to_itself_only(kind: str) -> None:
    found = schema(kind)
    references = {part["$ref"] for part in subschemas(found) if "$ref" in part}
    assert found["$id"] == f"{kind}.schema.json"
    assert {ref.removeprefix("#/$defs/") for ref in references} == set(found["$defs"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_describes_itself_and_every_key(kind: str) -> None:
    found = schema(kind)
    described = [("", found), *keys(kind)]
    bare = [key for key, part in described if not (part.get("title") and part.get("description"))]
    unfinished = [key for key, part in described if not part["description"].endswith(".")]
    assert (bare, unfinished) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_closes_every_mapping_or_says_what_it_holds(kind: str) -> None:
    open_ones = [
        part["x-expected"]
        for part in subschemas(schema(kind))
        if part.get("properties") and part.get("type") == "object"
        if "additionalProperties" not in part
    ]
    # Facts of any name may stand in these.
    expected = ["a step such as `redeem: CODE`", "a mapping of facts to values"]
    onboarding = ["a mapping with `subscription`"]
    assert sorted(open_ones) == (sorted(expected + onboarding) if kind == "scenario" else [])


@pytest.mark.parametrize("kind", KINDS)
def test_every_check_says_what_it_expects(kind: str) -> None:
    speechless = [
        part
        for part in subschemas(schema(kind))
        if any(isinstance(part.get(check), str | list | int) for check in CHECKS)
        if "x-expected" not in part
    ]
    assert speechless == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_pattern_is_anchored_and_compiles(kind: str) -> None:
    patterns = [
        part["pattern"] for part in subschemas(schema(kind)) if isinstance(part.get("pattern"), str)
    ]
    loose = [pattern for pattern in patterns if not re.fullmatch(r"\^.*\$", pattern)]
    assert loose == []


def test_a_change_in_a_scenario_has_the_keys_of_a_coupon() -> None:
    coupon, change = schema("coupon"), schema("scenario")["$defs"]["change"]
    expected = {key: part for key, part in coupon["properties"].items() if key != "coupon"}
    found = {key: part for key, part in change["properties"].items() if key != "coupon"}
    assert found == expected


def test_the_rules_of_a_change_have_the_shape_of_a_coupons() -> None:
    names = ("rules", "rule", "explained_rule", "discount", "grants")
    coupon, scenario = schema("coupon")["$defs"], schema("scenario")["$defs"]
    assert [scenario[name] for name in names] == [coupon[name] for name in names]


def test_the_warnings_that_a_coupon_can_allow_are_all_warnings() -> None:
    allowed = set(schema("coupon")["$defs"]["warnings"]["items"]["enum"])
    assert (len(allowed), WARNINGS - allowed) == (11, frozenset())


EXAMPLES = {
    "coupon": """
coupon: black-friday-2026
title: Black Friday 2026          # what a subscriber sees on a bill
timezone: Europe/Zurich
discount: 20% up to 50 EUR
codes: [BLACKFRIDAY2026, 2026, 0012]
labels: {campaign: bf-2026, year: 2026}
active: false
allow: [no-fee-rule, open-values]
valid: 12 months
format: voucher
alerts: [80%, 100%]
best of: autumn
was: black-friday
redemption:
  - from 2026-11-27 through 2026-11-30
  - at most 500 redemptions per code
  - rule: customer.country is one of CH, DE, AT
    because: This offer is for customers in Switzerland, Germany and Austria.
    reason: wrong_country
application:
  - fee is one of setup, period
""",
    "tiers": """
coupon: tiers
discount:
  - 50% when within 3 months of redeemed
  - 10 USD when currency is USD
  - 5%
""",
    "grants": """
coupon: professional-12-months
title: Professional, 12 months
format: voucher
valid: 12 months
grants:
  plan: professional
  features: FF60
  add-ons: [Interconnect]
  points: 50
  subaccounts: 4
  duration: 12 months
redemption:
  - at most 1 redemption per code
---
coupon: from-code
grants: {from: code, duration: 30 days}
---
coupon: by-name
grants: {features: [Weather, Tariffs]}
""",
    "space": """
space: acme
timezone: Europe/Zurich
currency: CHF
rounding: half-up
approvals: {changes: 1, activations: 0}
notices: {expiring: [60 days, 14 days, 1 day], renewal: [30 days]}
references: "{client}-{project}-{number:3}"
""",
    "features and formats": """
features: rayleighconnect
width: 16
bits: {15: Advanced Dashboards, 14: Archival Data Visualization}
reserved: [3, 2, 1]
named: {Core: E900, Core + Interconnect: E980, Professional: FF60, Ten: 10, Float: 9E10}
---
format: subscription
template: ACC-{features:flags(rayleighconnect)}-P{points:int}S{subaccounts:int}
---
format: trial
template: ACT-{features:flags(rayleighconnect)}-{reference:alnum(1..8)}
accepts: ["ACT-{features:flags(rayleighconnect)}0-{reference:alnum(1..8)}"]
---
format: voucher
template: "{body:sealed(16, check)/4}"
alphabet: crockford32
fields: {spec: 12, issued: month(8), serial: 20}
seal: 35
""",
    "rates": """
rates: treasury
base: EUR
table:
  - {at: 2026-01-01, USD: "1.10", CHF: "0.95"}
  - {at: 2026-02-01T12:00:00Z, USD: 1.12, JPY: 160}
""",
    "partner": """
partner: acme-energy
title: Acme Energy
logo: acme.png
contact: {email: hello@acme.example, phone: "+41 44 000 00 00", web: https://acme.example}
colours: {primary: "#00539f"}
prices: {list: {professional-12-months: 480 EUR}, volume: {10: 5%, 50: 10%}, markup: 15%}
""",
    "vocabulary": """
vocabulary: telecom
facts:
  customer.loyalty: one of bronze, silver, gold
  subscription.region: text
fees: [usage-overage]
values:
  product: [core, pro]
  component: [base, seats]
""",
    "group": """
group: xyz
title: Company XYZ
owner: {customer: cus-xyz, product: Group owners, plan: p, amount: 900.00 USD, billing: invoice}
users: {product: Group users, plan: xyz-users, amount: 20.00 USD}
access:
  - code: XYZCOUPONCODE
    seats: 50
  - unique codes: 10
  - list: 40
  - email domain: xyz.example
  - networks: [192.0.2.0/24, "2001:db8::/32"]
---
scenario: who belongs gets in
given: {at: 2026-05-01T00:00:00Z}
steps:
  - {redeem: XYZCOUPONCODE, subscription: {id: s1, plan: xyz-users}, expect: redeemed}
  - {admit: xyz, customer: {id: u2, email: ada@xyz.example}, expect: admitted}
  - {admit: xyz, customer: {id: u5, ip: "2001:db8::5"}, expect: {refused: condition_not_met}}
""",
    "scenario": """
scenario: metered credit is per period, not per unit
coupons: [meter-credit]
given:
  at: 2026-01-01T00:00:00Z
  customer: {id: cus-1, country: CH}
  subscription: {id: sub-1, product: storage, currency: USD}
steps:
  - redeem: TENOFF
    expect: redeemed
  - charge: {id: le-1, fee: metered, quantity: 500, amount: 50.00 USD}
    expect: {discount: 10.00 USD, net: 40.00 USD}
  - charge: {id: le-2, fee: setup, amount: 99.00 USD}
    expect: {discount: none, net: 99.00 USD, declined: {TENOFF: condition_not_met}}
  - change:
      coupon: meter-credit
      application:
        - fee is one of metered, period
    expect: pending
  - {enact: meter-credit, expect: done}
  - {switch-off: {coupon: quarter-off}, expect: done}
  - {switch-on: QUARTER, at: "2026-11-30T23:59:59+01:00", by: merchant, expect: done}
  - {evaluate: {fee: metered}, codes: [A, {code: B, redeemed: 2026-01-01T00:00:00Z}],
     expect: {indicated: true, discounts: {A: 1 USD}}}
  - {reverse: le-1, expect: reversed}
  - {attach: A, expect: attached}
  - {onboard: {subscription: {id: s}}, expect: {A: redeemed, B: {refused: ended}}}
  - {hold: A, for: 15 minutes, expect: held}
  - {confirm: A, expect: confirmed}
  - {release: A, expect: released}
  - {remove: A, expect: {refused: [not_redeemed]}}
  - {issue: {coupon: a, count: 3, as: NEW}, expect: done}
  - parse: ACC-F000-P50S4
    expect:
      format: subscription
      code: ACC-F000-P50S4
      fields: {features: F000, points: 50, subaccounts: 4}
      features: [Advanced Dashboards, Map module]
      named: Core
""",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_loader_accepts_every_example_of_the_language(name: str) -> None:
    assert loader_errors(EXAMPLES[name]) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_editors_accept_every_example_of_the_language(name: str) -> None:
    assert editor_errors(EXAMPLES[name]) == []


@pytest.mark.parametrize(
    "text",
    [
        "coupon: a\n",
        "coupon: a\ndiscount: 5%\ntitle:\n",
        "coupon: a\ndiscount: 5%\nactive: 1\n",
        "coupon: a\ndiscount: 5%\nvalid: 12\n",
        "coupon: a\ndiscount: 5%\nredemption: x\n",
        "coupon: a\ndiscount: 5%\nredemption: [{because: x}]\n",
        "features: a\nwidth: -1\n",
        "features: a\nwidth: 1.5\n",
        "rates: a\nbase: EUR\ntable: [{at: 2026-01-01, USD: 0}]\n",
        "scenario: a\nsteps: [{redeem: A, hold: B}]\n",
        "scenario: a\nsteps: [{redeem: A, expect: held}]\n",
    ],
)
def test_editors_and_the_loader_refuse_the_same(text: str) -> None:
    assert (bool(editor_errors(text)), bool(loader_errors(text))) == (True, True)
