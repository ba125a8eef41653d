"""What is said of recorded charges: ledger, bill and invoice, in the shapes of JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

from engine.decisions.answers import DiscountLine, Total


class LedgerEntry(msgspec.Struct, frozen=True):
    """One entry: a charge with its discounts, or what a reversal took back, below zero.

    `charge` is the id of the charge, for a reversal that of the charge that was taken back.
    """

    kind: Literal["charge", "correction", "reversal"]
    charge: str
    at: str
    currency: str
    gross: str
    discount: str
    net: str
    discounts: tuple[DiscountLine, ...]
    corrects: str | None
    invoice: str | None


class Ledger(msgspec.Struct, frozen=True):
    """The entries of a subscription in the order of their moments, from `cursor` to `next`."""

    subscription: str
    entries: tuple[LedgerEntry, ...]
    next: str | None


class Bill(msgspec.Struct, frozen=True):
    """The entries of a stretch of time, from its start until before its end, and their sums."""

    subscription: str
    start: str | None = msgspec.field(name="from")
    end: str | None = msgspec.field(name="to")
    entries: tuple[LedgerEntry, ...]
    totals: tuple[Total, ...]


class Invoice(msgspec.Struct, frozen=True):
    """A numbered invoice, which never changes: what no invoice before it has of a stretch."""

    number: str
    space: str
    subscription: str
    customer: str | None
    issued: str
    start: str | None = msgspec.field(name="from")
    end: str | None = msgspec.field(name="to")
    entries: tuple[LedgerEntry, ...]
    totals: tuple[Total, ...]


class InvoiceSummary(msgspec.Struct, frozen=True):
    """An invoice as a list shows it."""

    number: str
    subscription: str
    issued: str
    totals: tuple[Total, ...]


class Invoices(msgspec.Struct, frozen=True):
    """The invoices of a subscription, the first one first, from `cursor` to `next`."""

    subscription: str
    invoices: tuple[InvoiceSummary, ...]
    next: str | None
