"""Facts as typed requests: msgspec types made from the vocabulary, and records made from them.

The vocabulary says which facts there are, so that what decodes a request, what describes it
in JSON Schema, and what checks the rules can't disagree. A fact `customer.country` stands in a
request as `{"customer": {"country": …}}`; the facts of a charge stand in the charge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from operator import attrgetter, itemgetter
from typing import Annotated, Any, Literal, Self, TypeAlias

import msgspec

from engine.calendar import EARLIEST, LATEST, Instant, to_instant
from engine.decisions.compiler import Record
from engine.decisions.flaws import Flaw, RequestError
from engine.language.addresses import read_address
from engine.language.syntax import TypeName
from engine.language.vocabulary import FIRST_SLOT, Fact, Fold, Vocabulary
from engine.money import Money, Rates, TooManyDecimals, UnknownCurrency, parse_money

InstantText = Annotated[datetime, msgspec.Meta(tz=True)]
MAX_NUMBER = 40
NAME = Annotated[str, msgspec.Meta(min_length=1)]
"""What identifies a thing: nothing is called by an empty text."""
Id = Annotated[
    str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)")
]
"""The id of a thing that calls have in their paths: it holds no control character."""
PlainId = Annotated[
    str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[^/\x00-\x1f\x7f]+$(?!\n)")
]
"""One that more may follow in a path, or not: a slash would not tell what is the id."""
MANY = msgspec.Meta(max_length=1000)
"""So many codes, and so many charges, one request may have."""
_compared = lru_cache(1024)(Fold.CODE.apply)


class Number(Decimal):
    """A number in JSON: a JSON number, or plain decimal text.

    `plain` is the number as rules compare it; None where it is longer than a fact can be. `given`
    is what JSON says.
    """

    __slots__ = ("given", "plain")

    given: str | int | Decimal
    plain: Decimal | None

    def __new__(cls, value: str | int | Decimal) -> Self:
        """Keep all, as the same few numbers are read again and again."""
        number = super().__new__(cls, value)
        number.given = value
        number.plain = Decimal(number) if _is_plain(number) else None
        return number


def _is_plain(number: Decimal) -> bool:
    """Whether a number has at most 40 digits, and so many before the point at most."""
    if not number.is_finite() or abs(number.adjusted()) >= MAX_NUMBER:
        return False
    # Text is written faster than digits are taken apart, and few numbers are that long.
    return len(str(number)) <= MAX_NUMBER or len(number.as_tuple().digits) <= MAX_NUMBER


def read_number(kind: type, value: object) -> Number:
    """The hook that msgspec calls for a type of ours. Raises `ValueError` for what is no number."""
    is_short = isinstance(value, str) and len(value) <= MAX_NUMBER
    return (read_short_number if is_short else _read_number)(kind, value)


@lru_cache(1024, typed=True)
def read_short_number(kind: type, value: object) -> Number:
    """`read_number` for what is short and often the same. Raises `ValueError` for all else.

    To a cache 1.0 is 1.00, so it takes no `Decimal`.
    """
    is_long = isinstance(value, str) and len(value) > MAX_NUMBER
    number = None if is_long or isinstance(value, Decimal) else _read_number(kind, value)
    if number is None or number.plain is None:
        raise ValueError(NO_NUMBER)
    return number


def _read_number(kind: type, value: object) -> Number:
    if kind is not Number or isinstance(value, bool):
        raise ValueError(NO_NUMBER)
    if isinstance(value, str):
        if _IS_DECIMAL(value) is not None:
            return Number(value)
    elif isinstance(value, _NUMBERS):
        return Number(value)
    raise ValueError(NO_NUMBER)


_NUMBERS = (int, Decimal)
_DECIMAL = r"^-?[0-9]+(?:\.[0-9]+)?$"
_IS_DECIMAL = re.compile(_DECIMAL, re.ASCII).fullmatch
NO_NUMBER = "a number, as a JSON number or decimal text, is expected"


class AmountText(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An amount in JSON: decimal text beside its currency."""

    amount: str
    currency: str


