"""Fees for extending or exchanging codes: what was agreed, for the journal; nothing is charged."""

from __future__ import annotations

from engine.decisions.flaws import Flaw, RequestError
from engine.money import BadAmount, Money, TooManyDecimals, UnknownCurrency, parse_money

_EXPECTED = "an amount and its currency, such as `20.00 EUR`, are expected"


def read_fee(text: str | None) -> Money | None:
    """A fee, which may be zero. Raises `RequestError`."""
    if text is None:
        return None
    amount, _, currency = text.strip().partition(" ")
    try:
        fee = parse_money(amount, currency.strip())
    except UnknownCurrency:
        raise _bad(f"`{text}` names no currency: {_EXPECTED}") from None
    except TooManyDecimals:
        raise _bad(f"`{text}` has more decimals than {currency.strip()} has") from None
    except BadAmount:
        raise _bad(f"`{text}` is no amount: {_EXPECTED}") from None
    if fee.minor < 0:
        raise _bad(f"`{text}` is less than nothing: no money is given back for a code")
    return fee


def _bad(message: str) -> RequestError:
    return RequestError(Flaw("/fee", message))
