"""The calls, a module for each subject."""

from __future__ import annotations

from web.api import (
    accounts,
    billing,
    charges,
    coupons,
    decisions,
    evaluate,
    rates,
    redemptions,
    service,
    subscriptions,
)
from web.subjects import Subject

SUBJECTS: tuple[Subject, ...] = (
    evaluate.SUBJECT,
    redemptions.SUBJECT,
    charges.SUBJECT,
    accounts.SUBJECT,
    subscriptions.SUBJECT,
    billing.SUBJECT,
    coupons.SUBJECT,
    decisions.SUBJECT,
    rates.SUBJECT,
    service.SUBJECT,
)