class CodeAt(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A code that is taken as redeemed at an instant."""

    code: str
    redeemed: InstantText
    issued: InstantText | None = None
    by: Literal["merchant", "subscriber", "automatic"] | None = None


CODES_FIELDS: list[tuple[Any, ...]] = [
    ("codes", Annotated[list[str | CodeAt], MANY], msgspec.field(default_factory=list)),
    ("trace", bool, False),
]
"""What every evaluate request says beside its charges."""
STORE_FIELDS: list[tuple[Any, ...]] = [
    ("attached", bool, False),
    ("versions", dict[str, int | Literal["pending"]], msgspec.field(default_factory=dict)),
]
"""What only a store can answer."""

_PLAIN_TYPES: Mapping[TypeName, Any] = {
    TypeName.TEXT: str,
    TypeName.NUMBER: Number,
    TypeName.MONEY: AmountText,
    TypeName.YES_NO: bool,
    TypeName.INSTANT: InstantText,
    TypeName.TEXT_LIST: list[str],
    TypeName.EMAIL: str,
    TypeName.IP: str,
}


_IDS: Mapping[str, Any] = {"customer.id": Id, "subscription.id": PlainId}
"""What stands in paths."""
_Tree: TypeAlias = "Mapping[str, Fact | _Tree]"
"""Facts by the steps of their paths."""


_Form = tuple[int, str, Callable[[Any, str], Any]]
"""A slot, where the value in it came from, and what becomes of that."""
_Reader = tuple[
    Callable[[Any], tuple[Any, ...]],
    tuple[_Form, ...],
    Callable[[Record], tuple[Any, ...]],
    tuple[None, ...],
]
"""How facts are taken out of a decoded object.

First what takes their values, in the order of their slots. Most stay as they were decoded; the
forms are for the others. Last what takes those out of a record, and what it finds where none is.
"""


class RequestTypes:
    """The types of requests under one vocabulary, and the way from them to records.

    `by` is the slot of who redeems, and `amount` that of the amount of a charge, which is None for
    a metered fee that came without.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.event_facts, self.charge_facts = vocabulary.event_facts, vocabulary.charge_facts
        self._slots = vocabulary.slots
        self.by, self.amount = vocabulary.slots["by"], vocabulary.slots["amount"]
        self._code, self._currency = vocabulary.slots["code"], vocabulary.slots["currency"]
        self._redeemed, self._issued = vocabulary.slots["redeemed"], vocabulary.slots["issued"]
        self._email = vocabulary.slots["customer.email"]
        self._product = vocabulary.slots["product"]
        self._event = _reader(self.event_facts, vocabulary.slots)
        only = {path: fact for path, fact in self.charge_facts.items() if path != "product"}
        self._charge = _reader(only, vocabulary.slots)
        first = FIRST_SLOT + len(self.event_facts)
        self._of_charge = slice(first, first + len(only))
        self._unknown = (None,) * (len(vocabulary.facts) - len(self.event_facts))

    @cached_property
    def charge(self) -> type[msgspec.Struct]:
        """The type of a charge that is evaluated."""
        fields = [*self.charge_fields(), ("corrects", str | None, None)]
        return struct_of("Charge", self.charge_facts, fields)

    @cached_property
    def evaluate(self) -> type[msgspec.Struct]:
        """The type of an evaluate request against files alone."""
        charges: Any = Annotated[list[self.charge], MANY]  # type: ignore[name-defined]
        own: list[tuple[Any, ...]] = [("at", InstantText), ("charges", charges)]
        fields = [*own, *STORE_FIELDS, *CODES_FIELDS]
        return struct_of("Evaluate", self.event_facts, fields)

    def charge_fields(self) -> list[tuple[Any, ...]]:
        """What a charge says beside its facts."""
        currency = _json_type(self.vocabulary.facts["currency"])
        return [("id", str | None, None), ("amount", str | None, None), ("currency", currency)]

    # --- records

    def event_record(self, request: msgspec.Struct, at: Instant, rates: Rates | None) -> Record:
        """The record of an event: its moment, the rates in force, and the facts given with it."""
        values, forms, formed, nothing = self._event
        record: Record = [at, rates, *values(request), *self._unknown]
        if formed(record) != nothing:
            _form(record, forms, "")
            if record[self._email] is not None:
                self._derive(record, record[self._email])
        return record

    def _derive(self, record: Record, email: str) -> None:
        """Fill in the facts that are taken from an address."""
        local, _, domain = email.rpartition("@")
        record[self._slots["customer.email.domain"]] = domain
        record[self._slots["customer.email.plain"]] = f"{local.partition('+')[0]}@{domain}"

    def charge_record(self, event: Record, charge: Any, pointer: str) -> Record:  # noqa: ANN401
        """The record of a charge of an event."""
        record = event.copy()
        values, forms, _, _ = self._charge
        record[self._of_charge] = values(charge)
        _form(record, forms, pointer)
        if charge.f_product is not None:
            record[self._product] = charge.f_product
        record[self._currency] = charge.currency
        if charge.amount is None:
            check_metered(charge, pointer)
        else:
            record[self.amount] = money_at(charge, pointer)
        return record

    def with_code(
        self, record: Record, code: str, redeemed: int | None, issued: int | None, by: str | None
    ) -> Record:
        """A record as one code sees it: when it was redeemed, if it was, and issued, and by whom.

        The code is given in any spelling.
        """
        seen = record.copy()
        seen[self._code] = _compared(code)
        seen[self._redeemed] = redeemed
        seen[self._issued] = issued
        seen[self.by] = by
        return seen


def check_metered(charge: Any, pointer: str) -> None:  # noqa: ANN401 - a made type
    """Raise `RequestError` where a charge that came without an amount is no metered fee."""
    if charge.f_fee != "metered":
        message = "`amount` is missing: only a metered fee may come without"
        raise RequestError(Flaw(pointer, message))


def number_schema(kind: type) -> dict[str, Any]:
    """What JSON can write a number as."""
    if kind is not Number:
        raise NotImplementedError(kind.__name__)
    return {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _DECIMAL}]}


