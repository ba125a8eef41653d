"""The short way from JSON text to a request reads what the long way reads, or leaves it to it."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from engine.decisions.decoding import decode, read
from engine.decisions.facts import RequestTypes
from engine.decisions.json_text import read_json, read_simple
from engine.decisions.unpatterned import may_matter, unpatterned
from engine.language.vocabulary import STANDARD
from engine.service.requests import Requests

TYPES = RequestTypes(STANDARD)
ORDINARY = {
    "at": "2026-11-28T10:00:00+01:00",
    "customer": {"id": "cus-1", "country": "CH", "new": True, "tags": ["a", "b"]},
    "subscription": {"id": "sub-1", "product": "pro"},
    "charges": [
        {"fee": "period", "quantity": "5", "amount": "100.00", "currency": "CHF"},
        {"fee": "setup", "quantity": 7, "period": {"number": 1}, "currency": "CHF"},
    ],
    "codes": ["BLACKFRIDAY", {"code": "SIX", "redeemed": "2026-11-01T10:00:00Z"}],
}
TEXT = json.dumps(ORDINARY)
KEYS = [*re.finditer(r'"([a-z]+)": ', TEXT)]


def agrees(data: bytes) -> bool:
    """Whether the short way leaves a text to the long way, or reads what that reads."""
    found = read(data, TYPES.evaluate)
    return found is None or repr(found) == repr(decode(data, TYPES.evaluate))


def with_quantity(text: str) -> bytes:
    charge = f'{{"quantity": {text}, "amount": "1.00", "currency": "CHF"}}'
    return f'{{"at": "2026-11-28T10:00:00Z", "charges": [{charge}]}}'.encode()


def objects_in(kind: Any) -> Iterator[inspect.StructType]:
    """The objects that a type consists of, itself included."""
    if isinstance(kind, inspect.StructType):
        yield kind
        parts = [field.type for field in kind.fields]
    else:
        item = getattr(kind, "item_type", None) or getattr(kind, "value_type", None)
        parts = [*getattr(kind, "types", ()), *([] if item is None else [item])]
    for part in parts:
        yield from objects_in(part)


# --- requests -----------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(
    ["null", "\\", '"', "é"]
)
numbers = st.integers(-3, 1 << 70) | st.sampled_from(["5", "05", "1.50", "9" * 41, "x", True, None])
instants = st.sampled_from(["2026-11-28T10:00:00+01:00", "2026-02-30T10:00:00Z", None])


def some(
    needed: dict[str, st.SearchStrategy[Any]] | None = None, **values: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed or {}, optional=values)


charges = some(
    {"currency": st.sampled_from(["CHF", "EUR"])},
    id=texts,
    amount=st.sampled_from(["1.00", None]),
    fee=st.sampled_from(["setup", "metered", None]),
    quantity=numbers,
    period=some(start=instants, number=numbers),
)
requests = some(
    at=instants,
    customer=some(id=texts, new=st.booleans(), signed_up=instants, tags=st.lists(texts)),
    subscription=some(id=texts, product=texts),
    charges=st.lists(charges, max_size=2),
    codes=st.lists(texts, max_size=2),
    trace=st.booleans(),
    versions=st.dictionaries(texts, st.integers() | st.just("pending"), max_size=2),
    by=texts,
)


@given(requests)
def test_requests_are_read_alike_both_ways(asked: dict[str, Any]) -> None:
    """Whatever is given, left out or wrong in them, escaped by number or not."""
    whole = {"at": "2026-11-28T10:00:00Z", "charges": [], **asked}
    assert agrees(json.dumps(whole).encode())
    assert agrees(json.dumps(whole, ensure_ascii=False).encode())


@given(st.sampled_from(KEYS), st.sampled_from(["null", '"x"', "{}", "[1]", '"\\u0022"', '"\\""']))
def test_a_key_that_stands_twice_is_left_to_the_long_way(key: re.Match[str], value: str) -> None:
    """At whatever depth, and whatever stands there first."""
    doubled = f'{TEXT[: key.start()]}"{key[1]}": {value}, {TEXT[key.start() :]}'
    assert read(doubled.encode(), TYPES.evaluate) is None


@given(
    st.integers(0, len(TEXT)),
    st.integers(0, 3),
    st.sampled_from([*'{}[],:"0-. e\\\x00\t', "null", "\\u0022", "\xff", "é", "\ufeff", "1e400"]),
)
def test_a_text_with_a_slip_is_read_alike_both_ways(place: int, length: int, slip: str) -> None:
    """Some characters replaced by others, also by ones that UTF-8 does not know."""
    damaged = TEXT[:place] + slip + TEXT[place + length :]
    assert agrees(damaged.encode())
    assert agrees(damaged.encode("latin-1", "replace"))


def test_the_ordinary_request_goes_the_short_way() -> None:
    """With what is left out, nested, a list, text with other letters, or a plain escape."""
    assert repr(read(TEXT.encode(), TYPES.evaluate)) == repr(decode(TEXT, TYPES.evaluate))
    other = {**ORDINARY, "customer": {"id": "é", "referrer": '"\n'}}
    data = json.dumps(other, ensure_ascii=False).encode()
    assert repr(read(data, TYPES.evaluate)) == repr(decode(data, TYPES.evaluate))


@pytest.mark.parametrize("said", [{"trace": False}, {"by": None}, {"charges": []}, {"codes": []}])
def test_what_goes_without_saying_may_be_said(said: dict[str, object]) -> None:
    """Such a request goes one way or the other."""
    assert agrees(json.dumps({**ORDINARY, **said}).encode())


def test_a_request_has_many_charges_and_still_goes_the_short_way() -> None:
    """As many as it may have, one after another."""
    charge = {"fee": "period", "amount": "1.00", "currency": "CHF"}
    data = json.dumps({**ORDINARY, "charges": [charge] * 1000}).encode()
    assert repr(read(data, TYPES.evaluate)) == repr(decode(data, TYPES.evaluate))


@pytest.mark.parametrize("kind", [TYPES.evaluate, Requests(STANDARD).stored_evaluate])
def test_writing_a_request_adds_nothing_to_what_was_read(kind: type[msgspec.Struct]) -> None:
    """Else what is missing because a key stands twice could go unnoticed."""
    for each in objects_in(inspect.type_info(kind)):
        assert each.cls.__struct_config__.omit_defaults or all(f.required for f in each.fields)


@pytest.mark.parametrize("kind", [TYPES.evaluate, Requests(STANDARD).stored_evaluate])
def test_patterns_refuse_nothing_that_a_text_without_some_bytes_can_hold(
    kind: type[msgspec.Struct],
) -> None:
    """So that they need not be matched where it has none of these."""
    found = re.findall(r"pattern='(.*?)'[,)]", repr(inspect.type_info(kind)))
    harmless = [chr(n) for n in range(0x20, 0x3000) if not may_matter(chr(n).encode())]
    assert found
    for pattern in {literal_eval(f"'{each}'") for each in found}:
        assert all(map(re.compile(pattern).search, harmless))


@pytest.mark.parametrize("name", ["a/b", "a\x7fb", "a\nb", "a\u0007b", "/", "\\", "a b", "é"])
@pytest.mark.parametrize("whose", ["customer", "subscription"])
def test_an_id_is_refused_in_the_short_way_too(whose: str, name: str) -> None:
    """Whatever tells a text that may hold a character which ids don't."""
    data = json.dumps({**ORDINARY, whose: {"id": name}}, ensure_ascii=False).encode()
    assert agrees(data)


