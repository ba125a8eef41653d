"""The coupons in the course of a scenario: its changes, and what they mean once enacted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import NamedTuple

from engine.catalogue import fields
from engine.catalogue.catalogue import Coupon
from engine.catalogue.coupons import Surroundings, read_coupon
from engine.catalogue.lint import allowed
from engine.catalogue.nodes import Mapping, Scalar
from engine.catalogue.report import Report
from engine.catalogue.shapes import data_of
from engine.diagnostics.suggest import did_you_mean


class Changed(NamedTuple):
    """A change: the name of the coupon in force, its new document, and what that means."""

    coupon: str
    document: str
    meaning: Coupon


class Coupons:
    """The documents of the coupons in force, and of those that are changed, by name."""

    def __init__(self, known: dict[str, Mapping], around: Surroundings, report: Report) -> None:
        self._known = dict(known)
        self._pending: dict[str, Mapping] = {}
        self._former: dict[str, str] = {}
        self._around = around
        self._report = report

    def has(self, name: Scalar) -> bool:
        """Whether there is a coupon of this name; else that is reported, at the name."""
        text = name.text.strip()
        if text in self._known or text in self._former:
            return True
        if text not in self._around.lost:
            help_ = did_you_mean(text, self._known)
            self._report.at("unknown-coupon", f"no coupon is called `{text}`", name, help_)
        return False

    def in_force(self, name: str) -> str:
        """The name in force of a coupon that a pending change renames."""
        return self._former.get(name, name)

    def change(self, keys: Mapping) -> Changed | None:
        """The change that gives a coupon some new keys, over those that wait already.

        Its document is JSON, which YAML reads as it is.
        """
        name = fields.scalar(keys.get("coupon"))
        if name is None:
            return None
        new = name.text.strip()
        known = new in self._known or new in self._former
        before = name if known else fields.scalar(keys.get("was")) or name
        if not self.has(before):
            return None
        old = self.in_force(before.text.strip())
        document = _replaced(self._pending.get(old, self._known[old]), keys)
        meaning = self._read(document, old, new)
        if meaning is None:
            return None
        self._pending[old] = document
        if new != old:
            self._former[new] = old
        text = json.dumps(data_of(document), ensure_ascii=False)
        return Changed(old, text, meaning)

    def enact(self, coupon: str) -> None:
        """Put a change in force, under its new name."""
        if coupon in self._pending:
            del self._known[coupon]
            document = self._pending.pop(coupon)
            name = fields.name_of(document)
            new = name.text.strip() if name is not None else coupon
            self._known[new] = document
            self._former.pop(new, None)

    def _read(self, document: Mapping, old: str, new: str) -> Coupon | None:
        """What a changed coupon means; what is wrong is reported where the change says it."""
        names = (self._around.coupons | self._known.keys()) - {old} | {new}
        own = Report()
        coupon = read_coupon(document, replace(self._around, coupons=names), own)
        permitted = allowed(document)
        self._report.diagnostics += [each for each in own.diagnostics if each.name not in permitted]
        return coupon


def _replaced(document: Mapping, keys: Mapping) -> Mapping:
    """A coupon's document with the values of some keys in place of its own."""
    kept = [(key, keys.get(key.text) or value) for key, value in document.entries]
    more = [(key, value) for key, value in keys.entries if document.key(key.text) is None]
    return replace(document, entries=(*kept, *more))
