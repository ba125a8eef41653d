"""Codes as they were asked for, beside an answer that spells those of the store as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from engine.decisions.answers import ChargeAnswer, DeclinedLine, Evaluation
from engine.decisions.spellings import Spellings


class Asked:
    """The codes that an evaluation was asked to try, in order."""

    def __init__(self, texts: Sequence[str], spellings: Spellings) -> None:
        self._key = spellings.key
        places = ((self._key(text), place) for place, text in enumerate(texts))
        self._texts = texts
        self._places = dict(reversed(list(places)))

    def without_effect(self, answer: Evaluation) -> list[str]:
        """The codes that no charge has a use for."""
        declined = self._keys(each.declined or () for each in answer.charges)
        used = self._keys(
            (*(each.discounts or ()), *(each.indicated or ())) for each in answer.charges
        )
        return [self._texts[self._places[key]] for key in self._places if key in declined - used]

    def _keys(self, lines: Iterable[Iterable[Any]]) -> set[str]:
        return {self._key(each.code) for line in lines for each in line}

    def as_typed(self, answer: Evaluation) -> Evaluation:
        """The answer with declined codes spelt and ordered as they were asked for.

        How the store spells a code, and whether its rules or its charge stopped it, would tell
        that it exists.
        """
        return msgspec.structs.replace(answer, charges=tuple(map(self._line, answer.charges)))

    def _line(self, line: ChargeAnswer) -> ChargeAnswer:
        if not line.declined:
            return line
        declined = sorted(line.declined, key=self._place)
        return msgspec.structs.replace(line, declined=tuple(map(self._declined, declined)))

    def _place(self, line: DeclinedLine) -> tuple[int, str]:
        return self._places.get(self._key(line.code), len(self._texts)), line.code

    def _declined(self, line: DeclinedLine) -> DeclinedLine:
        place = self._places.get(self._key(line.code))
        return line if place is None else msgspec.structs.replace(line, code=self._texts[place])
