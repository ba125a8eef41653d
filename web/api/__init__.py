"""The calls, a module for each subject."""

from __future__ import annotations

from web.api import (
    accounts,
    billing,
    charges,
    codes,
    coupons,
    decisions,
    evaluate,
    rates,
    redemptions,
    service,
    subscriptions,
    validate,
)
from web.subjects import Subject

SUBJECTS: tuple[Subject, ...] = (
    evaluate.SUBJECT,
    redemptions.SUBJECT,
    validate.SUBJECT,
    charges.SUBJECT,
    accounts.SUBJECT,
    subscriptions.SUBJECT,
    billing.SUBJECT,
    coupons.SUBJECT,
    codes.SUBJECT,
    decisions.SUBJECT,
    rates.SUBJECT,
    service.SUBJECT,
)
