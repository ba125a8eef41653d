"""What can't be read as a request is refused, at its place and in words."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decisions.evaluation import Policies
from engine.decisions.flaws import RequestError
from tests.decisions.asking import NOON, charge, coupon, flaws, policies, request, rules

VOCABULARY = """\
vocabulary: telecom
facts:
  customer.loyalty: one of bronze, silver, gold
  customer.limit: number
  customer.spent: money
  customer.vip: yes/no
values: {product: [core, pro]}
"""
INSTANT = "an instant with an offset such as `2026-11-28T10:00:00+01:00`"
NUMBER = "a plain decimal number of at most 40 digits is needed"
FLOAT = "a binary floating-point number is not exact: give text or a Decimal"
HALF = "the text holds half of a surrogate pair"


@cache
def asked() -> Policies:
    """Policies that read every kind of fact."""
    every = rules(
        "customer.limit is over 1 or customer.spent is over 1 EUR or customer.vip",
        "customer.signed_up is before 2026-11-01 or customer.ip is in 192.0.2.0/24",
        "at most 3 redemptions per customer in any 30 days",
    )
    some = rules("quantity is over 1 or product is pro", "within 3 months of redeemed")
    return policies(coupon("all", redemption=every, application=some), VOCABULARY)


def with_charge(**facts: Any) -> dict[str, Any]:
    return request(charges=[charge() | facts])


def with_customer(**facts: Any) -> dict[str, Any]:
    return request(customer=facts)


# --- what is not JSON ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pointer", "message"),
    [
        ("", "", "this is not JSON: expecting value at line 1, column 1"),
        ("{}\n x", "", "this is not JSON: extra data at line 2, column 2"),
        ("{'at': 1}", "", "this is not JSON: "),
        ('{"at": 1,}', "", "this is not JSON: "),
        (b"{\xff}", "", "byte 2 is not UTF-8"),
        ("{}".encode("utf-16"), "", "byte 1 is not UTF-8"),
        ('{"at": NaN}', "/at", "`NaN` is no number of JSON"),
        ('{"charges": [{"quantity": Infinity}]}', "/charges/0/quantity", "`Infinity` is no number"),
        ('{"a": {"b": -Infinity}}', "/a/b", "`-Infinity` is no number of JSON"),
        ('{"at": 1, "at": 2}', "/at", "`at` stands twice"),
        ('{"a": [{"b": {"c/d~": 1, "c/d~": 1}}]}', "/a/0/b/c~1d~0", "`c/d~` stands twice"),
        ("[" * 100_000, "", "objects nest more than 64 deep"),
        ("[" * 66 + "]" * 66, "/0" * 65, "objects nest more than 64 deep"),
        ('{"a":' * 65 + "1" + "}" * 65, "/a" * 65, "objects nest more than 64 deep"),
        ('{"at": "\\ud800"}', "/at", HALF),
        ('{"a": {"\\udc00": 1}}', "/a", "a key holds half of a surrogate pair"),
        ('{"a": "x\\u0000"}', "/a", "the text holds the character U+0000"),
        ("null", "", "an object is expected"),
        ("[]", "", "an object is expected"),
        ('"text"', "", "an object is expected"),
        ('{"at": "2026-06-15T12:00:00Z"}', "", "`charges` is missing"),
    ],
)
def test_text_that_is_no_request(text: str | bytes, pointer: str, message: str) -> None:
    ((found, said),) = flaws(asked(), text)
    assert (found, said[: len(message)]) == (pointer, message)


def as_json(value: dict[str, Any], number: str) -> str:
    """JSON in which the one place `0` is another number."""
    return json.dumps(value).replace(": 0", f": {number}")


@pytest.mark.parametrize(
    "number",
    [
        "1e999",
        "-1e999",
        "1e-999",
        "1e" + "9" * 30,
        "1e-" + "9" * 30,
        "9" * 41,
        "9" * 5000,
        "0." + "1" * 41,
    ],
)
def test_a_huge_number_is_refused_where_it_stands(number: str) -> None:
    text = as_json(with_charge(quantity=0), number)
    assert flaws(asked(), text) == [("/charges/0/quantity", NUMBER)]


@pytest.mark.parametrize("number", ["1.10", '"1.10"', "110e-2", '"1.1"'])
def test_numbers_are_exact_decimals(number: str) -> None:
    exact = policies(coupon("all", application=rules("quantity is between 1.1 and 1.1")))
    text = as_json(request("ALL", charges=[charge(quantity=0)]), number)
    assert exact.evaluate(text).charges[0].discount == "10.00"


@pytest.mark.parametrize("number", ["nan", "inf", "sNaN", "1_000", " 1", "１", "", "0x10", "1,5"])
def test_only_plain_decimal_text_is_a_number(number: str) -> None:
    ((pointer, _),) = flaws(asked(), with_customer(limit=number))
    assert pointer == "/customer/limit"


# --- values of the wrong kind -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "pointer", "message"),
    [
        (with_charge(amount=10.5), "/charges/0/amount", FLOAT),
        (with_charge(amount=10), "/charges/0/amount", "text is expected"),
        (with_charge(amount=Decimal("10.5")), "/charges/0/amount", "text is expected"),
        (with_charge(amount="1.001"), "/charges/0/amount", "`1.001` has more decimals than EUR"),
        (
            with_charge(amount="1,00"),
            "/charges/0/amount",
            "an amount is decimal text such as `10.00`, of at most 18 digits",
        ),
        (
            with_charge(amount="1" * 17),
            "/charges/0/amount",
            "an amount is decimal text such as `10.00`, of at most 18 digits",
        ),
        (with_charge(currency="EURO"), "/charges/0/currency", "`EURO` is none of the values"),
        (with_charge(currency="XAU"), "/charges/0/currency", "`XAU` is none of the values"),
        (with_charge(currency=None), "/charges/0/currency", "text is expected"),
        (with_charge(fee="perod"), "/charges/0/fee", "`perod` is none of the values"),
        (with_charge(product="por"), "/charges/0/product", "`por` is none of the values"),
        (with_charge(quantity=True), "/charges/0/quantity", "a number, as a JSON number or"),
        (with_charge(quantity=[]), "/charges/0/quantity", "a number, as a JSON number or"),
        (with_charge(quantity="many"), "/charges/0/quantity", "`many` is no decimal number"),
        (with_charge(quantity=0.1), "/charges/0/quantity", FLOAT),
        (with_charge(quantity=float("inf")), "/charges/0/quantity", "`Infinity` is no number"),
        (with_charge(quantity=Decimal("NaN")), "/charges/0/quantity", NUMBER),
        (with_charge(quantity=10**5000), "/charges/0/quantity", NUMBER),
        (with_charge(id=7), "/charges/0/id", "text is expected"),
        (with_customer(country="ch"), "/customer/country", "`ch` is none of the values"),
        (with_customer(ip="192.0.2"), "/customer/ip", "`192.0.2` is no IP address"),
        (with_customer(email="ann"), "/customer/email", "`ann` is no email address"),
        (with_customer(vip="yes"), "/customer/vip", "`true` or `false` is expected"),
        (with_customer(tags="vip"), "/customer/tags", "a list is expected"),
        (with_customer(tags=[1]), "/customer/tags/0", "text is expected"),
        (with_customer(id="\ud800"), "/customer/id", HALF),
        (with_customer(spent="9 EUR"), "/customer/spent", "an object is expected"),
        (with_customer(spent={"amount": "9"}), "/customer/spent", "`currency` is missing"),
        (
            with_customer(spent={"amount": "9", "currency": "XXX"}),
            "/customer/spent/currency",
            "no currency is called `XXX`",
        ),
        (request(at="2026-06-15T12:00:00"), "/at", f"`2026-06-15T12:00:00` is not {INSTANT}"),
        (request(at="2026-06-15"), "/at", f"`2026-06-15` is not {INSTANT}"),
        (request(at="2026-02-30T12:00:00Z"), "/at", f"`2026-02-30T12:00:00Z` is not {INSTANT}"),
        (
            request() | {"at": datetime(2026, 6, 15)},
            "/at",
            f"`2026-06-15 00:00:00` is not {INSTANT}",
        ),
        (request() | {"at": 1781524800}, "/at", f"{INSTANT} is expected"),
        (request() | {"at": None}, "/at", f"{INSTANT} is expected"),
        (request(customer=[]), "/customer", "an object is expected"),
        (request(customer=None), "/customer", "an object is expected"),
        (request() | {"charges": {}}, "/charges", "a list is expected"),
        (request() | {"codes": "ALL"}, "/codes", "a list is expected"),
        (request(7), "/codes/0", "text or an object is expected"),
        (request("ALL", {"code": "ALL"}), "/codes/1", "`redeemed` is missing"),
        (request({"redeemed": NOON}), "/codes/0", "`code` is missing"),
        (
            request({"code": "ALL", "redeemed": "2026-01-01"}),
            "/codes/0/redeemed",
            f"`2026-01-01` is not {INSTANT}",
        ),
        (request() | {"trace": "true"}, "/trace", "`true` or `false` is expected"),
        (
            request(charges=[{"fee": "period", "currency": "EUR"}]),
            "/charges/0",
            "`amount` is missing",
        ),
        (request(charges=[{"amount": "1.00"}]), "/charges/0", "`currency` is missing"),
        ({1: 2}, "", "the keys of an object are text"),
        (MappingProxyType(with_charge(quantity=0.1)), "/charges/0/quantity", FLOAT),
    ],
)
def test_a_value_of_the_wrong_kind(given: Any, pointer: str, message: str) -> None:
    ((found, said),) = flaws(asked(), given)
    assert (found, said[: len(message)]) == (pointer, message)


def test_everything_that_is_wrong_is_said_in_the_order_in_which_it_stands() -> None:
    wrong = {
        "foo": 1,
        "codes": ["ALL", 7, {"code": "ALL", "redeemed": "now"}],
        "customer": {"country": "ZZ", "vip": "maybe", "contry": "CH"},
        "charges": [charge() | {"amount": 5}, charge(), charge() | {"fee": "zz", "x": 1}, 3],
        "trace": 1,
    }
    assert [pointer for pointer, _ in flaws(asked(), wrong)] == [
        "/foo",
        "/codes/1",
        "/codes/2/redeemed",
        "/customer/country",
        "/customer/vip",
        "/customer/contry",
        "/charges/0/amount",
        "/charges/2/fee",
        "/charges/2/x",
        "/charges/3",
        "/trace",
        "",
    ]


def test_everything_that_is_missing_is_said() -> None:
    assert flaws(asked(), {}) == [("", "`at` is missing"), ("", "`charges` is missing")]


def test_no_more_is_said_to_be_wrong_than_anybody_reads() -> None:
    assert len(flaws(asked(), request(charges=[1] * 1000))) == 20


@pytest.mark.parametrize(
    ("given", "pointer", "message"),
    [
        (with_customer(id="x" * 256), "/customer/id", "text of at most 255 characters is expected"),
        (with_customer(id=""), "/customer/id", "text that is not empty is expected"),
        (
            with_customer(id="a\tb"),
            "/customer/id",
            "`a\\tb` holds a control character, which no id can have",
        ),
        (with_customer(id="a\n"), "/customer/id", "`a\\n` holds a control character"),
        (with_customer(id="a\x7f"), "/customer/id", "`a\\x7f` holds a control character"),
        (
            request(subscription={"id": "a/b"}),
            "/subscription/id",
            "`a/b` holds `/`, which this id can't have: it stands in the paths of calls",
        ),
        (
            request(charges=[charge()] * 1001),
            "/charges",
            "at most 1000 entries are answered at once",
        ),
    ],
)
def test_an_id_can_be_called_by(given: Any, pointer: str, message: str) -> None:
    ((found, said),) = flaws(asked(), given)
    assert (found, said[: len(message)]) == (pointer, message)


def test_a_customer_and_an_invoice_may_have_a_slash() -> None:
    given = request("ALL", customer={"id": "shop/7"}, charges=[charge() | {"invoice": "INV/1"}])
    assert asked().evaluate(given).charges


# --- what only the service knows ----------------------------------------------------------------


def test_what_needs_no_store_passes_though_the_service_reads_it() -> None:
    given = request("ALL", charges=[charge() | {"corrects": None}])
    bare = asked().evaluate(request("ALL"))
    said = asked().evaluate(given | {"attached": False, "versions": {}})
    assert (said.charges, said.decision) == (bare.charges, bare.decision)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (request() | {"attached": True}, "/attached"),
        (request() | {"versions": {"all": "pending"}}, "/versions"),
        (request(charges=[charge(), charge() | {"corrects": "le-1"}]), "/charges/1/corrects"),
    ],
)
def test_what_needs_the_store_is_for_the_service(given: Any, pointer: str) -> None:
    assert flaws(asked(), given) == [(pointer, "this needs the store: ask the service")]


def test_a_coupon_is_given_as_redeemed_only_once() -> None:
    twice = {"code": "ALL", "redeemed": NOON}
    ((pointer, _),) = flaws(asked(), request(twice, twice))
    assert pointer == "/codes/1/code"


# --- names that nothing has ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "pointer", "message"),
    [
        (
            with_customer(contry="CH"),
            "/customer/contry",
            "nothing is called `contry` here: did you mean `country`?",
        ),
        (
            request(chrages=[]),
            "/chrages",
            "nothing is called `chrages` here: did you mean `charges`?",
        ),
        (
            with_charge(prodct="pro"),
            "/charges/0/prodct",
            "nothing is called `prodct` here: did you",
        ),
        (
            request({"code": "ALL", "redeemd": NOON, "redeemed": NOON}),
            "/codes/0/redeemd",
            "nothing is called `redeemd` here: did you mean `redeemed`?",
        ),
        (with_customer(**{"a/b~": 1}), "/customer/a~1b~0", "nothing is called `a/b~` here"),
        (request() | {"a\nb": 1}, "/a\nb", "nothing is called `a\nb` here"),
        (request() | {"a` - at `$.b": 1}, "/a` - at `$.b", "nothing is called `a` - at `$.b` here"),
        (
            with_customer(**{"a` - at `$.b": 1}),
            "/customer/a` - at `$.b",
            "nothing is called `a` - at `$.b` here",
        ),
    ],
)
def test_an_unknown_name_is_said_with_the_closest(given: Any, pointer: str, message: str) -> None:
    ((found, said),) = flaws(asked(), given)
    assert (found, said[: len(message)]) == (pointer, message)


def test_a_fact_that_is_null_is_one_that_was_not_given() -> None:
    nulls = request("ALL", customer={"limit": None, "vip": None}, charges=[charge(component=None)])
    found, bare = asked().evaluate(nulls), asked().evaluate(request("ALL"))
    assert found.charges == bare.charges


def test_plain_values_and_text_are_answered_alike() -> None:
    plain = request("ALL", customer={"vip": True, "ip": "192.0.2.1", "id": "cus-1"})
    texts: list[str | bytes] = [json.dumps(plain), json.dumps(plain).encode()]
    expected = asked().evaluate(plain)
    assert [asked().evaluate(text) for text in texts] == [expected] * 2


# --- anything at all ----------------------------------------------------------------------------

NAMES = ["at", "charges", "codes", "customer", "subscription", "amount", "currency", "fee", "code"]
NAMES += ["redeemed", "limit", "spent", "signed_up", "ip", "email", "quantity", "period", "start"]
TEXTS = ["ALL", "EUR", "10.00", "period", "metered", NOON, "0001-01-01T00:00:00+14:00", "192.0.2.1"]
TEXTS += ["9999-12-31T23:59:59-14:00", "a@b", "::ffff:1.2.3.4", "1e999", "-0"]

keys = st.sampled_from(NAMES) | st.text()
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(TEXTS)
    | st.decimals()
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=20
)
moments = st.sampled_from(
    [text for text in TEXTS if "T00:00" in text or "T12" in text or "T23" in text]
)
lines = st.fixed_dictionaries(
    {"amount": st.sampled_from(["0.00", "10.00"]), "currency": st.sampled_from(["EUR", "JPY"])},
    optional={"quantity": values, "period": st.fixed_dictionaries({}, optional={"start": moments})},
)
customers = st.fixed_dictionaries(
    {},
    optional={
        "id": scalars,
        "limit": scalars,
        "signed_up": moments,
        "ip": scalars,
        "email": scalars,
        "vip": st.booleans(),
    },
)
redemptions = st.just("ALL") | st.fixed_dictionaries({"code": st.just("ALL"), "redeemed": moments})
requests = st.fixed_dictionaries(
    {"at": moments, "charges": st.lists(lines, max_size=3)},
    optional={
        "codes": st.lists(redemptions, max_size=2),
        "customer": customers,
        "trace": st.booleans(),
        "by": values,
    },
)


def answered_or_refused(given: Any) -> bool:
    """Whether there is an answer, or a refusal with places and words; else it raises."""
    try:
        found = asked().evaluate(given)
    except RequestError as error:
        return all(flaw.message and flaw.pointer[:1] in ("", "/") for flaw in error.flaws)
    return len(json.loads(found.to_json())["decision"]) == len(found.decision)


@given(values | requests)
def test_any_value_is_answered_or_refused(value: Any) -> None:
    assert answered_or_refused(value)


@given(st.binary() | st.text() | values.map(lambda value: json.dumps(value, default=str)))
def test_any_text_is_answered_or_refused(text: str | bytes) -> None:
    assert answered_or_refused(text)


@pytest.mark.parametrize("at", ["0001-06-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_instants_beyond_the_calendar_are_refused(at: str) -> None:
    assert flaws(policies(coupon("c")), request("C", at=at)) == [
        ("/at", "an instant lies between the years 2 and 9998")
    ]


def test_a_request_has_at_most_a_thousand_charges() -> None:
    assert flaws(policies(coupon("c")), request("C", charges=[charge()] * 1001)) == [
        ("/charges", "at most 1000 entries are answered at once")
    ]
