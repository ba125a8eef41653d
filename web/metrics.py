"""What is measured: requests, how long they take, and what was decided."""

from __future__ import annotations

import os
from collections import Counter as Numbers
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from engine.decisions.answers import ChargeAnswer
from engine.service.answers import Activated, Charges, Evaluation, Redemption, Refusal

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
Counts = Mapping[str, int]
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The metrics of one application; with several processes, of all of them."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "coupon_requests",
            "Requests answered, by call and status.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "coupon_request_seconds",
            "How long requests took.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._decisions = Counter(
            "coupon_decisions",
            "Codes and charges decided, by outcome.",
            ("outcome",),
            registry=self._registry,
        )
        self._outcome = cache(self._decisions.labels)

    @cached_property
    def _evaluated(self) -> Counter:
        return self._outcome("evaluated")

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def decided(self, answer: object) -> None:
        """Count what an answer decided."""
        if isinstance(answer, Evaluation):
            # Most requests are such, and have one outcome.
            if answer.charges:
                self._evaluated.inc(len(answer.charges))
        elif (named := _OUTCOMES.get(type(answer))) is not None:
            for outcome, number in named(answer).items():
                self._outcome(outcome).inc(number)

    def text(self) -> bytes:
        """Everything counted, as Prometheus reads it."""
        registry = self._registry
        if DIRECTORY in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def _of_redemption(answer: Redemption) -> Counts:
    return {"tried" if answer.id is None else "redeemed" if answer.until is None else "held": 1}


def _of_activated(answer: Activated) -> Counts:
    return Numbers(outcome for each in answer.codes for outcome in _OUTCOMES[type(each)](each))


def _of_charge(line: object, answer: Charges) -> str:
    recorded = answer.recorded and isinstance(line, ChargeAnswer)
    return "recorded" if recorded else "not recorded"


_OUTCOMES: Mapping[type, Callable[[Any], Counts]] = {
    Refusal: lambda _: {"refused": 1},
    Redemption: _of_redemption,
    Activated: _of_activated,
    Charges: lambda answer: Numbers(_of_charge(line, answer) for line in answer.charges),
}
"""What an answer decided: how many codes or charges had which outcome."""
