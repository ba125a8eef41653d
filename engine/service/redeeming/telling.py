"""Notices of redemptions: what happened to which code, of which only the end is told."""

from __future__ import annotations

from engine.calendar import format_instant
from engine.service.answers import Ended, Redemption
from engine.service.codes.masking import masked
from engine.service.notices import Kind, Notice
from engine.service.redeeming.activation import Activation
from engine.service.work import Work


def tell_redeemed(
    work: Work, answer: Redemption, customer: str | None, activation: Activation | None
) -> None:
    """Tell of a code that was redeemed, and of what it granted."""
    partner = None if activation is None else activation.partner
    if work.is_heard("code.redeemed", partner):
        _announce(work, "code.redeemed", answer, {"customer": customer}, partner, customer)
    if activation is not None:
        _tell_activated(work, answer, activation)


def _tell_activated(work: Work, answer: Redemption, activation: Activation) -> None:
    to = activation.people
    if not to and not work.is_heard("code.activated", activation.partner):
        return
    granted, account = activation.granted, activation.account
    said = {
        "account": account,
        "client": activation.client,
        "plan": granted.grants.plan,
        "begins": format_instant(granted.begins),
        "until": None if granted.until is None else format_instant(granted.until),
    }
    _announce(work, "code.activated", answer, said, activation.partner, account, to)


def tell_removed(work: Work, answer: Ended, customer: str | None, partner: str | None) -> None:
    """Tell of a redemption that was removed."""
    if work.is_heard("redemption.removed", partner):
        said = {"customer": customer, "ended": answer.ended}
        _announce(work, "redemption.removed", answer, said, partner, customer)


def _announce(
    work: Work,
    kind: Kind,
    answer: Redemption | Ended,
    more: dict[str, str | None],
    partner: str | None,
    customer: str | None,
    to: tuple[str, ...] = (),
) -> None:
    said = {
        "redemption": answer.id,
        "subscription": answer.subscription,
        "coupon": answer.coupon,
        "code": masked(answer.code),
        **more,
    }
    subject = answer.subscription or answer.id or answer.code
    work.announce(Notice(kind, subject, said, partner, customer, to))
