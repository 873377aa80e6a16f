"""One look at a domain: what its name servers really say, what of it is right, and what is wrong in words.

    sight = take("shop.example.com", proof="…", asking=resolver())
    sight.is_proved, sight.leads_here, sight.is_certified, sight.hints

Nothing is concluded from silence: where nobody answers, `Unanswered` is raised.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from flask import current_app

from portal.core.name_servers import PROOF_AT, PROOF_IS, Unanswered
from portal.core.words import N_, Line, say
from portal.domains.proxies import PROXIES
from portal.domains.resolver import Certificate, Resolver, is_address_of

Hint = tuple[str, Line]  # mood, and what it says


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen."""

    wanted: str  # the proof
    target: str
    authority: str
    proofs: Sequence[str] = ()
    alias: Sequence[str] = ()
    addresses: Sequence[str] = ()  # of IPv4
    addresses6: Sequence[str] = ()
    ours: Sequence[str] = ()
    ours6: Sequence[str] = ()
    forbidden_by: str = ""  # the name whose CAA records leave the certificate to others
    is_apex: bool = False
    certificate: Certificate = field(default_factory=Certificate)

    @property
    def is_proved(self) -> bool:
        return self.wanted in self.proofs

    @property
    def leads_here(self) -> bool:
        """By every way a browser may take."""
        return bool(self.addresses or self.addresses6) and not self._astray

    @property
    def is_certified(self) -> bool:
        return self.leads_here and self.certificate.fault is None

    @property
    def expires_at(self) -> datetime | None:
        return self.certificate.expires_at

    @property
    def _astray(self) -> list[str]:
        return sorted({*self.addresses, *self.addresses6} - {*self.ours, *self.ours6})

    @property
    def hints(self) -> list[Hint]:
        return [*self._of_the_proof(), *self._of_the_way(), *self._of_the_certificate()]

    def _of_the_proof(self) -> Iterator[Hint]:
        if self.is_proved:
            return
        if self.proofs:
            seen = ", ".join(self.proofs)
            yield "bad", say(N_("The TXT record says “%(seen)s”. Replace it by the value under “Records”."), seen=seen)
        else:
            yield "warn", say(N_("There is no TXT record yet. Copy it as it stands under “Records”."))

    def _of_the_way(self) -> Iterator[Hint]:
        if self.leads_here:
            return
        if not self.addresses and not self.addresses6:
            yield "warn", say(N_("The name leads nowhere yet."))
        if any(is_address_of(one, PROXIES) for one in self._astray):
            yield "bad", say(N_("The record is proxied, so the name leads to the proxy. Set it to “DNS only”."))
        elif self.addresses6 and self.addresses and set(self.addresses) <= set(self.ours):
            text = N_(
                "The AAAA record leads elsewhere: %(seen)s. Remove it, or let it say what stands under “Records”."
            )
            yield "bad", say(text, seen=", ".join(self.addresses6))
        elif self._astray:
            yield "bad", say(N_("The name leads to %(seen)s, which is not here."), seen=", ".join(self._astray))
        if self.is_apex:
            text = N_(
                "This is the top of its zone, where no CNAME may stand. Use ALIAS or ANAME if your provider has it, otherwise the A and AAAA records under “Records”."
            )
            yield "warn", say(text)

    def _of_the_certificate(self) -> Iterator[Hint]:
        if self.forbidden_by:
            text = N_("A CAA record at %(name)s forbids the certificate. Add: %(record)s")
            yield "bad", say(text, name=self.forbidden_by, record=f'0 issue "{self.authority}"')
        if self.is_proved and self.leads_here and self.certificate.fault is not None:
            yield "warn", self.certificate.fault

    def stored(self) -> dict[str, Any]:
        """As JSON, for the page that shows it."""
        lists = ("proofs", "alias", "addresses", "addresses6", "ours", "ours6")
        return {
            **{name: list(getattr(self, name)) for name in lists},
            "is_apex": self.is_apex,
            "hints": [{"mood": mood, "line": line.stored()} for mood, line in self.hints],
        }


def take(name: str, *, proof: str, asking: Resolver) -> Sight:
    """Ask everything that is to be known of the name.  It takes as long as the name servers do.  Raises Unanswered."""
    settings = current_app.config["VITRINE"]
    alias = asking.ask(name, "CNAME")
    seen: dict[str, Any] = {
        "proofs": asking.ask(f"{PROOF_AT}.{name}", "TXT"),
        "alias": alias,
        "addresses": _addresses(asking, name, "A"),
        "addresses6": _addresses(asking, name, "AAAA"),
        "ours": _addresses(asking, settings.domain_target, "A"),
        "ours6": _addresses(asking, settings.domain_target, "AAAA"),
        "is_apex": not alias and bool(_in_passing(asking, name, "NS")),
        "forbidden_by": _forbids(asking, name, settings.certificate_authority),
    }
    words = {"wanted": f"{PROOF_IS}{proof}", "target": settings.domain_target}
    sight = Sight(**words, authority=settings.certificate_authority, **seen)
    if not (sight.is_proved and sight.leads_here):
        return sight
    shown = asking.certificate(name, [*sight.addresses, *sight.addresses6])
    return Sight(**words, authority=settings.certificate_authority, **seen, certificate=shown)


def _addresses(asking: Resolver, name: str, kind: str) -> Sequence[str]:
    """In one spelling each."""
    return tuple(sorted(str(ip_address(one)) for one in asking.ask(name, kind)))


def _in_passing(asking: Resolver, name: str, kind: str) -> Sequence[str]:
    """What only explains: many a name server knows nothing but addresses, and nobody waits for the rest."""
    try:
        return asking.ask(name, kind)
    except Unanswered:
        return ()


def _forbids(asking: Resolver, name: str, authority: str) -> str:
    """The nearest name upwards that has CAA records, if they leave certificates to others; else nothing."""
    labels = name.split(".")
    for place in (".".join(labels[number:]) for number in range(len(labels) - 1)):
        records = [one.split(maxsplit=2) for one in _in_passing(asking, place, "CAA")]
        if records:
            issuers = [one[2].strip('"').partition(";")[0].strip() for one in records if one[1:2] == ["issue"]]
            return place if issuers and authority not in issuers else ""
    return ""
