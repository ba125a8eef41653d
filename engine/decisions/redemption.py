"""Whether a code can be redeemed (behaviour.md, Redeeming): pure, with every reason at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.decisions.compiler import Record
from engine.decisions.coupon import ReadyCoupon, Stacked
from engine.decisions.explanation import Reason, Verdict, explain, reasons, source_of
from engine.decisions.usage import Usage


def redeemable(
    coupon: ReadyCoupon, record: Record, usage: Usage, held: Sequence[ReadyCoupon]
) -> bool:
    """Whether nothing speaks against redeeming; stops at the first that does.

    `held` are the coupons that are redeemed, or held, on the same subscription.
    """
    opens = coupon.redemption.opens
    if not coupon.active or not opens(record, usage):
        return False
    if not held:
        return True
    stopped = (_state(coupon, held), _together(coupon, held))
    return not any(True for each in stopped for _ in each)


def refusals(
    coupon: ReadyCoupon, record: Record, usage: Usage, held: Sequence[ReadyCoupon]
) -> tuple[Reason, ...]:
    """Every reason that speaks against redeeming; none where it can be redeemed."""
    return against(coupon, held, explain_redemption(coupon, record, usage, held))


def against(
    coupon: ReadyCoupon, held: Sequence[ReadyCoupon], verdicts: Sequence[Verdict]
) -> tuple[Reason, ...]:
    """The same, where the verdicts of the redemption are known."""
    return (*_state(coupon, held), *reasons(verdicts))


def explain_redemption(
    coupon: ReadyCoupon, record: Record, usage: Usage, held: Sequence[ReadyCoupon]
) -> list[Verdict]:
    """The verdict of every redemption rule, and of the other coupons' stacking rules."""
    verdicts = list(explain(coupon.redemption, record, usage))
    stacking = list(_together(coupon, held)) if held else []
    stopped = [each.policy for each in stacking]
    free = [rule.policy for rule in coupon.redemption.stacked if rule.policy not in stopped]
    kept = [Verdict(policy, True, {}, None) for policy in free]  # noqa: FBT003 - a verdict
    return [*verdicts, *kept, *stacking]


def _state(coupon: ReadyCoupon, held: Sequence[ReadyCoupon]) -> Iterator[Reason]:
    """What speaks against redeeming without a rule."""
    if not coupon.active:
        yield Reason("coupon_inactive", "this coupon is switched off")
    if coupon.policy.discount and any(other.name == coupon.name for other in held):
        yield Reason("already_redeemed", "this coupon is redeemed on the subscription already")


def _together(coupon: ReadyCoupon, held: Sequence[ReadyCoupon]) -> Iterator[Verdict]:
    """The stacking rules, of this coupon and of the others, that another coupon stands against."""
    for other in held:
        if other.name == coupon.name:
            continue
        for rule in coupon.redemption.stacked:
            if rule.forbids(other.name):
                yield _combined(rule, other.name)
        for rule in other.redemption.stacked:
            if rule.forbids(coupon.name):
                yield _combined(rule, other.name)


def _combined(rule: Stacked, other: str) -> Verdict:
    policy = rule.policy
    facts: dict[str, str | bool | list[str] | None] = {"coupon": other}
    message = policy.because or f"{other} is redeemed on this subscription"
    name = policy.reason or "not_combinable"
    reason = Reason(name, message, policy.text, source_of(policy), facts)
    return Verdict(policy, False, facts, reason)  # noqa: FBT003 - a verdict
