"""What proxies say of a request, believed only from proxies that are trusted."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from engine.service.settings import Network

Environ: TypeAlias = dict[str, Any]
Application: TypeAlias = Callable[[Environ, Any], Iterable[bytes]]
_SCHEMES = ("http", "https")


class Forwarded:
    """Gives an application the client, scheme and host that trusted proxies tell."""

    def __init__(self, application: Application, trusted: Sequence[Network]) -> None:
        self._application = application
        self._trusted = trusted

    def __call__(self, environ: Environ, start: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's
        """Answer a request."""
        if self._is_trusted(environ.get("REMOTE_ADDR", "")):
            self._believe(environ)
        return self._application(environ, start)

    def _believe(self, environ: Environ) -> None:
        environ["REMOTE_ADDR"] = self.client(
            environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_FOR", "")
        )
        scheme = _last(environ.get("HTTP_X_FORWARDED_PROTO", "")).lower()
        if scheme in _SCHEMES:
            environ["wsgi.url_scheme"] = scheme
        host = _last(environ.get("HTTP_X_FORWARDED_HOST", ""))
        if host:
            environ["HTTP_HOST"] = host

    def client(self, peer: str, chain: str) -> str:
        """The last address before the trusted proxies: whoever stands left of it may lie."""
        found = peer
        for address in reversed([each.strip() for each in chain.split(",")]):
            if not _is_address(address):
                break
            found = address
            if not self._is_trusted(address):
                break
        return found

    def _is_trusted(self, text: str) -> bool:
        if not _is_address(text):
            return False
        address = ipaddress.ip_address(text)
        return any(address in network for network in self._trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _last(header: str) -> str:
    """What the nearest proxy says."""
    return header.rpartition(",")[2].strip()
