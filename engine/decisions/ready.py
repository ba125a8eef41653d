"""A catalogue made ready to decide: coupons compiled, codes found, requests typed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from engine.catalogue.catalogue import Catalogue
from engine.decisions.coupon import ReadyCoupon, ready
from engine.decisions.facts import RequestTypes
from engine.decisions.spellings import Spellings, formats_of, written_codes
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
        formats = formats_of(catalogue.coupons.values(), catalogue.formats.values())
        self.spellings = Spellings(formats, catalogue.features)
        self._codes = {
            Fold.CODE.apply(code): (coupon, code)
            for coupon in self.coupons.values()
            for code in written_codes(coupon.policy, catalogue.formats)
        }
        self.digest = _digest(catalogue.files)

    def listed(self, code: str) -> tuple[ReadyCoupon, str] | None:
        """The coupon of a listed code, and the code as its format, or else its file, spells it."""
        known = self._codes.get(Fold.CODE.apply(code))
        if known is not None:
            return known
        found = (self._codes.get(each) for each in self.spellings.others(code))
        return next((each for each in found if each is not None), None)


def _digest(files: Mapping[str, str]) -> bytes:
    """What tells these files from any others."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(files):
        digest.update(f"{name}\0{files[name]}\0".encode())
    return digest.digest()
