"""Names of issued codes in later steps: `$V.1` is the first that a step issued `as: V`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from engine.catalogue import steps
from engine.catalogue.steps import Discounted, Expectation, Facts, Onboarded, Recognised, Step

_NAME = re.compile(r"\$(?P<batch>[A-Za-z0-9_-]+)\.(?P<place>[0-9]+)")
_OF_CODES = (
    steps.Redeem,
    steps.Hold,
    steps.Confirm,
    steps.Release,
    steps.Remove,
    steps.Attach,
    steps.Switch,
    steps.Parse,
)
_Value = TypeVar("_Value")


class NotIssued(Exception):
    """A step names a code that no step before it has issued."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no step before this one has issued `{name}`")


class IssuedCodes:
    """The codes that steps have issued, by their names."""

    def __init__(self) -> None:
        self._codes: dict[str, Sequence[str]] = {}

    def keep(self, name: str, codes: Sequence[str]) -> None:
        """Give a name to codes."""
        self._codes[name] = codes

    def meant(self, step: Step) -> Step:
        """A step with the codes that it names. Raises `NotIssued`."""
        found = replace(step, expect=self._expected(step.expect))
        if isinstance(found, steps.Evaluate):
            return replace(found, codes=tuple(map(self._tried, found.codes)))
        if isinstance(found, _OF_CODES) and found.code is not None:
            return replace(found, code=self._code(found.code))
        return found

    def _tried(self, code: str | Facts) -> str | Facts:
        if isinstance(code, str):
            return self._code(code)
        return {**code, "code": self._code(code["code"])}

    def _expected(self, expect: Expectation) -> Expectation:
        if isinstance(expect, Discounted):
            discounts, declined = self._keys(expect.discounts), self._keys(expect.declined)
            return replace(expect, discounts=discounts, declined=declined)
        if isinstance(expect, Onboarded):
            return Onboarded(self._keys(expect.codes) or {})
        if isinstance(expect, Recognised) and expect.code is not None:
            return replace(expect, code=self._code(expect.code))
        return expect

    def _keys(self, by_code: Mapping[str, _Value] | None) -> Mapping[str, _Value] | None:
        if by_code is None:
            return None
        return {self._code(code): value for code, value in by_code.items()}

    def _code(self, text: str) -> str:
        found = _NAME.fullmatch(text.strip())
        if found is None:
            return text
        codes, place = self._codes.get(found["batch"], ()), int(found["place"])
        if not 1 <= place <= len(codes):
            raise NotIssued(text.strip())
        return codes[place - 1]
