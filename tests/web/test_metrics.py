"""What is counted of answers, as Prometheus reads it."""

from __future__ import annotations

from typing import Any

from engine.decisions.answers import ChargeAnswer
from engine.service.answers import Evaluation, Refusal
from web.metrics import Metrics


def counted(*answers: object) -> list[str]:
    metrics = Metrics()
    for answer in answers:
        metrics.decided(answer)
    lines = metrics.text().decode().splitlines()
    return [line for line in lines if line.startswith("coupon_decisions_total")]


def evaluation(charges: int) -> Evaluation:
    line: Any = ChargeAnswer
    return Evaluation("d", None, (line,) * charges, ())


def test_each_charge_of_an_evaluation_is_counted() -> None:
    """Those of several answers add up."""
    found = counted(evaluation(1), evaluation(3))
    assert found == ['coupon_decisions_total{outcome="evaluated"} 4.0']


def test_an_evaluation_without_charges_counts_nothing() -> None:
    """Not even that there are none."""
    assert counted(evaluation(0)) == []


def test_what_decides_nothing_is_not_counted() -> None:
    """Other answers go by."""
    refusal = Refusal("d", None, None, None, ())
    assert counted(object(), refusal) == ['coupon_decisions_total{outcome="refused"} 1.0']
