"""The groups that scenarios name."""

from __future__ import annotations

from dataclasses import dataclass

from engine.catalogue.coupons import Surroundings
from engine.catalogue.nodes import Scalar
from engine.catalogue.report import Report
from engine.diagnostics.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class GroupNames:
    """The names of the groups of a catalogue; of a part of one, whose groups are elsewhere, any."""

    around: Surroundings
    report: Report

    def has(self, name: Scalar) -> bool:
        """Whether there is a group of this name; else that is reported, at the name."""
        text, known = name.text.strip(), self.around.groups
        if known is None or text in known:
            return True
        if text not in self.around.lost:
            help_ = did_you_mean(text, known)
            self.report.at("unknown-coupon", f"no group is called `{text}`", name, help_)
        return False
