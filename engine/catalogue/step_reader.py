"""The steps of scenarios, read from their documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict

from engine.calendar import Instant
from engine.catalogue import fields, steps
from engine.catalogue.changing import Coupons
from engine.catalogue.expected import read_expectation
from engine.catalogue.given import FactReader, Given, merged
from engine.catalogue.group_names import GroupNames
from engine.catalogue.nodes import Mapping, Node, Scalar, Sequence
from engine.catalogue.report import Report
from engine.catalogue.steps import Expectation, Facts, Step
from engine.diagnostics import Location

_TIMELESS = "parse"
_CHARGED = ("charge", "evaluate")
_GRANTING = ("redeem", "hold", "confirm", "onboard")
_USUAL_HOLD = "15 minutes"


class _Common(TypedDict):
    """What every step has."""

    location: Location
    at: Instant | None
    facts: Facts
    expect: Expectation


@dataclass(frozen=True, slots=True)
class _Written:
    """A step as its document has it: its word with what stands there, and its facts."""

    node: Mapping
    word: str
    value: Node
    given: Given

    @property
    def text(self) -> str:
        """The text after its word."""
        found = fields.scalar(self.value)
        return found.text.strip() if found is not None else ""


class StepReader:
    """Reads the steps of one scenario, one after the other."""

    def __init__(
        self,
        facts: FactReader,
        coupons: Coupons,
        groups: GroupNames,
        home: str | None,
        report: Report,
    ) -> None:
        self._facts = facts
        self._coupons = coupons
        self._groups = groups
        self._home = home
        self._report = report
        self._number = 0
        self._batches: set[str] = set()

    def read(self, node: Mapping, below: Given) -> Step | None:
        """A step with its facts over those below; None where its shape or a name is wrong."""
        self._number += 1
        word = next((key.text for key, _ in node.entries if key.text in _READERS), None)
        value = node.get(word) if word is not None else None
        if word is None or value is None:
            return None
        written = _Written(node, word, value, self._given(node, word, value).over(below))
        if not written.given.dated and word != _TIMELESS:
            message = f"the step `{word}` needs the key `at`"
            help_ = "give the moment here, or in `given` for all steps"
            self._report.add("missing-key", message, node.location, help_)
        return _READERS[word](self, written, self._common(written))

    def _given(self, node: Mapping, word: str, value: Node) -> Given:
        """The facts beside the word; before them those that a charge or onboarding brings."""
        keys = (*_READERS, "for", "codes", "expect", *(["running"] if word in _GRANTING else []))
        beside = self._facts.event(node, beside=keys)
        inner = fields.mapping(value)
        if inner is not None and word in _CHARGED:
            return self._facts.charge(inner).over(beside)
        if inner is not None and word == "onboard":
            return self._facts.event(inner).over(beside)
        return beside

    def _common(self, written: _Written) -> _Common:
        expect = written.node.get("expect")
        return {
            "location": written.node.location,
            "at": written.given.at,
            "facts": written.given.event,
            "expect": read_expectation(written.word, expect, self._facts.values, self._report),
        }

    # --- steps with charges

    def charge(self, written: _Written, common: _Common) -> Step:
        """The step `charge`; a charge without an id is named after its place."""
        charge = {"id": f"step-{self._number}", **self._charge(written)}
        return steps.Charge(**common, charge=charge)

    def evaluate(self, written: _Written, common: _Common) -> Step:
        """The step `evaluate`."""
        listed = written.node.get("codes")
        items = listed.items if isinstance(listed, Sequence) else ()
        codes = [code for code in map(self._tried, items) if code is not None]
        return steps.Evaluate(**common, charge=self._charge(written), codes=tuple(codes))

    def _charge(self, written: _Written) -> Facts:
        """The charge; without an amount its currency is the subscription's, or the space's."""
        billed = written.given.event.get("subscription", {}).get("currency", self._home)
        return merged({} if billed is None else {"currency": billed}, written.given.charge)

    def _tried(self, item: Node) -> str | Facts | None:
        """A code to try; a mapping says when it is taken as redeemed."""
        if isinstance(item, Scalar):
            return item.text.strip()
        code = fields.text(item, "code") if isinstance(item, Mapping) else None
        moment = fields.scalar(item.get("redeemed")) if isinstance(item, Mapping) else None
        if code is None or moment is None:
            return code
        redeemed = self._facts.values.instant_text(moment)
        return None if redeemed is None else {"code": code, "redeemed": redeemed}

    # --- steps with coupons

    def switch(self, written: _Written, common: _Common) -> Step | None:
        """The steps `switch-on` and `switch-off`."""
        on = written.word == "switch-on"
        name = self._coupon(written)
        if name is None:
            return steps.Switch(**common, on=on, code=written.text, coupon=None)
        if not self._coupons.has(name):
            return None
        return steps.Switch(**common, on=on, code=None, coupon=name.text.strip())

    def change(self, written: _Written, common: _Common) -> Step | None:
        """The step `change`."""
        keys = fields.mapping(written.value)
        found = self._coupons.change(keys) if keys is not None else None
        if found is None:
            return None
        coupon, document, meaning = found
        return steps.Change(**common, coupon=coupon, document=document, changed=meaning)

    def enact(self, written: _Written, common: _Common) -> Step | None:
        """The step `enact`."""
        name = fields.scalar(written.value)
        if name is None or not self._coupons.has(name):
            return None
        coupon = self._coupons.in_force(name.text.strip())
        if isinstance(common["expect"], steps.Done):
            self._coupons.enact(coupon)
        return steps.Enact(**common, coupon=coupon)

    def admit(self, written: _Written, common: _Common) -> Step | None:
        """The step `admit`."""
        name = fields.scalar(written.value)
        if name is None or not self._groups.has(name):
            return None
        return steps.Admit(**common, group=name.text.strip())

    def issue(self, written: _Written, common: _Common) -> Step | None:
        """The step `issue`."""
        inner, coupon = fields.mapping(written.value), self._coupon(written)
        if inner is None or coupon is None or not self._coupons.has(coupon):
            return None
        count = fields.whole_number(inner, "count") if inner.key("count") is not None else 1
        name = self._batch(fields.scalar(inner.get("as")))
        if not count:
            return None
        return steps.Issue(**common, coupon=coupon.text.strip(), count=count, name=name)

    def _batch(self, written: Scalar | None) -> str | None:
        """The name of the codes that a step issues, which no other step of the scenario gives."""
        if written is None:
            return None
        name = written.text.strip()
        if name in self._batches:
            message = f"other codes are called `{name}` already"
            self._report.at("duplicate-name", message, written, "choose another name")
        self._batches.add(name)
        return name

    def _coupon(self, written: _Written) -> Scalar | None:
        """The coupon that the value of a step names."""
        inner = fields.mapping(written.value)
        return fields.scalar(inner.get("coupon")) if inner is not None else None


_Read: TypeAlias = Callable[[StepReader, _Written, _Common], Step | None]


def _of_text(kind: Callable[..., Step], name: str = "code") -> _Read:
    """What reads a step that only names something."""

    def read(_: StepReader, written: _Written, common: _Common) -> Step:
        named: dict[str, Any] = {name: written.text}
        return kind(**common, **named)

    return read


def _granting(kind: Callable[..., Step]) -> _Read:
    """What reads a step that names a code which may grant something."""

    def read(_: StepReader, written: _Written, common: _Common) -> Step:
        return kind(**common, code=written.text, running=_running(written))

    return read


def _running(written: _Written) -> str | None:
    return fields.text(written.node, "running")


def _hold(_: StepReader, written: _Written, common: _Common) -> Step:
    length, running = fields.text(written.node, "for") or _USUAL_HOLD, _running(written)
    return steps.Hold(**common, code=written.text, length=length, running=running)


def _onboard(_: StepReader, written: _Written, common: _Common) -> Step:
    return steps.Onboard(**common, running=_running(written))


_READERS: dict[str, _Read] = {
    "redeem": _granting(steps.Redeem),
    "hold": _hold,
    "confirm": _granting(steps.Confirm),
    "release": _of_text(steps.Release),
    "remove": _of_text(steps.Remove),
    "charge": StepReader.charge,
    "evaluate": StepReader.evaluate,
    "reverse": _of_text(steps.Reverse, "charge"),
    "attach": _of_text(steps.Attach),
    "onboard": _onboard,
    "switch-off": StepReader.switch,
    "switch-on": StepReader.switch,
    "change": StepReader.change,
    "enact": StepReader.enact,
    "issue": StepReader.issue,
    "parse": _of_text(steps.Parse),
    "admit": StepReader.admit,
}
