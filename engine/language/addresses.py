"""IP addresses and networks as numbers; an IPv4 address within IPv6 is that IPv4 address."""

from __future__ import annotations

import ipaddress

from engine.language.checked import Address, Network

_MAPPED = 96
"""The bits before an IPv4 address in the IPv6 addresses that stand for one."""


def read_address(text: str) -> Address | None:
    """The version and number of an address; None for what is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.version, int(mapped)


def read_network(text: str) -> Network | None:
    """The version, first number and varying bits of a network, or of a single address."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        return None
    varying = network.max_prefixlen - network.prefixlen
    first = read_address(str(network.network_address))
    if first is None or (first[0] != network.version and network.prefixlen < _MAPPED):
        return network.version, int(network.network_address), varying
    return *first, varying
