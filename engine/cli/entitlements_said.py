"""What accounts have, in words."""

from __future__ import annotations

from collections.abc import Iterator

from engine.service.redeeming.entitlements import Entitled, Entitlement, Entitlements


def entitlements_text(answer: Entitlements) -> str:
    """What an account has: the sum of what runs, and each subscription."""
    lines = [f"account {answer.account} at {answer.at}", *_sum(answer.running)]
    lines += [entitlement_text(each) for each in answer.subscriptions]
    return "\n".join(lines)


def entitlement_text(each: Entitlement) -> str:
    """One granted subscription, its code and its account."""
    until = "without an end" if each.until is None else f"until {each.until}"
    ended = f", ended {each.ended}" if each.ended is not None else ""
    of = f" on {each.account}" if each.account is not None else ""
    what = each.plan or "a subscription"
    where = f"{each.subscription}: {what} by {each.code} of {each.coupon}{of}"
    return f"  {each.status} {where}, from {each.start} {until}{ended}"


def _sum(running: Entitled) -> Iterator[str]:
    """The sum of what runs; one line where nothing does."""
    said = {
        "plans": ", ".join(running.plans),
        "features": ", ".join(running.features),
        "add-ons": ", ".join(running.add_ons),
        "points": running.points,
        "subaccounts": running.subaccounts,
        "until": running.until,
    }
    found = [f"  {name}: {value}" for name, value in said.items() if value]
    yield from found or ["  nothing runs"]
