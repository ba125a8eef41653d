"""Coupon policies for subscription businesses: sentences, checked before they run.

    from engine import load
    answer = load("policies").evaluate(request)

`evaluate` takes the JSON of `POST /v1/evaluate`, as text or as plain values, and answers in the
same shapes, with attributes. What is imported from here is loaded when it is asked for, so that a
command of the command line loads only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.api import PolicyError, load
    from engine.decisions.answers import Evaluation
    from engine.decisions.evaluation import Policies
    from engine.decisions.flaws import Flaw, RequestError

__all__ = ["Evaluation", "Flaw", "Policies", "PolicyError", "RequestError", "load"]

_HOMES = {
    "Evaluation": "engine.decisions.answers",
    "Flaw": "engine.decisions.flaws",
    "Policies": "engine.decisions.evaluation",
    "PolicyError": "engine.api",
    "RequestError": "engine.decisions.flaws",
    "load": "engine.api",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
