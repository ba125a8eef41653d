"""What recording charges would answer, with what a request itself redeems, charges and corrects.

Nothing is written: what a correction gives back is kept beside what the store counts, so that the
charges after it are decided as if it were recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace as with_fields

from engine.calendar import Instant
from engine.decisions.answers import ChargeAnswer, DeclinedLine
from engine.decisions.explanation import Reason
from engine.decisions.facts import check_metered, money_at
from engine.decisions.flaws import Flaw, RequestError
from engine.decisions.session import Found, Session
from engine.money import Money, parse_money
from engine.service.answers import RefusedCharge
from engine.service.billing.applications import Application, application, applications_of
from engine.service.billing.charge_lines import check_correction, content, differs
from engine.service.billing.corrections import (
    RecordedCharge,
    correctable,
    corrected_line,
    recorded,
    shares,
)
from engine.service.usage.held_places import places_free
from engine.service.usage.usage import StoredUsage
from engine.service.work import Work

State = tuple[RecordedCharge, list[Application]]
"""A charge and its discounts, as far as they were not taken back."""


class Preview(Session, kw_only=True):
    """A session over the store, which answers each charge as recording it would.

    `subscription` is whose charges they are, where the request says so, and `given` the moment if
    it gives one.
    """

    work: Work
    usage: StoredUsage
    subscription: str | None
    given: Instant | None
    _answered: dict[str, tuple[Any, ChargeAnswer]] = msgspec.field(default_factory=dict)
    _states: dict[str, State] = msgspec.field(default_factory=dict)

    # --- codes

    def refuse(self, line: DeclinedLine) -> None:
        """Answer that a code can't be redeemed; holds in its way bound how long that lasts."""
        Session.refuse(self, line)
        self._note_holds(line)

    def _note_holds(self, line: DeclinedLine) -> None:
        found = None if line.coupon is None else self.codes.find(line.code)
        if isinstance(found, Found):
            by = self.event[self.types.by]
            record = self.types.with_code(self.event, found.code, None, found.issued, by)
            self.changes += places_free(self.work, found.coupon, record, self.usage, self.at)

    # --- charges

    def lines(self, charges: Iterable[Any]) -> tuple[ChargeAnswer | RefusedCharge, ...]:
        """What becomes of each charge of the request, in order."""
        lines = []
        for index, charge in enumerate(charges):
            lines.append(self._line(charge, f"/charges/{index}"))
        return tuple(lines)

    def _line(self, charge: Any, pointer: str) -> ChargeAnswer | RefusedCharge:  # noqa: ANN401
        taken = None if charge.corrects is None else _taken(charge, pointer)
        name = charge.id
        if name is None or charge.amount is None:
            # Nothing is recorded without either.
            return self.charge(charge, pointer) if taken is None else self._correct(charge, taken)
        if name in self._answered:
            return self._repeated(charge, pointer)
        is_unused = self.subscription is None or name in self.work.known.unused
        if not is_unused and self._is_recorded(name):
            return self._recorded(charge, pointer)
        answer = self.charge(charge, pointer) if taken is None else self._correct(charge, taken)
        if isinstance(answer, ChargeAnswer):
            self._answered[name] = charge, answer
        return answer

    def _repeated(self, charge: Any, pointer: str) -> ChargeAnswer | RefusedCharge:  # noqa: ANN401
        """A charge that stands twice is answered alike and counts once."""
        before, answer = self._answered[charge.id]
        if self._content(charge, pointer) != self._content(before, pointer):
            return RefusedCharge(charge.id, (differs(charge.id),))
        return answer

    def _content(self, charge: Any, pointer: str) -> str:  # noqa: ANN401 - a made type
        return content(charge, money_at(charge, pointer), self.given)

    def _is_recorded(self, charge: str) -> bool:
        """Whether a charge is in the store: most are not, which is worth remembering."""
        is_unused = recorded(self.work, charge) is None
        if is_unused:
            self.work.tx.keep(charge, is_unused, self.work.known.unused)
        return not is_unused

    def _recorded(self, charge: Any, pointer: str) -> ChargeAnswer | RefusedCharge:  # noqa: ANN401
        """A charge that was recorded is answered as it was."""
        found = recorded(self.work, charge.id)
        assert found is not None, "asked for charges in the store only"  # noqa: S101
        same = self.subscription, self._content(charge, pointer)
        if (found.subscription, found.content) != same:
            return RefusedCharge(charge.id, (differs(charge.id),))
        answer = found.line()
        if self.refused:
            answer = with_fields(answer, declined=(*self.refused, *(answer.declined or ())))
        self.totals.append((Money(found.gross, found.currency), found.discount))
        self._answered[charge.id] = charge, answer
        self._states.setdefault(charge.id, (found, applications_of(self.work, charge.id)))
        return answer

    # --- corrections

    def _correct(self, charge: Any, amount: Money) -> ChargeAnswer | RefusedCharge:  # noqa: ANN401
        """What a negative charge takes back of another, and with it of what limits count."""
        row, discounts = self._state(charge.corrects) or (None, [])
        found = correctable(charge.corrects, row, self.subscription, amount.currency)
        if isinstance(found, Reason):
            return RefusedCharge(charge.id, (found,))
        taken = shares(found, discounts, -amount.minor)
        self.usage.move(*taken.counted_anew(self.work))
        self._states[found.id] = taken.after()
        self.totals.append((amount, -taken.discount))
        return corrected_line(charge.id, amount, taken)

    def _state(self, charge: str) -> State | None:
        """A charge as this request has left it so far."""
        if charge in self._states:
            return self._states[charge]
        if charge in self._answered:
            return self._as_recorded(*self._answered[charge])
        found = recorded(self.work, charge)
        return None if found is None else (found, applications_of(self.work, charge))

    def _as_recorded(self, charge: Any, answer: ChargeAnswer) -> State:  # noqa: ANN401
        """A charge of this request as it would stand in the store."""
        gross = parse_money(answer.gross or "0", answer.currency)
        discount = parse_money(answer.discount or "0", answer.currency)
        text = msgspec.json.encode(answer).decode()
        row = RecordedCharge(
            charge.id,
            self.subscription or "",
            None,
            self.at,
            answer.currency,
            gross.minor,
            discount.minor,
            reversed=0,
            corrects=charge.corrects,
            content="",
            answer=text,
        )
        return row, [] if charge.corrects is not None else self._applied(charge, answer)

    def _applied(self, charge: Any, answer: ChargeAnswer) -> list[Application]:  # noqa: ANN401
        """The discounts of a charge of this request, as they would stand in the store."""
        codes = self.seeing(self.types.charge_record(self.event, charge, ""))
        seen = {redeemed.coupon.name: (redeemed, record) for redeemed, record in codes}
        found = [
            application(
                self.work, *seen[line.coupon], charge.id, parse_money(line.amount, answer.currency)
            )
            for line in answer.discounts or ()
        ]
        return sorted(found, key=lambda each: each.coupon)


def _taken(charge: Any, pointer: str) -> Money:  # noqa: ANN401 - a made type
    """The amount of a correction. Raises `RequestError`."""
    if charge.amount is None:
        check_metered(charge, pointer)
        message = "`amount` is missing: a correction says how much it takes back"
        raise RequestError(Flaw(f"{pointer}/amount", message))
    amount = money_at(charge, pointer)
    check_correction(amount, pointer)
    return amount
