"""Where webhooks may be: public addresses, and private networks that the operator allows.

A receiver's address is somebody else's word. It is looked up once, each address that it stands for
is checked, and the call goes to a checked address: no answer of a name server given later counts.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from engine.service.settings import Network

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST = 2000
_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LOCAL = tuple(
    map(
        ipaddress.ip_network,
        # Also what belongs to no one machine: relays, examples, what a cloud answers itself.
        (
            *("64:ff9b:1::/48", "::/96", "fec0::/10", "3fff::/20"),
            *("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"),
        ),
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\U0010ffff\\]")


class BadPlace(ValueError):
    """A URL that no webhook can have; one sentence that says why."""


class Unfound(BadPlace):
    """No address stands behind a name, for the moment at least."""


class Forbidden(BadPlace):
    """A URL that leads where webhooks may not be."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a webhook is called: the parts of its URL that a request needs."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def name(self) -> str:
        """The host as requests name it, with the port unless it is the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def read_place(url: str) -> Place:
    """The place of a URL with `https:` or `http:`. Raises `BadPlace`."""
    if len(url) > LONGEST or _UNPRINTABLE.search(url):
        raise BadPlace(f"at most {LONGEST} printable ASCII characters without spaces are expected")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadPlace(f"`{url}` is no URL") from None
    _check_parts(parts, url)
    path = parts.path or "/"
    return Place(
        parts.scheme,
        parts.hostname or "",
        _PORTS[parts.scheme] if port is None else port,
        f"{path}?{parts.query}" if parts.query else path,
    )


def _check_parts(parts: SplitResult, url: str) -> None:
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadPlace(f"`{url}` is no URL such as `https://acme.example/hooks`")
    if parts.username is not None or parts.password is not None:
        raise BadPlace("a URL with a name or password is not called: messages are signed instead")
    if parts.fragment:
        raise BadPlace("what stands behind a `#` is never sent: leave it out")
    if parts.port == 0:
        raise BadPlace("port 0 can't be called")


def addresses(place: Place, allowed: Sequence[Network]) -> list[Address]:
    """The addresses behind a place, each of which may be called.

    Raises `Unfound`, and `Forbidden` where one of them may not be called.
    """
    found = list(dict.fromkeys(_looked_up(place)))
    for address in found:
        _check(address, place, allowed)
    return found


def _looked_up(place: Place) -> list[Address]:
    try:
        rows = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unfound(f"no address is known for `{place.host}`") from None
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows]


def _check(address: Address, place: Place, allowed: Sequence[Network]) -> None:
    """Raise `Forbidden` unless all that is reached by an address is allowed, or public."""
    reached = embedded(address) or [address]
    foreign = [each for each in reached if not any(each in network for network in allowed)]
    if not all(map(is_public, foreign)):
        raise Forbidden(
            f"`{place.host}` is at {address}, which is not public: name its network in "
            "COUPON_WEBHOOK_NETWORKS if webhooks may be there"
        )
    if foreign and place.scheme != "https":
        raise Forbidden("`http:` is for private networks only: use `https:`")


def embedded(address: Address) -> list[Address]:
    """The IPv4 addresses that are reached by way of an IPv6 one."""
    if not isinstance(address, ipaddress.IPv6Address):
        return []
    found: list[Address | None] = [address.ipv4_mapped, address.sixtofour]
    found += address.teredo or ()
    if address in _NAT64 or (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]


def is_public(address: Address) -> bool:
    """Whether an address is anybody's to call, and belongs to one machine."""
    if any(address in network for network in _LOCAL):
        return False
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    local = address.is_private or address.is_loopback or address.is_link_local
    return address.is_global and not special and not local
