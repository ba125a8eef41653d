"""Compiled rules: one code object for each shape, and a case for each kind of sentence."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from engine.catalogue.loader import load_texts
from engine.decisions.coupon import ReadyCoupon, ready
from engine.language import checked as c
from engine.language import syntax as s

COUPON = """coupon: {name}
discount: 10%
allow: [no-redemption-limit, open-values]
application:
  - fee is {fee}
  - quantity is at least {least}
  - {rule}
"""


def compiled(name: str, fee: str, least: int, rule: str) -> ReadyCoupon:
    catalogue = load_texts({"a.yaml": COUPON.format(name=name, fee=fee, least=least, rule=rule)})
    assert catalogue.diagnostics == ()
    return ready(catalogue.coupons[name], catalogue.vocabulary.slots)


def code_of(coupon: ReadyCoupon) -> Any:
    return coupon.application.opens.__code__  # type: ignore[attr-defined]


def test_rules_of_one_shape_share_one_code_object() -> None:
    one = compiled("first", "period", 5, "customer.new or product is core")
    other = compiled("second", "setup", 7, "customer.new or product is pro")
    assert code_of(one) is code_of(other)


@pytest.mark.parametrize(
    "rule", ["customer.new and product is core", "not customer.new or product is core"]
)
def test_rules_of_another_shape_have_their_own(rule: str) -> None:
    one = compiled("first", "period", 5, "customer.new or product is core")
    assert code_of(one) is not code_of(compiled("second", "period", 5, rule))


def test_constants_are_not_in_the_code() -> None:
    one = compiled("first", "period", 5, "product is core")
    assert "core" not in code_of(one).co_consts


def _registered(method: Any) -> set[type]:
    return {each for each in method.dispatcher.registry if each is not object}


def test_every_checked_condition_is_compiled() -> None:
    from engine.decisions.compiler import _Emitter

    emit = vars(_Emitter)["emit"]
    assert _registered(emit) == set(get_args(c.Condition))


def test_every_sentence_is_checked() -> None:
    from engine.language.checker import _Checker

    check = vars(_Checker)["check"]
    assert _registered(check) == set(get_args(s.Rule))
