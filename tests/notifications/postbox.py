"""A mail server on this machine, that takes letters as it is told."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from socket import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "open & shut"


@dataclass
class Postbox:
    """Takes every letter, but for the addresses it does not."""

    port: int
    taken: list[bytes] = field(default_factory=list)
    on_taking: list = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802
        if address.startswith("never"):
            return "550 there is nobody of that name"
        if address.startswith("later"):
            return "451 come back in a while"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: ARG002, N802
        if address.startswith("not-yours"):
            return "553 that address is not yours"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802
        for watch in self.on_taking:
            watch()
        self.taken.append(envelope.content)
        return "250 OK"


def free_port() -> int:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def open_postbox(port: int = 0, **options) -> Iterator[Postbox]:
    """A server at this port, or at a free one, as long as the block lasts."""
    box = Postbox(port or free_port())
    words = {"authenticator": _knows, "auth_require_tls": False, **options}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **words)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _knows(server, session, envelope, mechanism, credentials) -> AuthResult:
    good = isinstance(credentials, LoginPassword) and credentials.password == PASSWORD.encode()
    return AuthResult(success=good, handled=False)


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's own certificate, which nobody vouches for."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
