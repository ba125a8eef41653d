"""The calls, a module for each subject."""

from __future__ import annotations

from web.api import (
    accounts,
    billing,
    charges,
    clients,
    codes,
    confirm,
    coupons,
    decisions,
    evaluate,
    groups,
    inventory,
    partners,
    purchases,
    rates,
    redemptions,
    reports,
    service,
    subscriptions,
    validate,
    webhooks,
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
    inventory.SUBJECT,
    clients.SUBJECT,
    partners.SUBJECT,
    purchases.SUBJECT,
    groups.SUBJECT,
    decisions.SUBJECT,
    rates.SUBJECT,
    reports.SUBJECT,
    confirm.SUBJECT,
    webhooks.SUBJECT,
    service.SUBJECT,
)
