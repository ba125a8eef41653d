"""Requests as the OpenAPI document shows them; the vocabulary of a space may want others."""

from __future__ import annotations

from typing import Any

AT = "2026-11-28T10:00:00+01:00"
_CUSTOMER = {"id": "cus-1", "country": "CH"}
_SUBSCRIPTION = {"id": "sub-1"}
_CHARGE = {"id": "le-1", "fee": "period", "amount": "100.00", "currency": "CHF"}
_EVENT: dict[str, Any] = {"customer": _CUSTOMER, "subscription": _SUBSCRIPTION}

EVALUATE = {"at": AT, **_EVENT, "charges": [_CHARGE], "codes": ["BLACKFRIDAY2026"]}
REDEEM = {"code": "BLACKFRIDAY2026", "by": "subscriber", **_EVENT}
CHARGES = {**_EVENT, "charges": [_CHARGE]}
EVENT = _EVENT
STORED = {"customer": {"id": "cus-1", "country": "CH"}}
RATES = {"base": "EUR", "rows": [{"at": "2026-11-27T16:00:00+01:00", "rates": {"CHF": "0.9312"}}]}
ISSUE = {"count": 100, "batch": "spring-mailing", "window": "through 2026-11-30"}
IMPORT = {"codes": [{"code": "SPRING-OLD", "coupon": "spring", "customer": "cus-1"}]}
VALIDATE = {"codes": ["7KMQ-2R9T-0VXC-4H3B", "ACC-FF60-P30S4"]}
ADMIT = {"customer": {"id": "cus-1", "email": "ada@xyz.example", "ip": "192.0.2.77"}}
USERS = {"users": [{"customer": "cus-1", "email": "ada@xyz.example"}, {"customer": "cus-2"}]}
WEBHOOK = {"url": "https://acme.example/hooks/coupons", "events": ["code.activated", "limit.near"]}
CLIENT = {
    "title": "Muster AG",
    "email": "office@muster.example",
    "responsible": {"name": "Ada Muster", "email": "ada@muster.example"},
}
PROJECT = {"title": "Roof", "responsible": {"name": "Ada Muster", "email": "ada@muster.example"}}
PURCHASE = {
    "partner": "acme-energy",
    "lines": [
        {"coupon": "professional-12-months", "count": 25},
        {"coupon": "core-12-months", "count": 5, "price": "199.00", "currency": "EUR"},
    ],
    "note": "Order 4711",
}
_CODES = ["7KMQ-2R9T-0VXC-4H3B", "9V2K-71MC-PZQ4-0TNE"]
INVENTORY: dict[str, dict[str, Any]] = {
    "assign": {"codes": _CODES, "client": "muster", "project": "roof", "planned": "2027-02-01"},
    "unassign": {"codes": _CODES},
    "transfer": {"codes": _CODES, "client": "meier"},
    "note": {"codes": _CODES, "text": "The cabinet is behind the stairs."},
    "reference": {"lines": [{"code": _CODES[0], "reference": "muster-roof-001"}]},
    "plan": {"codes": _CODES, "planned": "2027-02-01"},
    "extend": {"codes": _CODES, "by": "3 months", "because": "late hardware", "fee": "20.00 EUR"},
    "exchange": {
        "codes": _CODES,
        "to": "professional-12-months",
        "because": "a larger site",
        "fee": "300.00 EUR",
    },
    "cancel": {"codes": _CODES, "because": "printed twice"},
    "activate": {"lines": [{"code": _CODES[0], "account": "cus-1", "running": "after"}]},
    "approve": {"codes": _CODES},
    "decline": {"codes": _CODES, "because": "another site first"},
}
