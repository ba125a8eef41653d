"""Facts and values in words: `the customer's country`, `10.00 EUR`, `"a, b"`.

No two facts read alike, nor do two values of one type: a text stands bare only where it is a word
of the language, and in quotes otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv6Address

from engine.language import checked as c
from engine.language.parser import is_word
from engine.language.syntax import TypeName
from engine.language.vocabulary import Fact
from engine.language.writer import quote

_FACTS = {
    "code": "the code",
    "issued": "the code's issue",
    "by": "the redeeming party",
    "customer.id": "the customer's id",
    "customer.email": "the customer's email",
    "customer.email.domain": "the domain of the customer's email",
    "customer.email.plain": "the customer's plain email",
    "customer.ip": "the customer's IP address",
    "customer.new": "whether the customer is new",
    "customer.signed_up": "the customer's sign-up",
    "redeemed": "the redemption",
    "subscription.started": "the subscription's start",
}
_KEYS = {"customer.id": "customer", "subscription.id": "subscription"}
_PART = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*", re.ASCII)
_JOINTS = {"a", "and", "are", "is", "in", "includes", "not", "of", "or", "s", "than", "the", "with"}
_ADDRESS = {4: IPv4Address, 6: IPv6Address}
_BITS = {4: 32, 6: 128}


def fact_text(fact: Fact) -> str:
    """A fact as the subject of a clause; one that a vocabulary adds reads by its name."""
    return _FACTS.get(fact.name) or _from_name(fact.name)


def _from_name(name: str) -> str:
    """`customer.loyalty_tier` is the customer's loyalty tier; an odd name stands as it is."""
    parts = name.split(".")
    text = "the " + "'s ".join(part.replace("_", " ") for part in parts)
    plain = all(_PART.fullmatch(part) and not _JOINTS & {*part.split("_")} for part in parts)
    return text if plain and text not in _FACTS.values() else f"`{name}`"


def key_text(fact: Fact) -> str:
    """What a limit counts by, after `for each`: `subscription`, `component`."""
    text = fact_text(fact)
    short = _KEYS.get(fact.name) or text.removeprefix("the ")
    return f"value of {text}" if "'s " in short or short.startswith("`") else short


def is_plural(fact: Fact) -> bool:
    """Whether a fact takes `are`: lists with the name of many things."""
    return fact.kind is TypeName.TEXT_LIST and fact.name.endswith("s")


def value_text(value: c.Value) -> str:
    """A value as the object of a clause."""
    if isinstance(value, str):
        return text_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return address_text(value)
    return str(value)


def text_text(text: str) -> str:
    """A text: bare if it is a word of the language, and else in quotes."""
    return text if is_word(text) and text[-1].isalnum() else quoted(text)


def quoted(text: str) -> str:
    """A text in quotes, with invisible characters shown."""
    shown = (
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in quote(text)
    )
    return "".join(shown)


def address_text(address: c.Address) -> str:
    """An IP address."""
    version, number = address
    return str(_ADDRESS[version](number))


def network_text(network: c.Network) -> str:
    """An IP network: `192.0.2.0/24`."""
    version, first, size = network
    return f"{address_text((version, first))}/{_BITS[version] - size}"


def percent_text(share: Fraction) -> str:
    """A share as an exact percentage: `12.5%`."""
    percentage = share * 100
    places = 0
    while 10**places % percentage.denominator and places <= percentage.denominator.bit_length():
        places += 1
    scaled = percentage * 10**places
    if scaled.denominator != 1:
        return f"{percentage}%"
    digits = f"{abs(scaled.numerator):0{places + 1}d}"
    sign = "-" if scaled < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}%" if places else f"{digits}%")


def listed(texts: Iterable[str], last: str) -> str:
    """Several things in a row: `a, b or c`, where `last` is the word before the last one."""
    items: Sequence[str] = list(texts)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
