"""Addresses of email, and the domains that they end with."""

from __future__ import annotations

import re

from engine.catalogue.nodes import Scalar
from engine.catalogue.report import Report

MAX_ADDRESS = 254
MAX_DOMAIN = 253

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_MAX_LOCAL = 64


def is_domain(text: str) -> bool:
    """Whether a text is the name of a domain that can have addresses, such as `xyz.example`."""
    is_name = _DOMAIN.fullmatch(text) is not None and len(text) <= MAX_DOMAIN
    return is_name and not text.rpartition(".")[2].isdigit()


def is_address(text: str) -> bool:
    """Whether a text is an address that mail can be sent to, such as `ada@xyz.example`."""
    local, at, domain = text.rpartition("@")
    is_local = _LOCAL.fullmatch(local) is not None and len(local) <= _MAX_LOCAL
    return bool(at) and is_local and is_domain(domain) and len(text) <= MAX_ADDRESS


def check_address(written: Scalar, report: Report) -> None:
    """Report a text that is no address of email."""
    text = written.text.strip()
    if not is_address(text):
        message = f"`{text}` stands where an email address is needed"
        report.at("type-mismatch", message, written, "write one such as `hello@acme.example`")
