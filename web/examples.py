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
