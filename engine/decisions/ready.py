"""A catalogue made ready to decide: coupons compiled, codes found, requests typed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from engine.catalogue.catalogue import Catalogue
from engine.decisions.coupon import ReadyCoupon, ready
from engine.decisions.facts import RequestTypes
from engine.language.vocabulary import Fold


class ReadyCatalogue:
    """Everything that deciding needs of a catalogue. Immutable; threads may share it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.types = RequestTypes(catalogue.vocabulary)
        slots = catalogue.vocabulary.slots
        self.coupons: Mapping[str, ReadyCoupon] = {
            name: ready(coupon, slots) for name, coupon in catalogue.coupons.items()
        }
        self._codes = {
            Fold.CODE.apply(code): (coupon, code)
            for coupon in self.coupons.values()
            for code in coupon.policy.codes
        }
        self.digest = _digest(catalogue.files)

    def listed(self, code: str) -> tuple[ReadyCoupon, str] | None:
        """The coupon of a listed code, and the code as its file spells it."""
        return self._codes.get(Fold.CODE.apply(code))


def _digest(files: Mapping[str, str]) -> bytes:
    """What tells these files from any others."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(files):
        digest.update(f"{name}\0{files[name]}\0".encode())
    return digest.digest()
