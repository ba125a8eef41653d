"""Coupon documents: fields and sentences become a checked coupon."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.catalogue import fields
from engine.catalogue.catalogue import Coupon, Grants, PolicyRule, PolicyTier, Space
from engine.catalogue.durations import read_duration
from engine.catalogue.grants import check_without_format, read_grants
from engine.catalogue.nodes import Mapping, Node, Scalar, Sequence
from engine.catalogue.report import Report, whole
from engine.catalogue.sentences import Sentence, read_sentences
from engine.catalogue.settings import read_zone
from engine.codes.features import FeatureSet
from engine.codes.formats import Format
from engine.diagnostics import Problem
from engine.diagnostics.suggest import did_you_mean, suggest
from engine.language import checked as c
from engine.language import syntax as s
from engine.language.checker import Scope, check_discount, check_rule
from engine.language.parser import is_word, parse_discount, parse_rule
from engine.language.vocabulary import Stage, Vocabulary
from engine.language.writer import write
from engine.money import Rounding

MAX_RULES = 64


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a coupon or scenario may refer to; coupons `elsewhere` are not of this catalogue.

    A feature set, or a format, that is wrong is None; so are `groups` where not all are known.
    """

    space: Space | None
    vocabulary: Vocabulary
    coupons: frozenset[str]
    features: abc.Mapping[str, FeatureSet | None]
    formats: abc.Mapping[str, Format | None]
    lost: frozenset[str]
    elsewhere: frozenset[str] = frozenset()
    groups: frozenset[str] | None = None


def read_coupon(document: Mapping, around: Surroundings, report: Report) -> Coupon | None:
    """The coupon of a document; what is wrong with it is reported, and left out."""
    name = fields.name_of(document)
    if name is None:
        return None
    zone = _zone(document, around.space, report)
    scope = Scope(around.vocabulary, zone, around.coupons | around.elsewhere, around.lost)
    _check_name(name, report)
    _check_count(document, report)
    _check_references(document, around, report)
    return Coupon(
        name.text.strip(),
        whole(name),
        fields.text(document, "title") or name.text.strip(),
        zone,
        _tiers(document.get("discount"), scope, report),
        _grants(document, zone, around, report),
        _rules(document.get("redemption"), Stage.REDEMPTION, scope, report),
        _rules(document.get("application"), Stage.APPLICATION, scope, report),
        codes=tuple(code.text.strip() for code in fields.scalars(document.get("codes"))),
        labels=_labels(fields.mapping(document.get("labels"))),
        active=fields.text(document, "active") != "false",
        valid=read_duration(document.get("valid"), zone, report),
        format=fields.text(document, "format"),
        alerts=_alerts(document),
        best_of=fields.text(document, "best of"),
        was=fields.text(document, "was"),
        rounding=around.space.rounding if around.space is not None else Rounding.HALF_UP,
    )


def _zone(document: Mapping, space: Space | None, report: Report) -> ZoneInfo | None:
    return read_zone(document, report) or (space.zone if space is not None else None)


def _check_name(name: Scalar, report: Report) -> None:
    text = name.text.strip()
    if is_word(text):
        return
    help_ = "use letters, digits, `-`, `_` and `.`, and begin with a letter, digit or `_`"
    if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", text):
        help_ = "a number, a date or a reserved word of the language is no name"
    report.at("wrong-shape", f"`{text}` can't be the name of a coupon", name, help_)


def _check_count(document: Mapping, report: Report) -> None:
    """Bound the rules of a coupon."""
    lists = (document.get("redemption"), document.get("application"))
    items = [item for each in lists if isinstance(each, Sequence) for item in each.items]
    if len(items) > MAX_RULES:
        message = f"a coupon has at most {MAX_RULES} rules, this one has {len(items)}"
        report.add("too-large", message, items[MAX_RULES].location, "split the coupon into several")


def _check_references(document: Mapping, around: Surroundings, report: Report) -> None:
    written = fields.scalar(document.get("format"))
    if written is not None and written.text.strip() not in around.formats.keys() | around.lost:
        help_ = did_you_mean(written.text.strip(), around.formats)
        report.at("unknown-value", f"no format is called `{written.text.strip()}`", written, help_)
    old = fields.scalar(document.get("was"))
    if old is not None and old.text.strip() in around.coupons:
        message = f"`{old.text.strip()}` is still the name of a coupon"
        report.at("duplicate-name", message, old, "a coupon takes the place of one that is gone")


# --- sentences ----------------------------------------------------------------------------------


def _rules(node: Node | None, stage: Stage, scope: Scope, report: Report) -> tuple[PolicyRule, ...]:
    entries = list(_entries(node))

    def read(text: str) -> tuple[tuple[s.Rule, c.Rule] | None, list[Problem]]:
        tree = parse_rule(text)
        checked, problems = check_rule(tree, text, stage, scope)
        return (tree, checked) if checked is not None else None, problems

    texts = [entry.sentence for entry in entries]
    found = read_sentences(texts, read, report, listed=True)
    by_scalar = {id(entry.sentence): entry for entry in entries}
    return tuple(_policy_rule(by_scalar[id(each.scalar)], each) for each in found)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a list of rules."""

    sentence: Scalar
    because: str | None = None
    reason: str | None = None


def _entries(node: Node | None) -> Iterable[_Entry]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            sentence = fields.scalar(item.get("rule"))
            because, reason = fields.text(item, "because"), fields.text(item, "reason")
        else:
            sentence, because, reason = fields.scalar(item), None, None
        if sentence is not None:
            yield _Entry(sentence, because, reason)


def _policy_rule(entry: _Entry, sentence: Sentence[tuple[s.Rule, c.Rule]]) -> PolicyRule:
    assert sentence.checked is not None, "only right sentences are returned"  # noqa: S101
    tree, checked = sentence.checked
    where = whole(sentence.scalar)
    return PolicyRule(checked, write(tree), where, entry.because, entry.reason)


def _tiers(node: Node | None, scope: Scope, report: Report) -> tuple[PolicyTier, ...]:
    def read(text: str) -> tuple[tuple[s.Discount, c.Tier] | None, list[Problem]]:
        tree = parse_discount(text)
        checked, problems = check_discount(tree, text, scope)
        return (tree, checked) if checked is not None else None, problems

    listed = isinstance(node, Sequence)
    found = read_sentences(fields.scalars(node), read, report, listed=listed)
    return tuple(
        PolicyTier(each.checked[1], write(each.checked[0]), whole(each.scalar))
        for each in found
        if each.checked is not None
    )


# --- other fields -------------------------------------------------------------------------------


def _grants(
    document: Mapping, zone: ZoneInfo | None, around: Surroundings, report: Report
) -> Grants | None:
    node = fields.mapping(document.get("grants"))
    if node is None:
        return None
    codes = around.formats.get(fields.text(document, "format") or "")
    if not _names_format(document):
        check_without_format(node, report)
    return read_grants(node, codes, around.features, zone, around.lost, report)


def _names_format(document: Mapping) -> bool:
    """Whether a coupon says the format of its codes, if by a misspelt key."""
    return any(suggest(key.text, ["format"]) is not None for key, _ in document.entries)


def _labels(node: Mapping | None) -> dict[str, str]:
    entries = node.entries if node is not None else ()
    return {key.text: value.text for key, value in entries if isinstance(value, Scalar)}


def _alerts(document: Mapping) -> tuple[int, ...]:
    texts = (each.text.strip().removesuffix("%") for each in fields.scalars(document.get("alerts")))
    return tuple(int(text) for text in texts if text.isdecimal())
