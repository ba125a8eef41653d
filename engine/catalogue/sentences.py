"""The sentences of a coupon: texts of YAML become checked rules with their places.

YAML itself changes sentences: it cuts at commas inside `[ ]`, and takes ` #` for a comment. Where
what is left is wrong and the whole would be right, that is what is said (`yaml-cut`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from engine.catalogue.characters import hides_something
from engine.catalogue.lookalikes import lookalikes
from engine.catalogue.nodes import Scalar
from engine.catalogue.report import Report
from engine.diagnostics import ERRORS, Problem
from engine.language.parser import SentenceError, first_word

_Checked = TypeVar("_Checked")

Read = Callable[[str], tuple[_Checked | None, list[Problem]]]
"""Parses and checks a sentence: the checked tree, or None, and what is wrong."""

_CUT_SIGNS = {"rule-syntax", "unknown-fact"}


@dataclass(frozen=True, slots=True)
class Sentence(Generic[_Checked]):
    """A sentence as read: its text, what it means, what is wrong with it.

    `joined` says that commas had cut it, which is reported once.
    """

    scalar: Scalar
    text: str
    checked: _Checked | None
    problems: tuple[Problem, ...]
    joined: bool = False

    @property
    def is_right(self) -> bool:
        """Whether nothing stops it."""
        return not any(problem.name in ERRORS for problem in self.problems)

    @property
    def looks_cut(self) -> bool:
        """Whether it doesn't parse or names an unknown fact."""
        return any(problem.name in _CUT_SIGNS for problem in self.problems)


def read_sentences(
    scalars: Sequence[Scalar], read: Read[_Checked], report: Report, *, listed: bool
) -> list[Sentence[_Checked]]:
    """The right sentences among texts; what is wrong with the others is reported.

    `listed` says that the texts are the items of one list, where `[ ]` may have cut them.
    """
    found: list[Sentence[_Checked]] = []
    for scalar in scalars:
        sentence = _read(scalar, scalar.text, read)
        joined = _joined(found[-1], sentence, read) if found and listed else None
        if joined is None:
            found.append(_uncut(sentence, read))
        else:
            if not found[-1].joined:
                report.problems([_cut_at_comma(scalar)], scalar)
            found[-1] = joined
    for sentence in found:
        report.problems(sentence.problems, sentence.scalar)
    return [each for each in found if each.checked is not None and each.is_right]


def _read(scalar: Scalar, text: str, read: Read[_Checked]) -> Sentence[_Checked]:
    alike = lookalikes(text, sentence=True)
    if alike or hides_something(text):
        # What is hidden was reported where the file was read.
        return Sentence(scalar, text, None, tuple(alike))
    try:
        checked, problems = read(text)
    except SentenceError as error:
        return Sentence(scalar, text, None, (error.problem,))
    return Sentence(scalar, text, checked, tuple(problems))


def _joined(
    before: Sentence[_Checked], sentence: Sentence[_Checked], read: Read[_Checked]
) -> Sentence[_Checked] | None:
    """The sentence that a comma inside `[ ]` cut in two, if it was one."""
    scalar = sentence.scalar
    if not scalar.flow or not sentence.looks_cut:
        return None
    written = scalar.page.text[scalar.source.start : scalar.source.end]
    whole = _read(before.scalar, f"{before.text}, {written}", read)
    return replace(whole, problems=(), joined=True) if whole.is_right else None


def _cut_at_comma(scalar: Scalar) -> Problem:
    message = "YAML cuts a sentence at its commas inside `[ ]`"
    help_ = "put the whole sentence in quotes, or write each rule on a line of its own"
    return Problem("yaml-cut", message, first_word(scalar.text), help_)


def _uncut(sentence: Sentence[_Checked], read: Read[_Checked]) -> Sentence[_Checked]:
    """The sentence itself, or the one that YAML cut off at ` #`."""
    if not any(problem.name == "rule-syntax" for problem in sentence.problems):
        return sentence
    text = sentence.scalar.uncut()
    if text is None or not _parses(text, read):
        return sentence
    message = "YAML takes ` #` for the start of a comment and cuts the sentence there"
    help_ = "put the whole sentence in single quotes"
    problem = Problem("yaml-cut", message, first_word(sentence.text), help_)
    return replace(sentence, problems=(problem,))


def _parses(text: str, read: Read[_Checked]) -> bool:
    try:
        read(text)
    except SentenceError:
        return False
    return True
