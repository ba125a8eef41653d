"""What use cases answer, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.cli.entitlements_said import entitlement_text
from engine.decisions.explanation import Reason
from engine.service.answers import Ended, Grant, Redemption, Refusal
from engine.service.redeeming.subscriptions import RedemptionView, SubscriptionView


def redemption_text(answer: Redemption) -> str:
    """What was redeemed, or would be."""
    what = f"`{answer.code}` of {answer.coupon}, version {answer.version}"
    where = f" on `{answer.subscription}`" if answer.subscription is not None else ""
    if answer.id is None:
        return f"{what} can be redeemed{where}; nothing was changed"
    return f"redeemed {what}{where}: {answer.id}{_granted(answer.grants)}"


def _granted(grant: Grant | None) -> str:
    """What was granted, on a line of its own."""
    if grant is None:
        return ""
    until = f" until {grant.until}" if grant.until is not None else " without an end"
    return f"\n  grants {grant.plan or 'a subscription'} from {grant.start}{until}"


def refusal_text(code: str, answer: Refusal, what: str) -> str:
    """Why a code was refused, with all its reasons."""
    return "\n".join([f"`{code}` can't be {what}", *reason_lines(answer.reasons)])


def reason_lines(reasons: Iterable[Reason]) -> Iterator[str]:
    """Each reason, where its rule stands, and what would help."""
    for each in reasons:
        where = f" ({each.source})" if each.source is not None else ""
        yield f"  {each.reason}: {each.message}{where}"
        if each.remedy is not None:
            yield f"    {each.remedy}"


def ended_text(answer: Ended) -> str:
    """What was removed or released."""
    return f"{answer.how} `{answer.code}` of {answer.coupon} from `{answer.subscription}`"


def subscription_text(answer: SubscriptionView) -> str:
    """A subscription with what stands on it and what is left of its limits."""
    lines = [f"subscription {answer.subscription}"]
    lines += [f"  {name}: {value}" for name, value in answer.facts.items()]
    for each in answer.redemptions:
        lines += _redemption(each)
    lines += [entitlement_text(each) for each in answer.granted]
    lines += [f"  attached: {code}" for code in answer.attached]
    return "\n".join(lines)


def _redemption(each: RedemptionView) -> Iterator[str]:
    state = f"{each.how} {each.ended}" if each.ended is not None else f"since {each.redeemed}"
    until = f", held until {each.until}" if each.until is not None else ""
    yield f"  {each.code} of {each.coupon}, version {each.version}, {state}{until}"
    for limit in each.limits:
        left = "depends on other facts" if limit.left is None else f"{limit.left} left"
        yield f"    {limit.rule}: {left}"
