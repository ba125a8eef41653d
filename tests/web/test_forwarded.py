"""What proxies say is believed only of those that are trusted."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

import pytest

from web.forwarded import Forwarded

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8::/32"))


def seen(peer: str, **headers: str) -> dict[str, Any]:
    """What the application sees of a request that a peer sends with these headers."""
    found: dict[str, Any] = {}

    def application(environ: dict[str, Any], _: object) -> Iterable[bytes]:
        found.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "HTTP_HOST": "inside", "wsgi.url_scheme": "http"}
    Forwarded(application, PROXIES)({**environ, **headers}, None)
    return found


@pytest.mark.parametrize(
    ("peer", "chain", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("2001:db8::1", "2001:dead::7", "2001:dead::7"),
        ("203.0.113.1", "198.51.100.1", "203.0.113.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_client_is_the_last_address_before_the_trusted_proxies(
    peer: str, chain: str, client: str
) -> None:
    assert seen(peer, HTTP_X_FORWARDED_FOR=chain)["REMOTE_ADDR"] == client


def test_scheme_and_host_come_from_the_nearest_trusted_proxy() -> None:
    found = seen(
        "10.0.0.1",
        HTTP_X_FORWARDED_PROTO="http, https",
        HTTP_X_FORWARDED_HOST="lies.example, coupons.example",
    )
    assert (found["wsgi.url_scheme"], found["HTTP_HOST"]) == ("https", "coupons.example")


def test_a_strange_scheme_is_not_taken() -> None:
    assert seen("10.0.0.1", HTTP_X_FORWARDED_PROTO="gopher")["wsgi.url_scheme"] == "http"


def test_nothing_is_believed_from_others() -> None:
    found = seen(
        "203.0.113.1", HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_HOST="lies.example"
    )
    assert (found["wsgi.url_scheme"], found["HTTP_HOST"]) == ("http", "inside")
