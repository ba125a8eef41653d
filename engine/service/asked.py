"""Codes as they were asked for, beside an answer that spells those of the store as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from engine.calendar import format_instant
from engine.decisions.answers import ChargeAnswer, DeclinedLine
from engine.decisions.spellings import Spellings
from engine.service.answers import Evaluation, RefusedCharge
from engine.service.moments import moment_in


class Asked:
    """The codes that an evaluation was asked to try, in order."""

    def __init__(self, texts: Sequence[str], spellings: Spellings) -> None:
        self._key = spellings.key
        places = ((self._key(text), place) for place, text in enumerate(texts))
        self._texts = texts
        self._places = dict(reversed(list(places)))

    def without_effect(self, answer: Evaluation) -> list[str]:
        """The codes that no charge has a use for."""
        declined = self._keys(each.declined or () for each in _decided(answer))
        without = declined - self._used(answer)
        return [self._texts[self._places[key]] for key in self._places if key in without]

    def _used(self, answer: Evaluation) -> set[str]:
        lines = _decided(answer)
        return self._keys((*(each.discounts or ()), *(each.indicated or ())) for each in lines)

    def _keys(self, lines: Iterable[Iterable[Any]]) -> set[str]:
        return {self._key(each.code) for line in lines for each in line}

    def as_typed(self, answer: Evaluation) -> Evaluation:
        """The answer with declined codes spelt and ordered as they were asked for.

        How the store spells a code, and whether its rules or its charge stopped it, would tell
        that it exists. So would the instant that changes what a code gives of which the charges say
        nothing: such an answer is good until its own moment.
        """
        lines = tuple(map(self._line, answer.charges))
        until = answer.valid_until
        if not self._places.keys() <= self._used(answer):
            until = format_instant(moment_in(answer.decision))
        return msgspec.structs.replace(answer, charges=lines, valid_until=until)

    def _line(self, line: ChargeAnswer | RefusedCharge) -> ChargeAnswer | RefusedCharge:
        if isinstance(line, RefusedCharge) or not line.declined:
            return line
        declined = sorted(line.declined, key=self._place)
        return msgspec.structs.replace(line, declined=tuple(map(self._declined, declined)))

    def _place(self, line: DeclinedLine) -> tuple[int, str]:
        return self._places.get(self._key(line.code), len(self._texts)), line.code

    def _declined(self, line: DeclinedLine) -> DeclinedLine:
        place = self._places.get(self._key(line.code))
        return line if place is None else msgspec.structs.replace(line, code=self._texts[place])


def _decided(answer: Evaluation) -> Iterator[ChargeAnswer]:
    return (each for each in answer.charges if isinstance(each, ChargeAnswer))