def test_without_patterns_a_type_is_the_same() -> None:
    """All its fields, their defaults and bounds."""
    kind = Requests(STANDARD).stored_evaluate
    described = re.sub(r"pattern='.*?'([,)])", r"pattern=None\1", repr(inspect.type_info(kind)))
    assert repr(inspect.type_info(unpatterned(kind))) == described


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["5", '"5"', '"1.50"', '"-0"', "-0", "9" * 40, f'"{"9" * 40}"'])
def test_a_number_is_read_exactly_by_the_short_way(text: str) -> None:
    """As a JSON number and as text, up to as many digits as a fact can have."""
    found = read(with_quantity(text), TYPES.evaluate)
    assert repr(found) == repr(decode(with_quantity(text), TYPES.evaluate))


def test_numbers_that_are_equal_keep_their_decimals() -> None:
    """None is taken for another that was read before."""
    asked = ['"1.0"', '"1.00"', "1", "1.0", "1.00"]
    found: list[Any] = [decode(with_quantity(each), TYPES.evaluate) for each in asked]
    assert [str(each.charges[0].f_quantity) for each in found] == [
        "1.0",
        "1.00",
        "1",
        "1.0",
        "1.00",
    ]
    assert all(map(agrees, map(with_quantity, asked)))


@pytest.mark.parametrize(
    "text",
    [
        *("9" * 41, "9" * 5000, f'"{"0" * 41}"', "1e400", "1e-99999999999999999999", "01", "1."),
        *("true", '"x"', "{}", "[]", "NaN", "Infinity"),
    ],
)
def test_a_number_that_may_be_none_is_left_to_the_long_way(text: str) -> None:
    """And one that is so long that it need not be remembered."""
    assert read(with_quantity(text), TYPES.evaluate) is None


# --- plain values -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("-" + "9" * 999, "9" * 1000, "[" * 65 + "]" * 65, '{"a": 1, "a": 1}', "", "nul", "{} {}"),
        *('"\\u0041"', '"\\ud800"', '"\ud800"', '"\x00"', '"\t"', "NaN"),
    ],
)
def test_what_is_not_simple_is_not_read_as_such(text: str) -> None:
    """What is wrong, and what the longer way reads otherwise."""
    assert read_simple(text.encode("utf-8", "surrogatepass")) is None


def test_long_integers_are_read_as_decimals_in_long_texts_too() -> None:
    """Beyond the digits that an `int` is read from, its sign counted."""
    found = read_json(f"[-{'9' * 999}, -{'9' * 998}, 1.{'0' * 1000}]")
    assert isinstance(found, list)
    assert [type(each).__name__ for each in found] == ["Decimal", "int", "Decimal"]


def test_simple_text_is_read_in_order_and_exactly() -> None:
    """Numbers with a point stay as they were written, beyond what any float holds."""
    found = read_simple(b'{"b": 1.10, "a": [18446744073709551616, 1E400, -0, "\\""]}')
    kept = "{'b': Decimal('1.10'), 'a': [18446744073709551616, Decimal('1E+400'), 0, '\"']}"
    assert repr(found) == kept
