"""An answer that was kept is read back as it was given, to the letter."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from engine.decisions.answers import ChargeAnswer, DiscountLine, Total
from engine.decisions.explanation import Reason
from engine.service.answers import Activated, Charges, Redemption, Refusal, RefusedCharge
from engine.service.kept_answers import read_answer

REASON = Reason("limit_reached", "no place is left")
REDEMPTION = Redemption("d", "r", "SPRING", "spring", 1, "sub", "2026-11-28T09:00:00Z")
REFUSAL = Refusal("d", "SPRING", "spring", 1, (REASON,))
DISCOUNT = DiscountLine("SPRING", "spring", 1, "10.00", "100.00", "Spring")
CHARGE = ChargeAnswer("le-1", "EUR", "100.00", "10.00", "90.00", (DISCOUNT,), ())
TOTAL = Total("EUR", "100.00", "10.00", "90.00")


@pytest.mark.parametrize(
    "answer",
    [
        REDEMPTION,
        REFUSAL,
        Charges("d", (CHARGE, RefusedCharge("le-2", (REASON,)), CHARGE), (TOTAL,)),
        Charges("d", (RefusedCharge(None, (REASON,)),), (), recorded=False),
        Activated("d", "cus-1", "sub-1", (REDEMPTION, REFUSAL)),
        Activated("d", "cus-1", "sub-1", ()),
    ],
)
def test_a_kept_answer_is_read_as_it_was_given(answer: Any) -> None:
    kept = msgspec.json.encode(answer)
    again = read_answer(kept.decode(), type(answer))
    assert again == answer
    assert msgspec.json.encode(again) == kept