def struct_of(
    name: str, facts: Mapping[str, Fact], fields: list[tuple[Any, ...]]
) -> type[msgspec.Struct]:
    """A type with fields for facts, an object for each dot in their names."""
    return _object(name, _tree(facts), fields)


def _tree(facts: Mapping[str, Fact]) -> _Tree:
    tree: dict[str, Any] = {}
    for path, fact in facts.items():
        *parents, last = path.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = fact
    return tree


def _object(name: str, tree: _Tree, fields: list[tuple[Any, ...]]) -> type[msgspec.Struct]:
    own: list[tuple[Any, ...]] = [_field(name, key, node) for key, node in tree.items()]
    rename = {_attribute(key): key for key in tree}
    return msgspec.defstruct(
        name,
        [*fields, *own],
        rename=rename,
        forbid_unknown_fields=True,
        kw_only=True,
        frozen=True,
        omit_defaults=True,
    )


def _field(owner: str, key: str, node: Fact | Mapping[str, Any]) -> tuple[str, Any, Any]:
    if isinstance(node, Fact):
        return _attribute(key), _json_type(node) | None, None
    nested = _object(f"{owner}{key.capitalize()}", node, [])
    # Nothing can change it, so that all share the one that says nothing.
    return _attribute(key), nested, nested()


def _attribute(key: str) -> str:
    """A name that Python takes for a key that need not be one."""
    return "f_" + re.sub(r"[\W_]", lambda found: f"_{ord(found[0]):x}_", key)


def _json_type(fact: Fact) -> Any:  # noqa: ANN401 - a type expression
    values = fact.type.values if fact.kind is TypeName.ONE_OF else fact.closed
    if values is None and fact.identifies:
        return _IDS.get(fact.name, NAME)
    if values is None:
        return _PLAIN_TYPES[fact.kind]
    closed: Any = Literal[tuple(sorted(values))]
    return list[closed] if fact.kind is TypeName.TEXT_LIST else closed


def _reader(facts: Mapping[str, Fact], slots: Mapping[str, int]) -> _Reader:
    paths = sorted(facts, key=lambda path: slots[facts[path].name])
    forms = tuple(
        (slots[fact.name], "/" + path.replace(".", "/"), _VALUES[fact.kind])
        for path, fact in facts.items()
        if fact.kind in _VALUES
    )
    return (
        attrgetter(*(".".join(map(_attribute, path.split("."))) for path in paths)),
        forms,
        itemgetter(*(slot for slot, _, _ in forms)),
        (None,) * len(forms),
    )


def _form(record: Record, forms: tuple[_Form, ...], pointer: str) -> None:
    """Give the values of an object their forms in a record."""
    for slot, where, form in forms:
        value = record[slot]
        if value is not None:
            record[slot] = form(value, pointer + where)


# --- values -------------------------------------------------------------------------------------


def _number(value: Number, pointer: str) -> Decimal:
    if value.plain is None:
        raise RequestError(Flaw(pointer, "a plain decimal number of at most 40 digits is needed"))
    return value.plain


def money_at(value: AmountText, pointer: str) -> Money:
    """The amount at a place of a request. Raises `RequestError`."""
    try:
        return parse_money(value.amount, value.currency)
    except ValueError as error:
        raise _no_money(error, value.amount, value.currency, pointer) from None


def _no_money(error: ValueError, amount: str, currency: str, pointer: str) -> RequestError:
    """Why an amount is none."""
    if isinstance(error, UnknownCurrency):
        return RequestError(Flaw(f"{pointer}/currency", f"no currency is called `{currency}`"))
    message = "an amount is decimal text such as `10.00`, of at most 18 digits"
    if isinstance(error, TooManyDecimals):
        message = f"`{amount}` has more decimals than {currency}"
    return RequestError(Flaw(f"{pointer}/amount", message))


def read_instant(value: datetime, pointer: str) -> Instant:
    """The instant of a date and time. Raises `RequestError` beyond what the calendar counts."""
    instant = to_instant(value)
    if not EARLIEST <= instant < LATEST:
        raise RequestError(Flaw(pointer, "an instant lies between the years 2 and 9998"))
    return instant


def _email(value: str, pointer: str) -> str:
    if "@" not in value:
        raise RequestError(Flaw(pointer, f"`{value}` is no email address"))
    return value.lower()


def _ip(value: str, pointer: str) -> tuple[int, int]:
    address = read_address(value)
    if address is None:
        raise RequestError(Flaw(pointer, f"`{value}` is no IP address"))
    return address


def _texts(value: list[str], _: str) -> tuple[str, ...]:
    return tuple(value)


_VALUES: Mapping[TypeName, Callable[[Any, str], Any]] = {
    TypeName.NUMBER: _number,
    TypeName.MONEY: money_at,
    TypeName.INSTANT: read_instant,
    TypeName.EMAIL: _email,
    TypeName.IP: _ip,
    TypeName.TEXT_LIST: _texts,
}
