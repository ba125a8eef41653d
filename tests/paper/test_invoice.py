"""An invoice is printed as it was before papers shared anything."""

from __future__ import annotations

import hashlib
from io import BytesIO

from pypdf import PdfReader

from engine.calendar import zone
from engine.decisions.answers import DiscountLine, Total
from engine.service.billing.bills import Invoice, LedgerEntry
from engine.service.billing.invoice_pdf import render

PRINTED = "b45ac65b526a0b51ff2337d22b937d1c60193f756ce152d2b01da3c3e663bc71"
"""The digest of what the pages draw."""


def entry(charge: str, **more: str) -> LedgerEntry:
    line = DiscountLine("SPRING", "spring", 1, "10.00", "100.00", "Frühling & Co")
    said = {"kind": "charge", "corrects": None, "invoice": None, **more}
    return LedgerEntry(
        charge=f"{charge}-<&>漢",
        at="2026-07-01T22:30:00Z",
        currency="EUR",
        gross="100.00",
        discount="10.00",
        net="90.00",
        discounts=(line,),
        **said,  # type: ignore[arg-type]
    )


def test_an_invoice_is_printed_as_ever() -> None:
    entries = [entry(f"le-{index}") for index in range(60)]
    entries += [entry("le-99", kind="correction", corrects="le-1"), entry("x", kind="reversal")]
    invoice = Invoice(
        "00000007",
        "acme",
        "sub-1",
        "cus-1",
        "2026-08-01T00:00:00Z",
        "2026-07-01T00:00:00Z",
        None,
        tuple(entries),
        (Total("EUR", "1.00", "0.10", "0.90"),),
    )
    reader = PdfReader(BytesIO(render(invoice, zone("Europe/Zurich"))))
    digest = hashlib.sha256()
    for page in reader.pages:
        contents = page.get_contents()
        assert contents is not None
        digest.update(contents.get_data())
    assert digest.hexdigest() == PRINTED
