"""Formats made from templates, with the feature set of the reference document."""

from __future__ import annotations

from engine.codes.features import FeatureSet
from engine.codes.formats import Format
from engine.codes.making import FormatProblem, FormatSource, SealBits, make_format

RAYLEIGH = FeatureSet(
    name="rayleighconnect",
    width=16,
    bits={
        15: "Advanced Dashboards",
        14: "Archival Data Visualization",
        13: "Virtual Sensors",
        12: "Map module",
        11: "Data reports",
        10: "Billing reports",
        9: "Tariffs",
        8: "Data export",
        7: "Interconnect",
        6: "Weather",
        5: "Programmable actions and alarms",
        4: "CO2 Emissions and Reductions",
        0: "High Frequency Data Sampling",
    },
    reserved=frozenset({3, 2, 1}),
    named={"Core": 0xE900, "Core + Interconnect": 0xE980, "Professional": 0xFF60},
)
NARROW = FeatureSet("narrow", 6, {5: "high", 2: "low"}, frozenset({0}), {})
FEATURES = {"rayleighconnect": RAYLEIGH, "narrow": NARROW}

BITS = SealBits(spec=12, issued=8, serial=20, seal=35)


def problems(
    template: str, *accepts: str, bits: SealBits | None = None
) -> tuple[FormatProblem, ...]:
    """What is wrong with a format."""
    return make_format(FormatSource("tried", template, accepts, bits), FEATURES)[1]


def make(template: str, *accepts: str, bits: SealBits | None = None, name: str = "tried") -> Format:
    """A format that has nothing wrong."""
    found, wrong = make_format(FormatSource(name, template, accepts, bits), FEATURES)
    assert wrong == ()
    assert found is not None
    return found


SUBSCRIPTION = make(
    "ACC-{features:flags(rayleighconnect)}-P{points:int}S{subaccounts:int}", name="subscription"
)
TRIAL = make(
    "ACT-{features:flags(rayleighconnect)}-{reference:alnum(1..8)}",
    "ACT-{features:flags(rayleighconnect)}0-{reference:alnum(1..8)}",
    name="trial",
)
VOUCHER = make("{body:sealed(16, check)/4}", bits=BITS, name="voucher")
