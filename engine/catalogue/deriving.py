"""Each way into a group becomes a coupon of its own, with a document like that of any other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from engine.catalogue import fields
from engine.catalogue.catalogue import Coupon, PolicyRule, PolicyTier
from engine.catalogue.derived import Derived
from engine.catalogue.documents import Document
from engine.catalogue.formatter import as_scalar
from engine.catalogue.groups import AUTOMATIC, Group, Way
from engine.catalogue.nodes import Mapping, Scalar
from engine.catalogue.report import Report, whole
from engine.diagnostics import Diagnostic, Location
from engine.language.parser import MAX_SENTENCE, is_word
from engine.language.writer import quote

ALLOWED = ("no-fee-rule", "open-values")
"""Warnings of what every way does: it pays all fees, of a product that is the group's own."""

_PLAIN = re.compile(r'[A-Za-z](?:[A-Za-z0-9 ._/%"-]*[A-Za-z0-9."])?', re.ASCII)
"""A text that YAML reads as it is, wherever it stands."""

_Sentence = TypeVar("_Sentence", PolicyRule, PolicyTier)


def derive(group: Group, document: Mapping, report: Report) -> Iterator[Derived]:
    """The coupons of the ways into a group, in their order."""
    nodes = {whole(key): node for node in _ways(document) for key, _ in node.entries}
    for way in group.ways:
        yield _Writer(group, way, document, nodes[way.location], report).write()


def _ways(document: Mapping) -> list[Mapping]:
    return fields.mappings(document.get("access"))


def document_of(derived: Derived) -> Document:
    """The document of a coupon that nobody wrote."""
    return Document(derived.file, derived.line, derived.text)


def placed(coupon: Coupon, derived: Derived) -> Coupon:
    """The coupon of a document that nobody wrote, each sentence at the words that it comes from."""

    def moved(sentences: Iterable[_Sentence]) -> tuple[_Sentence, ...]:
        return tuple(replace(each, location=derived.place(each.location)) for each in sentences)

    return replace(
        coupon,
        location=derived.place(coupon.location),
        discount=moved(coupon.discount),
        redemption=moved(coupon.redemption),
        application=moved(coupon.application),
    )


def errors_of(problems: Iterable[Diagnostic], derived: Derived) -> list[Diagnostic]:
    """The errors of a document that nobody wrote, where the group says what is wrong.

    Warnings are left out: nobody could write it in another way.
    """
    return [replace(e, location=derived.place(e.location)) for e in problems if e.is_error]


class _Writer:
    """Writes the document of one way, line by line, each with its place."""

    def __init__(
        self, group: Group, way: Way, document: Mapping, node: Mapping, report: Report
    ) -> None:
        self._group, self._way = group, way
        self._document, self._node = document, node
        self._report = report
        self._lines: list[str] = []
        self._places: list[Location] = []

    def write(self) -> Derived:
        self._head()
        self._line("redemption:")
        for sentence, place in (*self._same(), *self._limits(), *self._who()):
            self._sentence(sentence, place)
        self._line("application:")
        for sentence, place in self._same():
            self._sentence(sentence, place)
        self._line(f"allow: [{', '.join(ALLOWED)}]")
        where = self._way.location
        text = "".join(f"{line}\n" for line in self._lines)
        name, group = self._way.coupon, self._group.name
        return Derived(name, group, where.file, where.line, text, tuple(self._places))

    def _head(self) -> None:
        title = " ".join(self._group.title.split())
        self._line(f"coupon: {self._way.coupon}")
        self._line(f"title: {_scalar(title)}", self._at(self._document, "title"))
        self._line("discount: 100%")
        if self._way.code is not None:
            code = _scalar(self._way.code, flow=True)
            self._line(f"codes: [{code}]", self._at(self._node, "code"))
        self._line(f"labels: {{group: {self._group.name}}}", self._group.location)

    def _same(self) -> Iterator[tuple[str, Location]]:
        """What the users' subscriptions are, when they come in and when they are charged."""
        users = self._group.users
        node = fields.mapping(self._document.get("users")) or self._document
        yield f"product is {_value(users.product)}", self._at(node, "product")
        yield f"subscription.plan is {_value(users.plan)}", self._at(node, "plan")

    def _limits(self) -> Iterator[tuple[str, Location]]:
        """Each customer takes one seat, and there are so many."""
        way = self._way
        yield "at most 1 redemption per customer", way.location
        if way.kind == "unique codes":
            yield "at most 1 redemption per code", self._at(self._node, way.kind)
        elif way.seats is not None:
            key = "seats" if way.kind == "code" else way.kind
            noun = "redemption" if way.seats == 1 else "redemptions"
            yield f"at most {way.seats} {noun} per coupon", self._at(self._node, key)

    def _who(self) -> Iterator[tuple[str, Location]]:
        """Who comes in without a code."""
        way = self._way
        if way.kind in AUTOMATIC:
            yield "by is automatic", way.location
        if way.domain is not None:
            sentence = f"customer.email.domain is {_value(way.domain)}"
            yield sentence, self._at(self._node, "email domain")
        if way.networks:
            yield self._networks()

    def _networks(self) -> tuple[str, Location]:
        """The networks in one sentence, as long as one can be."""
        said: list[str] = []
        written = fields.scalars(self._node.get("networks"))
        for scalar in (each for each in written if each.text.strip() in self._way.networks):
            text = scalar.text.strip()
            said.append(f"customer.ip is in {quote(text) if ':' in text else text}")
            if len(" or ".join(said)) > MAX_SENTENCE:
                message = f"the networks up to `{text}` don't fit into one sentence"
                help_ = "put it and those after it into a further `networks` of the group"
                self._report.at("too-large", message, scalar, help_)
                return " or ".join(said[:-1]), whole(written[0])
        return " or ".join(said), whole(written[0])

    def _sentence(self, sentence: str, place: Location) -> None:
        self._line(f"  - {_scalar(sentence)}", place)

    def _line(self, text: str, place: Location | None = None) -> None:
        self._lines.append(text)
        self._places.append(place or self._way.location)

    def _at(self, node: Mapping, key: str) -> Location:
        value = node.get(key)
        return whole(value) if isinstance(value, Scalar) and value.text else self._way.location


def _value(text: str) -> str:
    return text if is_word(text) else quote(text)


def _scalar(text: str, *, flow: bool = False) -> str:
    """A text as YAML writes it, plain if it can be."""
    if _PLAIN.fullmatch(text):
        return text
    return as_scalar(text, flow=flow) or _quoted(text)


def _quoted(text: str) -> str:
    """A text between the quotes of YAML, which can hold every character."""
    return f'"{"".join(map(_sign, text))}"'


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    return sign if sign.isprintable() else f"\\U{ord(sign):08X}"
