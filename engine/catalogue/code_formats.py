"""Documents of formats: how codes are written, and the proof that each code means one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.catalogue import fields, nodes
from engine.catalogue.nodes import Node, Scalar
from engine.catalogue.report import Report
from engine.codes.features import FeatureSet
from engine.codes.formats import Format
from engine.codes.making import FormatProblem, FormatSource, SealBits, make_format
from engine.codes.proofs import ambiguity, overlap
from engine.diagnostics import Problem, Span

_PARTS = ("spec", "issued", "serial")
_BITS = re.compile(r"([0-9]{1,9})|month\(([0-9]{1,9})\)", re.ASCII)


@dataclass(frozen=True, slots=True)
class FormatReader:
    """Reads the formats of a catalogue, with its feature sets; one that is wrong is None.

    Of what such a set may have, or a document that can't be read (whose words are `lost`), nothing
    is reported.
    """

    sets: Mapping[str, FeatureSet | None]
    lost: frozenset[str]
    report: Report

    def read(self, document: nodes.Mapping) -> Format | None:
        """The format of a document; what is wrong with it is reported."""
        name, template = fields.name_of(document), fields.scalar(document.get("template"))
        if name is None or template is None:
            return None
        accepts = tuple(each.text.strip() for each in fields.scalars(document.get("accepts")))
        source = FormatSource(name.text.strip(), template.text.strip(), accepts, _bits(document))
        known = {name: each for name, each in self.sets.items() if each is not None}
        made, problems = make_format(source, known)
        for each in problems:
            self._note(each, document)
        return made if made is None or self._is_whole(made, document) else None

    def _note(self, each: FormatProblem, document: nodes.Mapping) -> None:
        """Report a problem at the text or the value that it is about."""
        problem, node = each.problem, _value_at(each.path, document)
        if each.path[0] == "fields":
            if isinstance(node, nodes.Mapping) and _are_bits(document):
                self.report.add(problem.name, problem.message, node.location, problem.help)
        elif isinstance(node, Scalar) and not self._is_lost(problem, node.text.strip()):
            self.report.problems([_within(problem, node)], node)

    def _is_lost(self, problem: Problem, text: str) -> bool:
        """Whether a feature set is unknown only because its document is wrong."""
        name = text[slice(*problem.span)]
        return problem.name == "unknown-feature" and (name in self.sets or name in self.lost)

    def _is_whole(self, made: Format, document: nodes.Mapping) -> bool:
        """Whether a code says all that a seal needs, which the sum of bits can't tell."""
        sealed, seal = fields.mapping(document.get("fields")), document.key("seal")
        if made.sealed is None or sealed is None:
            if seal is not None:
                message = "`seal` stands beside `fields`, which says what is sealed"
                self.report.at("wrong-shape", message, seal, "leave it out, or add `fields`")
            return seal is None
        lacking = [name for name in _PARTS if sealed.key(name) is None]
        for name in lacking:
            self.report.add("missing-key", f"`fields` needs the key `{name}`", sealed.location)
        return not lacking


def _bits(document: nodes.Mapping) -> SealBits | None:
    """The bits of what is sealed; those that are not given, or not right, are none."""
    if document.key("fields") is None:
        return None
    sealed = fields.mapping(document.get("fields"))
    spec, issued, serial = (_number(sealed.get(name)) if sealed else 0 for name in _PARTS)
    return SealBits(spec, issued, serial, _number(document.get("seal")))


def _number(node: Node | None) -> int:
    written = fields.scalar(node)
    found = _BITS.fullmatch(written.text.strip()) if written is not None else None
    return int(found[1] or found[2]) if found is not None else 0


def _are_bits(document: nodes.Mapping) -> bool:
    """Whether all that is said of bits is right; else the shape of the document says so."""
    sealed, seal = fields.mapping(document.get("fields")), document.get("seal")
    entries = sealed.entries if sealed is not None else ()
    values = [value for _, value in entries] + ([seal] if seal is not None else [])
    return all(key.text in _PARTS for key, _ in entries) and all(
        isinstance(value, Scalar) and _BITS.fullmatch(value.text.strip()) for value in values
    )


def _value_at(path: tuple[str | int, ...], document: nodes.Mapping) -> Node | None:
    node = document.get(str(path[0]))
    return node if len(path) == 1 else fields.scalars(node)[int(path[1])]


def _within(problem: Problem, scalar: Scalar) -> Problem:
    """A problem of a text without the space around it, placed in the text as it stands."""
    before = len(scalar.text) - len(scalar.text.lstrip())
    return replace(problem, span=Span(problem.span.start + before, problem.span.end + before))


# --- proofs -------------------------------------------------------------------------------------


def prove(
    formats: Mapping[str, Format], documents: Iterable[nodes.Mapping], report: Report
) -> None:
    """Report formats that read a code two ways, and those that read a code of another."""
    seen: list[Format] = []
    for document in documents:
        name, template = fields.name_of(document), fields.scalar(document.get("template"))
        found = formats.get(name.text.strip()) if name is not None else None
        if name is None or template is None or found is None or found in seen:
            continue
        _prove_alone(found, template, report)
        _prove_apart(found, seen, name, report)
        seen.append(found)


def _prove_alone(found: Format, template: Scalar, report: Report) -> None:
    doubt = ambiguity(found)
    if doubt is not None:
        message = f"`{doubt.code}` can be read in two ways: {doubt.first}, or {doubt.second}"
        help_ = "put something between the fields that neither can hold, or fix a length"
        report.at("format-ambiguous", message, template, help_)


def _prove_apart(found: Format, others: Iterable[Format], name: Scalar, report: Report) -> None:
    """Report the first of other formats that reads a code of this one."""
    for other in others:
        code = overlap(other, found)
        if code is not None:
            message = f"`{code}` is a code of `{found.name}` and of `{other.name}`"
            help_ = "begin each format with fixed text of its own"
            report.at("format-overlap", message, name, help_)
            return
