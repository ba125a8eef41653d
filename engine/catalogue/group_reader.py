"""Group documents: owner, users and ways in become a checked group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Literal, cast

from engine.catalogue import fields
from engine.catalogue.groups import Group, Owner, Users, Way, WayKind
from engine.catalogue.mail import is_domain
from engine.catalogue.named import check_word, read_amount, read_text
from engine.catalogue.nodes import Mapping, Scalar
from engine.catalogue.report import Report, place_of, whole
from engine.diagnostics import Problem, Span
from engine.language.addresses import read_network
from engine.language.literals import LiteralReader
from engine.language.syntax import Literal as Written
from engine.language.syntax import LiteralKind

KINDS: tuple[WayKind, ...] = ("code", "unique codes", "list", "email domain", "networks")
"""The ways in, by the key that begins each."""


def read_group(document: Mapping, lost: frozenset[str], report: Report) -> Group | None:
    """The group of a document; what is wrong with it is reported, and left out."""
    name = fields.name_of(document)
    owner, users = fields.mapping(document.get("owner")), fields.mapping(document.get("users"))
    if name is None:
        return None
    is_named = check_word(name, "group", report)
    billed = _owner(owner, lost, report) if owner is not None else None
    enjoyed = _users(users, lost, report) if users is not None else None
    ways = tuple(_Ways(name.text.strip(), report).read(document))
    if billed is None or enjoyed is None or not is_named:
        return None
    title = fields.text(document, "title") or name.text.strip()
    return Group(name.text.strip(), whole(name), title, billed, enjoyed, ways)


def way_names(document: Mapping) -> frozenset[str]:
    """The names that the coupons of a group's ways would have, right or wrong."""
    name = fields.name_of(document)
    ways = _Ways(name.text.strip() if name is not None else "", Report())
    return frozenset(found for found, _, _ in ways.named(document))


def _owner(node: Mapping, lost: frozenset[str], report: Report) -> Owner | None:
    amount = read_amount(fields.scalar(node.get("amount")), lost, report)
    customer, product, plan = (
        read_text(node, key, report) for key in ("customer", "product", "plan")
    )
    if customer is None or product is None or plan is None:
        return None
    billing = fields.text(node, "billing") or "invoice"
    return Owner(customer, product, plan, amount, cast("Literal['card', 'invoice']", billing))


def _users(node: Mapping, lost: frozenset[str], report: Report) -> Users | None:
    amount = read_amount(fields.scalar(node.get("amount")), lost, report)
    product, plan = (read_text(node, key, report) for key in ("product", "plan"))
    return None if product is None or plan is None else Users(product, plan, amount)


# --- ways in ------------------------------------------------------------------------------------


class _Ways:
    """Reads the ways into one group; each is a coupon with a name of its own."""

    def __init__(self, group: str, report: Report) -> None:
        self._group = group
        self._report = report
        self._names: set[str] = set()
        self._taken: dict[object, Scalar] = {}

    def read(self, document: Mapping) -> Iterator[Way]:
        """The ways that are right, in the order of the document."""
        for name, kind, node in self.named(document):
            key = node.key(kind)
            if key is not None:
                yield from self._way(name, kind, key, node)

    def named(self, document: Mapping) -> Iterator[tuple[str, WayKind, Mapping]]:
        """The name and kind of each way, also of one that is wrong."""
        for node in fields.mappings(document.get("access")):
            kind = next((each for each in KINDS if node.key(each) is not None), None)
            if kind is not None:
                yield self._name(kind), kind, node

    def _way(self, name: str, kind: WayKind, key: Scalar, node: Mapping) -> Iterator[Way]:
        readers: dict[WayKind, Callable[[Mapping, WayKind], dict[str, object] | None]] = {
            "code": self._code,
            "unique codes": self._seats,
            "list": self._seats,
            "email domain": self._domain,
            "networks": self._networks,
        }
        said = readers[kind](node, kind)
        if said is not None:
            yield Way(kind, name, whole(key), **said)  # type: ignore[arg-type]

    def _name(self, kind: WayKind) -> str:
        """The name of the coupon; a further way of a kind has a number."""
        plain = f"{self._group}-{kind.replace(' ', '-')}"
        names = (plain if number == 1 else f"{plain}-{number}" for number in count(1))
        name = next(each for each in names if each not in self._names)
        self._names.add(name)
        return name

    def _code(self, node: Mapping, _: WayKind) -> dict[str, object] | None:
        code = read_text(node, "code", self._report)
        seats = fields.whole_number(node, "seats")
        return None if code is None else {"code": code, "seats": seats or None}

    def _seats(self, node: Mapping, kind: WayKind) -> dict[str, object] | None:
        seats = fields.whole_number(node, kind)
        return {"seats": seats} if seats else None

    def _domain(self, node: Mapping, _: WayKind) -> dict[str, object] | None:
        written = fields.scalar(node.get("email domain"))
        if written is None:
            return None
        text = written.text.strip()
        if not is_domain(text):
            help_ = "write what stands after the `@`, such as `xyz.example`"
            message = f"`{text}` is not the domain of an email address"
            self._report.at("type-mismatch", message, written, help_)
            return None
        self._claim(text.lower(), written)
        return {"domain": text.lower()}

    def _networks(self, node: Mapping, _: WayKind) -> dict[str, object] | None:
        written = fields.scalars(node.get("networks"))
        right = [each for each in written if self._is_network(each)]
        return {"networks": tuple(each.text.strip() for each in right)} if right else None

    def _is_network(self, written: Scalar) -> bool:
        """Whether a text is a network; else it is reported as a sentence would report it."""

        def note(name: str, message: str, span: Span, help_: str = "") -> None:
            self._report.problems([Problem(name, message, span, help_)], written)

        text = written.text.strip()
        start = written.text.find(text)
        literal = Written(LiteralKind.TEXT, text, span=Span(start, start + len(text)))
        network = LiteralReader(note, frozenset()).network(literal)
        if network is not None:
            self._claim(read_network(text), written)
        return network is not None

    def _claim(self, what: object, written: Scalar) -> None:
        """Report what lets the same people in twice."""
        first = self._taken.setdefault(what, written)
        if first is not written:
            message = f"`{written.text.strip()}` is a way in already, in {place_of(first)}"
            self._report.at("duplicate-name", message, written, "keep one of the two")
