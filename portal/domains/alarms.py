"""Telling a tenant's people what became of a domain: by the bell, and by a letter when it costs them visitors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.core.words import N_, Line, say
from portal.domains.models import DOORS, Domain
from portal.notifications.actions import write
from portal.notifications.notices import notify, people, wants_mail
from portal.notifications.stopping import way_out
from portal.tenants import own_hosts
from portal.tenants import queries as places
from portal.tenants.models import Door

KIND = "domains"
PERMISSION = "domains.edit"


def tell_of_life(domain: Domain) -> None:
    """It serves."""
    line = say(N_("%(domain)s is live: it leads to your %(place)s"), domain=domain.shown, place=say(DOORS[domain.door]))
    notify(KIND, line, place=_place(domain), permission=PERMISSION)


def tell_of_loss(domain: Domain) -> None:
    """It no longer serves; meanwhile the address before our own host does."""
    line = say(N_("%(domain)s no longer leads here"), domain=domain.shown)
    notify(KIND, line, place=_place(domain), permission=PERMISSION)
    values = {"domain": domain.shown, "why": _why(domain), "address": own_hosts.home(domain.door)}
    _write("domain_lost", domain, values)


def tell_of_end(domain: Domain) -> None:
    """Its certificate ends soon, and nobody has renewed it."""
    ends = domain.expires_at
    day = ends.date().isoformat() if ends else ""
    line = say(N_("The certificate of %(domain)s ends on %(day)s"), domain=domain.shown, day=day)
    notify(KIND, line, place=_place(domain), permission=PERMISSION)
    _write("domain_ends", domain, {"domain": domain.shown, "day": day})


def _write(kind: str, domain: Domain, values: Mapping[str, Any]) -> None:
    link = f"{own_hosts.home(Door.OFFICE)}{_place(domain)}"
    known = {**values, "organization": places.organization().name}
    for reader in people().who_may(PERMISSION):
        if wants_mail(reader.id, KIND):
            to, stop = (reader.name, reader.email), {"way_out": way_out(reader.id, KIND)}
            write(kind, to=to, language=reader.language, values=known | stop, link=link)


def _why(domain: Domain) -> Line:
    """The first thing that was wrong."""
    return next((line for _, line in domain.hints), say(""))


def _place(domain: Domain) -> str:
    return f"/domains/{domain.key}"
