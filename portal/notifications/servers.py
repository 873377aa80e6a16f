"""A mail server as somebody names it, and the call to it: never to a machine that only we can reach.

A tenant may name any server.  Were the house to call whatever it is told, a tenant could look round its network from
within: so in production the address is looked up first, must be a public one, and it is that very address which is called.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from portal.core.words import N_

PORTS = (587, 465, 25, 2525)
"""Where mail servers listen; nothing else is called for a tenant."""
MOST_ADDRESSES = 2
Found = tuple[int, int, int, str, Any]  # an address as `getaddrinfo` gives it
_RETIRED = (ip_network("fec0::/10"), ip_network("192.88.99.0/24"))
"""Once a site's own addresses, and once everybody's way into IPv6: what answers there today is nobody's mail server."""
_OURS = ("localhost", "local", "internal", "lan", "home", "intranet")


class Encryption(StrEnum):
    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    IF_OFFERED = "if_offered"  # only the house's own, at an address its operator wrote

    @property
    def label(self) -> str:
        """A message id."""
        return ENCRYPTIONS.get(self, N_("If the server offers it"))


ENCRYPTIONS = {
    Encryption.STARTTLS: N_("STARTTLS (usual at port 587)"),
    Encryption.TLS: N_("TLS from the first word (port 465)"),
    Encryption.NONE: N_("None"),
}


class Private(OSError):
    """The name leads into our own network."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is and how to come in."""

    host: str
    port: int
    encryption: Encryption
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def at(cls, url: str) -> Self:
        """`smtp://user:password@host:587` (STARTTLS when it can) or `smtps://…:465`."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        return cls(
            parts.hostname or "localhost",
            parts.port or (465 if tls else 587),
            Encryption.TLS if tls else Encryption.IF_OFFERED,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


def is_public_name(host: str) -> bool:
    """Whether a name or address could be out in the world, as far as it tells by itself."""
    try:
        return is_public(host)
    except ValueError:
        return "." in host and host.lower().rstrip(".").rpartition(".")[2] not in _OURS


def is_public(address: str) -> bool:
    """Whether the whole world may reach it.  Raises ValueError for what is no address."""
    found = _plain(ip_address(address.partition("%")[0]))
    if any(found in network for network in _RETIRED if network.version == found.version):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """What an address leads to when it wraps another."""
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address


def dial(host: str, port: int, *, timeout: float, outside: bool) -> socket.socket:
    """Call the server.  `outside`: only where the whole world may, and at a port of mail.  Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if outside and (port not in PORTS or not all(is_public(str(address[0])) for *_, address in found)):
        raise Private
    return _first_that_answers(found[:MOST_ADDRESSES], timeout)


def _first_that_answers(found: Sequence[Found], timeout: float) -> socket.socket:
    failure = OSError()
    for family, kind, protocol, _, address in found:
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(timeout)
            line.connect(address)
        except OSError as error:
            failure = error
            line.close()
        else:
            return line
    raise failure


def cut(line: socket.socket | None) -> None:
    """End the call from outside, so that whoever listens hears that it is over."""
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
