"""The world's name servers, as far as domains need them: what they say of a name, and whether a certificate stands there.

`Internet` is the real one.  `Stage` belongs to the demo and to tests: it says what its `Pretence` rows tell it to.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Protocol, cast

import dns.exception
import dns.resolver
from flask import current_app
from sqlalchemy import select

from portal.core.db import db
from portal.core.name_servers import PROOF_AT, PROOF_IS, NameServers, Unanswered
from portal.core.words import N_, Line, say
from portal.domains.models import Domain, Pretence, Pretend, State
from portal.notifications.models import MailSender

if TYPE_CHECKING:
    from portal.config import Settings

PATIENCE = 4.0  # seconds for one question
MOST_ANSWERS, LONGEST_ANSWER = 20, 200
KINDS = ("TXT", "CNAME", "A", "AAAA", "CAA", "NS")


@dataclass(frozen=True, slots=True)
class Certificate:
    """What stands at a name: until when it holds, or why it does not."""

    expires_at: datetime | None = None
    fault: Line | None = None


class Resolver(NameServers, Protocol):
    """What is asked of the world about a domain that should lead here."""

    def certificate(self, name: str, addresses: Sequence[str]) -> Certificate:
        """What certificate is shown for the name at one of our own addresses.  Asking for it may bring it about."""
        ...


class Internet:
    """The real one: the name servers this machine is told to ask."""

    def __init__(self, settings: Settings) -> None:
        self._needs_certificates = settings.scheme == "https"
        self.asked = dns.resolver.Resolver(configure=False)
        with contextlib.suppress(dns.resolver.NoResolverConfiguration):  # then nobody answers, and the pages say so
            self.asked.read_resolv_conf("/etc/resolv.conf")

    def ask(self, name: str, kind: str) -> Sequence[str]:
        try:
            answer = self.asked.resolve(f"{name}.", kind, lifetime=PATIENCE, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as trouble:
            raise Unanswered(say(N_("The name servers of %(name)s do not answer."), name=name)) from trouble
        return tuple(sorted(_said(one, kind)[:LONGEST_ANSWER] for one in answer))[:MOST_ANSWERS]

    def certificate(self, name: str, addresses: Sequence[str]) -> Certificate:
        if not self._needs_certificates:
            return Certificate()
        try:
            return Certificate(_end_of(_shown_at(addresses[0], name)))
        except ssl.SSLCertVerificationError as refused:
            return Certificate(fault=say(N_("The certificate does not hold: %(why)s"), why=refused.verify_message))
        except OSError:
            return Certificate(fault=say(NO_CERTIFICATE))


NO_CERTIFICATE = N_("There is no certificate yet. It is asked for when somebody first opens the name.")


def _said(record: object, kind: str) -> str:
    """One record, as people copy it."""
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined] # of TXT records
    return str(record).removesuffix(".").lower()


def _shown_at(address: str, name: str) -> dict[str, object]:
    context = ssl.create_default_context()
    with (
        socket.create_connection((address, 443), timeout=PATIENCE) as line,
        context.wrap_socket(line, server_hostname=name) as shown,
    ):
        return cast("dict[str, object]", shown.getpeercert() or {})


def _end_of(certificate: dict[str, object]) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


OUR_ADDRESSES: Final = {"A": ("203.0.113.10",), "AAAA": ("2001:db8::10",)}
"""Where the demo's own hosts are."""
_RIGHT = {Pretend.READY, Pretend.NO_CERTIFICATE, Pretend.EXPIRING, Pretend.EXPIRED, Pretend.CAA}
_UNPROVED = {Pretend.NOTHING, Pretend.WRONG_PROOF}
_SAID: dict[tuple[Pretend, str], tuple[str, ...]] = {
    (Pretend.ELSEWHERE, "A"): ("198.51.100.7",),
    (Pretend.PROXIED, "A"): ("104.16.132.229",),
    (Pretend.IPV6, "A"): OUR_ADDRESSES["A"],
    (Pretend.IPV6, "AAAA"): ("2001:db8:ffff::7",),
    (Pretend.CAA, "CAA"): ('0 issue "pki.example"',),
    (Pretend.APEX, "NS"): ("ns1.registrar.example", "ns2.registrar.example"),
}


