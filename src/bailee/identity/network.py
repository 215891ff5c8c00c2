"""Addresses made coarse: enough to count by and to recognise, not enough to find a person by."""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from bailee.errors import InputError
from bailee.types.network import Network

UNKNOWN = "unknown"
"""What has no address we can read counts together."""


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address.split("%", 1)[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed


def _cut(address: str, *, v4_bits: int, v6_bits: int) -> str:
    parsed = _parse(address)
    if parsed is None:
        return UNKNOWN
    bits = v4_bits if parsed.version == 4 else v6_bits
    return str(ip_network(f"{parsed}/{bits}", strict=False))


def host_of(address: str) -> str:
    """One subscriber: an IPv4 address, or an IPv6 /64, which a single machine can fill."""
    return _cut(address, v4_bits=32, v6_bits=64)


def network_of(address: str) -> str:
    """The coarse network: an IPv4 /24 or an IPv6 /48."""
    return _cut(address, v4_bits=24, v6_bits=48)


def parse_networks(texts: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks in CIDR form, as a deployment writes them.

    Raises:
        InputError: One of them is none.
    """
    try:
        return tuple(ip_network(each.strip()) for each in texts)
    except ValueError as error:
        raise InputError(
            "A home network is not written as one.", hint="Write it like 192.168.1.0/24."
        ) from error


def network_of_peer(
    address: str,
    home_networks: Iterable[IPv4Network | IPv6Network] = (),
    *,
    behind_proxy: bool = True,
) -> Network:
    """Where a peer asks from, for doors to vouch for.

    Args:
        address: The peer's, from the socket or a listed proxy; "" where there is none.
        home_networks: What the deployment named as the household's own.
        behind_proxy: Whether anything may stand before the server and pass on the requests of
            others. Loopback is the machine itself only where nothing does.
    """
    parsed = _parse(address)
    if parsed is None:
        return Network.AWAY
    if parsed.is_loopback:
        return Network.AWAY if behind_proxy else Network.MACHINE
    return Network.HOME if any(parsed in each for each in home_networks) else Network.AWAY
