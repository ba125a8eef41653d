"""Documents to a catalogue: each kind read with what the kinds before it said."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from engine.catalogue import fields
from engine.catalogue.catalogue import Catalogue, Coupon
from engine.catalogue.code_formats import FormatReader, prove
from engine.catalogue.coupons import Surroundings, read_coupon
from engine.catalogue.derived import Derived
from engine.catalogue.deriving import derive, document_of, errors_of, placed
from engine.catalogue.feature_sets import read_feature_set
from engine.catalogue.group_reader import read_group, way_names
from engine.catalogue.groups import Group
from engine.catalogue.lint import allowed, lint
from engine.catalogue.listed_codes import check_codes
from engine.catalogue.logos import Logo, read_logo
from engine.catalogue.named import Names
from engine.catalogue.names import check_derived, check_names
from engine.catalogue.nodes import Mapping
from engine.catalogue.partner_reader import read_partner
from engine.catalogue.partners import Partner
from engine.catalogue.report import Report
from engine.catalogue.scenarios import read_scenario
from engine.catalogue.settings import read_rates, read_space, read_vocabularies
from engine.catalogue.steps import Scenario
from engine.diagnostics import Diagnostic

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Assembly:
    """The documents of some files, by kind, and what else their reading depends on."""

    kinds: dict[str, list[Mapping]]
    lost: frozenset[str]
    elsewhere: frozenset[str] | None
    folders: dict[str, Path]
    report: Report

    def catalogue(self) -> Catalogue:
        """What the documents say; what is wrong with them is reported."""
        kinds, report = self.kinds, self.report
        spaces = [read_space(document, report) for document in kinds.get("space", [])]
        rates = [read_rates(document, report) for document in kinds.get("rates", [])]
        vocabulary, wrong = read_vocabularies(kinds.get("vocabulary", []), report)
        sets = _by_name(kinds.get("features", []), lambda each: read_feature_set(each, report))
        reader = FormatReader(sets, self.lost, report)
        formats = _by_name(kinds.get("format", []), reader.read)
        catalogue = Catalogue(
            space=next(iter(spaces), None),
            vocabulary=vocabulary,
            rates=next(iter(rates), None),
            features=_right(sets),
            formats=_right(formats),
        )
        check_names(kinds, report)
        prove(catalogue.formats, kinds.get("format", []), report)
        check_codes(self._listing(), catalogue.formats, report)
        catalogue = self._with_groups(catalogue)
        around = Surroundings(
            catalogue.space,
            vocabulary,
            _names(kinds, "coupon") | self._derived(catalogue).keys(),
            sets,
            formats,
            self.lost | wrong | self._way_names() - catalogue.derived.keys(),
            self.elsewhere or frozenset(),
            _names(kinds, "group") if self.elsewhere is None else None,
        )
        catalogue = self._with_partners(catalogue, around.coupons)
        return replace(
            catalogue,
            coupons=self._coupons(catalogue, around),
            scenarios=self._scenarios(catalogue, around),
        )

    def _listing(self) -> dict[str, list[Mapping]]:
        """The documents that list codes; of a part of a catalogue the groups are elsewhere."""
        groups = self.kinds.get("group", []) if self.elsewhere is None else []
        return {"coupon": self.kinds.get("coupon", []), "group": groups}

    def _with_groups(self, catalogue: Catalogue) -> Catalogue:
        """The catalogue with its groups, and the documents of the coupons that they become."""
        groups: dict[str, Group] = {}
        derived: dict[str, Derived] = {}
        for document in self.kinds.get("group", []):
            group = read_group(document, self.lost, self.report)
            if group is not None and groups.setdefault(group.name, group) is group:
                for each in derive(group, document, self.report):
                    derived.setdefault(each.name, each)
        if self.elsewhere is None:
            check_derived(self.kinds, derived, self.report)
        return replace(catalogue, groups=groups, derived=derived)

    def _way_names(self) -> frozenset[str]:
        """The names of the coupons that groups become, also of those that are wrong."""
        return frozenset().union(*map(way_names, self.kinds.get("group", [])))

    def _derived(self, catalogue: Catalogue) -> abc.Mapping[str, Derived]:
        """The documents of the coupons that nobody wrote, where they are part of the catalogue."""
        return catalogue.derived if self.elsewhere is None else {}

    def _with_partners(self, catalogue: Catalogue, coupons: frozenset[str]) -> Catalogue:
        """The catalogue with its partners, and their logos where the files are at hand."""
        names = Names(coupons, self.lost, is_part=self.elsewhere is not None)
        partners: dict[str, Partner] = {}
        logos: dict[str, Logo] = {}
        for document in self.kinds.get("partner", []):
            partner = read_partner(document, names, self.report)
            written, folder = document.get("logo"), self.folders.get(document.page.name)
            logo = fields.scalar(written) if folder is not None else None
            picture = read_logo(logo, folder, self.report) if logo and folder else None
            if partner is None or partners.setdefault(partner.name, partner) is not partner:
                continue
            if picture is not None:
                logos[partner.name] = picture
        return replace(catalogue, partners=partners, logos=logos)

    def _coupons(self, catalogue: Catalogue, around: Surroundings) -> dict[str, Coupon]:
        """The coupons by name; of two with one name, the first. Each allows warnings of its own."""
        found: dict[str, Coupon] = {}
        for document in self.kinds.get("coupon", []):
            own = Report()
            coupon = read_coupon(document, around, own)
            if coupon is not None:
                lint(coupon, document, catalogue, own)
                found.setdefault(coupon.name, coupon)
            permitted = allowed(document)
            self._add(each for each in own.diagnostics if each.name not in permitted)
        for name, derived in self._derived(catalogue).items():
            own = Report()
            coupon = read_coupon(document_of(derived).node, around, own)
            if coupon is not None:
                found.setdefault(name, placed(coupon, derived))
            self._add(errors_of(own.diagnostics, derived))
        return found

    def _add(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.report.diagnostics += diagnostics

    def _scenarios(self, catalogue: Catalogue, around: Surroundings) -> tuple[Scenario, ...]:
        named = [(fields.name_of(each), each) for each in self.kinds.get("coupon", [])]
        written = {name.text.strip(): each for name, each in reversed(named) if name is not None}
        derived = {name: document_of(d).node for name, d in self._derived(catalogue).items()}
        known = {**derived, **written}
        scenarios = self.kinds.get("scenario", [])
        read = (read_scenario(each, known, around, self.report) for each in scenarios)
        return tuple(scenario for scenario in read if scenario is not None)


def _by_name(
    documents: list[Mapping], read: Callable[[Mapping], _Read | None]
) -> dict[str, _Read | None]:
    """What documents say by name, None for one that is wrong; of two with one name, the first."""
    found: dict[str, _Read | None] = {}
    for document in documents:
        said, name = read(document), fields.name_of(document)
        if name is not None:
            found.setdefault(name.text.strip(), said)
    return found


def _right(found: dict[str, _Read | None]) -> dict[str, _Read]:
    """Those that nothing is wrong with."""
    return {name: each for name, each in found.items() if each is not None}


def _names(kinds: dict[str, list[Mapping]], kind: str) -> frozenset[str]:
    named = (fields.name_of(document) for document in kinds.get(kind, []))
    return frozenset(name.text.strip() for name in named if name is not None)