def _of_a_sender(row: MailSender, name: str, kind: str) -> Sequence[str]:
    """Everything is right, but below `.invalid`: there nobody has set anything, and at `silent.invalid` nobody answers."""
    if row.domain == "silent.invalid":
        raise Unanswered(say(N_("The name servers of %(name)s do not answer."), name=name))
    if kind != "TXT" or row.domain.endswith(".invalid"):
        return ()
    return {
        f"{PROOF_AT}.{row.domain}": (f"{PROOF_IS}{row.proof}",),
        row.domain: ("v=spf1 include:mail.example -all",),
        f"_dmarc.{row.domain}": ("v=DMARC1; p=quarantine",),
        f"{row.selector or 'default'}._domainkey.{row.domain}": ("v=DKIM1; k=rsa; p=MIIBIjANBgkq",),
    }.get(name, ())


class Stage:
    """The demo's world: each domain as its `Pretence` says, and those of mail senders as they should be."""

    def __init__(self, settings: Settings) -> None:
        self._target = settings.domain_target

    def ask(self, name: str, kind: str) -> Sequence[str]:
        if name == self._target:
            return OUR_ADDRESSES.get(kind, ())
        sender = self._sender_at(name)
        return self._of_a_domain(name, kind) if sender is None else _of_a_sender(sender, name, kind)

    def _of_a_domain(self, name: str, kind: str) -> Sequence[str]:
        domain, what = self._told(name.removeprefix(f"{PROOF_AT}."))
        if what is Pretend.SILENT:
            raise Unanswered(say(N_("The name servers of %(name)s do not answer."), name=name))
        if domain is None:
            return ()
        if name.startswith(PROOF_AT):
            return self._proof(domain, what) if kind == "TXT" else ()
        if what in _RIGHT and kind == "CNAME":
            return (self._target,)
        if what in _RIGHT and kind in OUR_ADDRESSES:
            return OUR_ADDRESSES[kind]
        return _SAID.get((what, kind), ())

    def certificate(self, name: str, addresses: Sequence[str]) -> Certificate:  # noqa: ARG002 - as the real one is asked
        domain, what = self._told(name)
        if domain is None or what is Pretend.NO_CERTIFICATE or what is Pretend.CAA:
            return Certificate(fault=say(NO_CERTIFICATE))
        if what is Pretend.EXPIRED:
            return Certificate(fault=say(N_("The certificate does not hold: %(why)s"), why="certificate has expired"))
        return Certificate(domain.created_at + timedelta(days=7 if what is Pretend.EXPIRING else 80))

    @staticmethod
    def _sender_at(name: str) -> MailSender | None:
        """The acting tenant's mail sender, where it is his domain that is asked about."""
        row = db.session.scalar(select(MailSender))
        return row if row is not None and row.domain and f".{name}".endswith(f".{row.domain}") else None

    @staticmethod
    def _proof(domain: Domain, what: Pretend) -> Sequence[str]:
        if what is Pretend.WRONG_PROOF:
            return (f"{PROOF_IS}{'0' * len(domain.proof)}",)
        return () if what in _UNPROVED else (f"{PROOF_IS}{domain.proof}",)

    @staticmethod
    def _told(name: str) -> tuple[Domain | None, Pretend]:
        living = select(Domain, Pretence.what).outerjoin(Pretence, Pretence.domain_id == Domain.id)
        row = db.session.execute(living.where(Domain.name == name, Domain.state != State.REMOVED)).first()
        return (row[0], row[1] or Pretend.NOTHING) if row else (None, Pretend.NOTHING)


def is_address_of(address: str, networks: Sequence[object]) -> bool:
    """Whether an address stands in one of these networks."""
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in networks)  # type: ignore[operator] # of networks of both kinds


def choose(settings: Settings) -> Resolver:
    """The pretend one belongs to development and the demo."""
    return Internet(settings) if settings.production else Stage(settings)


def resolver() -> Resolver:
    """The one of this application; tests may set another."""
    settings = current_app.config["VITRINE"]
    return cast("Resolver", current_app.extensions.setdefault("vitrine.resolver", choose(settings)))
