"""Bytes as text for variables and QR codes: base64url without padding (RFC 4648, section 5)."""

from __future__ import annotations

import base64
import binascii


def written(content: bytes) -> str:
    """The one spelling of some bytes."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def read(text: str) -> bytes | None:
    """The bytes, or `None` where the text is not their spelling to the letter."""
    if not text.isascii():
        return None
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    return content if written(content) == text else None
