"""The use cases of purchases, together."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.inventory.buying import Buying
from engine.inventory.purchases import PurchaseBook
from engine.inventory.receipts import Receipts
from engine.inventory.sheets import Sheets
from engine.service.office import Office


@dataclass(frozen=True, slots=True)
class PurchaseDesk:
    """What can be asked of the purchases of one space."""

    buying: Buying
    book: PurchaseBook
    receipts: Receipts
    sheets: Sheets

    @classmethod
    def of(cls, office: Office, private: Ed25519PrivateKey | None = None) -> PurchaseDesk:
        """The use cases of an office; the key signs what QR codes say."""
        return cls(Buying(office), PurchaseBook(office), Receipts(office), Sheets(office, private))
