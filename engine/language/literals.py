"""Values as written, read by the type of the fact that they stand with."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from decimal import Decimal

from engine.diagnostics.suggest import did_you_mean
from engine.language import checked as c
from engine.language.addresses import read_address, read_network
from engine.language.syntax import Literal, LiteralKind, TypeName
from engine.language.vocabulary import Fact
from engine.language.windows import Report
from engine.money import (
    MINOR_DIGITS,
    BadAmount,
    Money,
    TooManyDecimals,
    UnknownCurrency,
    parse_money,
)

_YES_NO = {"true": True, "false": False}


class LiteralReader:
    """Reads the values of one sentence."""

    def __init__(self, report: Report, lost: frozenset[str]) -> None:
        self._report = report
        self._lost = lost

    def values(self, fact: Fact, literals: tuple[Literal, ...]) -> tuple[c.Value, ...] | None:
        """The values of `is` and `is one of`, or None on a problem."""
        values = [self._value(fact, literal) for literal in literals]
        if any(value is None for value in values):
            return None
        self._warn_open(fact, literals)
        return tuple(dict.fromkeys(value for value in values if value is not None))

    def ordered(self, fact: Fact, literal: Literal) -> Decimal | Money | None:
        """A value that a number or an amount is compared with."""
        return self._money(literal) if fact.kind is TypeName.MONEY else self._number(literal)

    def text(self, fact: Fact, literal: Literal) -> str | None:
        """A part of a text, in the spelling in which the fact is compared."""
        if literal.kind is LiteralKind.MONEY:
            self._mismatch(literal, "text")
            return None
        return fact.fold.apply(literal.text)

    def member(self, fact: Fact, literal: Literal) -> str | None:
        """A text that a list may include."""
        text = self.text(fact, literal)
        return text if text is not None and self._declared(fact, literal, text) else None

    def amount(self, literal: Literal) -> Money | None:
        """An amount that is given or counted: zero or more."""
        money = self._money(literal)
        if money is not None and money.minor < 0:
            message = f"`{money}` is negative, where an amount to give is expected"
            self._report("type-mismatch", message, literal.span, "leave the sign out")
            return None
        return money

    def network(self, literal: Literal) -> c.Network | None:
        """A network, or a single address as the network that holds only it."""
        network = read_network(literal.text)
        if network is None:
            self._report_network(literal)
        return network

    def _report_network(self, literal: Literal) -> None:
        try:
            meant = str(ipaddress.ip_network(literal.text, strict=False))
        except ValueError:
            message = f"`{literal.text}` is not a network"
            help_ = 'write one such as `192.0.2.0/24` or `"2001:db8::/32"`'
        else:
            message = f"`{literal.text}` is an address within a network"
            help_ = f"write `{meant}` for the network"
        self._report("type-mismatch", message, literal.span, help_)

    # --- values by type

    def _value(self, fact: Fact, literal: Literal) -> c.Value | None:
        return self._readers()[fact.kind](fact, literal)

    def _readers(self) -> dict[TypeName, Callable[[Fact, Literal], c.Value | None]]:
        return {
            TypeName.TEXT: self.member,
            TypeName.ONE_OF: self.member,
            TypeName.EMAIL: self.text,
            TypeName.NUMBER: lambda _, literal: self._number(literal),
            TypeName.MONEY: lambda _, literal: self._money(literal),
            TypeName.YES_NO: lambda _, literal: self._yes_no(literal),
            TypeName.IP: lambda _, literal: self._address(literal),
            TypeName.INSTANT: self._instant,
            TypeName.TEXT_LIST: self._list,
        }

    def _number(self, literal: Literal) -> Decimal | None:
        if literal.kind is LiteralKind.NUMBER:
            return Decimal(literal.text)
        self._mismatch(literal, "a number")
        return None

    def _money(self, literal: Literal) -> Money | None:
        if literal.currency is None:
            help_ = "write the currency too, such as `10 EUR`"
            self._mismatch(literal, "an amount with a currency", help_)
            return None
        try:
            return parse_money(literal.text, literal.currency.text)
        except UnknownCurrency:
            self._unknown_currency(literal.currency.text, literal)
        except TooManyDecimals:
            self._too_many_decimals(literal, literal.currency.text)
        except BadAmount:
            message = f"`{literal.text}` has more digits than an amount can have"
            self._report("type-mismatch", message, literal.span, "use at most 18 digits")
        return None

    def _unknown_currency(self, written: str, literal: Literal) -> None:
        span = literal.currency.span if literal.currency is not None else literal.span
        help_ = did_you_mean(written, MINOR_DIGITS)
        self._report("unknown-currency", f"no currency is called `{written}`", span, help_)

    def _too_many_decimals(self, literal: Literal, currency: str) -> None:
        digits = MINOR_DIGITS[currency]
        most = f"at most {digits} decimals" if digits else "no decimals"
        message = f"`{literal.text}` has too many decimals: {currency} has {most}"
        self._report("too-many-decimals", message, literal.span)

    def _yes_no(self, literal: Literal) -> bool | None:
        value = _YES_NO.get(literal.text)
        if value is None:
            self._mismatch(literal, "`true` or `false`")
        return value

    def _address(self, literal: Literal) -> c.Address | None:
        address = read_address(literal.text)
        if address is None:
            self._mismatch(literal, "an IP address", "for a network write `is in`")
        return address

    def _instant(self, fact: Fact, literal: Literal) -> None:
        help_ = f"write `{fact.name} is from 2026-11-01 before 2026-12-01`"
        self._mismatch(literal, "a window", help_)

    def _list(self, fact: Fact, literal: Literal) -> None:
        help_ = f"write `{fact.name} includes {literal.text}`"
        self._mismatch(literal, "`includes`", help_)

    def _mismatch(self, literal: Literal, needs: str, help_: str = "") -> None:
        currency = f" {literal.currency.text}" if literal.currency is not None else ""
        message = f"`{literal.text}{currency}` stands where {needs} is needed"
        self._report("type-mismatch", message, literal.span, help_)

    # --- declared values

    def _declared(self, fact: Fact, literal: Literal, text: str) -> bool:
        known = fact.type.values if fact.kind is TypeName.ONE_OF else fact.closed
        if known is None or text in known or fact.name in self._lost:
            return True
        if fact.closed_by == "ISO 4217":
            self._unknown_currency(text, literal)
            return False
        message = f"`{fact.name}` is never `{literal.text}`"
        help_ = did_you_mean(text, known) or _choices(fact, sorted(known))
        self._report("unknown-value", message, literal.span, help_)
        return False

    def _warn_open(self, fact: Fact, literals: tuple[Literal, ...]) -> None:
        """Warn once a sentence of values that no typing error could be told from."""
        if fact.kind is not TypeName.TEXT or fact.closed is not None or fact.identifies:
            return
        if fact.name in self._lost:
            return
        listed = ", ".join(literal.text for literal in literals)
        message = f"nothing says which values `{fact.name}` can have, so a typing error passes"
        help_ = f"list them in a vocabulary: `values: {{{fact.name}: [{listed}]}}`"
        self._report("open-values", message, literals[0].span, help_)


def _choices(fact: Fact, known: list[str]) -> str:
    if fact.closed_by == "ISO 3166":
        return "countries are the two capital letters of ISO 3166, such as `CH`"
    return "it is one of " + ", ".join(f"`{value}`" for value in known)
