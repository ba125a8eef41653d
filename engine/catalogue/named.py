"""What documents of partners and groups have in common: names, and amounts that are paid."""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalogue import fields
from engine.catalogue.nodes import Mapping, Scalar
from engine.catalogue.report import Report
from engine.catalogue.values import ValueReader
from engine.language.parser import is_word
from engine.money import Money


@dataclass(frozen=True, slots=True)
class Names:
    """The coupons that a document may name, and what documents that can't be read may have named.

    `is_part` says that the documents are a part of a catalogue, whose other coupons aren't known.
    """

    coupons: frozenset[str]
    lost: frozenset[str]
    is_part: bool = False

    def is_known(self, coupon: str) -> bool:
        """Whether a coupon may have this name."""
        return self.is_part or coupon in self.coupons or coupon in self.lost


def check_word(name: Scalar, kind: str, report: Report) -> bool:
    """Whether sentences and addresses of pages can have a name; one that they can't is reported."""
    text = name.text.strip()
    if is_word(text):
        return True
    help_ = "use letters, digits, `-`, `_` and `.`, and begin with a letter, digit or `_`"
    report.at("wrong-shape", f"`{text}` can't be the name of a {kind}", name, help_)
    return False


def read_text(node: Mapping, key: str, report: Report) -> str | None:
    """The text that a key needs; one of spaces alone is reported, as an empty one was already."""
    value = node.get(key)
    if isinstance(value, Scalar) and value.text and not value.text.strip():
        report.at("wrong-shape", f"`{key}` must be a text, not only space", value)
    return fields.text(node, key)


def read_amount(written: Scalar | None, lost: frozenset[str], report: Report) -> Money | None:
    """An amount that somebody pays: zero or more. What is wrong with it is reported."""
    amount = ValueReader(lost, report).money(written) if written is not None else None
    if written is None or amount is None or amount.minor >= 0:
        return amount
    message = f"`{amount}` is negative, where an amount to pay is expected"
    report.at("type-mismatch", message, written, "leave the sign out")
    return None
