"""What is known of the acting tenant's domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, func, select

from portal.branding import wardrobe
from portal.core.db import Page, db
from portal.core.here import here
from portal.core.listing import Listing
from portal.core.name_servers import PROOF_AT, PROOF_IS
from portal.core.words import N_
from portal.domains.models import DOORS, SHOWN, Domain, Pretence, Pretend, State

LOST = "lost_domains"
SORTS: dict[str, Any] = {"name": Domain.name, "state": Domain.state, "added": Domain.created_at}
STATES = {str(state): word for state, (_, word) in SHOWN.items()}
PLACES = {str(door): word for door, word in DOORS.items()}


def domains(asked: Listing) -> Page[Domain]:
    """One page of the list; those that were removed only where they are asked for."""
    question, chosen = select(Domain), asked.filters
    wanted = chosen.get("state")
    question = question.where(Domain.state == State(wanted) if wanted else Domain.state != State.REMOVED)
    if door := chosen.get("door"):
        question = question.where(Domain.door == door)
    if asked.search:
        question = question.where(Domain.name.ilike(asked.pattern, escape="\\"))
    return asked.page(question, Domain.id)


def degraded() -> int:
    """How many no longer lead here.  No statement: it is read with the clothes, and each loss raises the stamp of those."""
    return int(here.dress.get(LOST, 0))


def _count_degraded() -> Any:
    lost = (Domain.tenant_id == bindparam("tenant"), Domain.state == State.DEGRADED)
    return select(func.count(Domain.id)).where(*lost).scalar_subquery()


wardrobe.ALONG[LOST] = _count_degraded


def told(domain: Domain) -> Pretend:
    """What the demo's name servers were told to say of it."""
    found = db.session.scalar(select(Pretence.what).where(Pretence.domain_id == domain.id))
    return found or Pretend.NOTHING


@dataclass(frozen=True, slots=True)
class Wanted:
    """One record as it has to stand, what was seen in its place, and whether that is right."""

    kind: str
    name: str
    value: str
    seen: tuple[str, ...]
    is_right: bool
    why: str = ""  # a message id

    @property
    def mood(self) -> str:
        return "good" if self.is_right else "bad" if self.seen else "warn"

    @property
    def word(self) -> str:
        """A message id."""
        return N_("Right") if self.is_right else N_("Wrong") if self.seen else N_("Missing")


def records(domain: Domain) -> list[Wanted]:
    """Which records have to stand: the proof, and one way here."""
    seen = domain.sight
    proof = f"{PROOF_IS}{domain.proof}"
    proofs = tuple(seen.get("proofs", ()))
    known = Wanted(
        "TXT", f"{PROOF_AT}.{domain.name}", proof, proofs, proof in proofs, N_("It proves that it is yours.")
    )
    return [known, *_ways(domain)]


def _ways(domain: Domain) -> list[Wanted]:
    seen, target = domain.sight, current_app.config["VITRINE"].domain_target
    alias = tuple(seen.get("alias", ()))
    by_address = [
        Wanted(kind, domain.name, one, found, one in found, N_("It leads visitors here."))
        for kind, ours, here in (("A", "ours", "addresses"), ("AAAA", "ours6", "addresses6"))
        for one in seen.get(ours, ())
        for found in (tuple(seen.get(here, ())),)
    ]
    led = any(one.is_right for one in by_address) and not alias
    if by_address and (seen.get("is_apex") or led):
        return by_address
    elsewhere = alias or tuple(seen.get("addresses", ())) + tuple(seen.get("addresses6", ()))
    return [Wanted("CNAME", domain.name, target, elsewhere, alias == (target,), N_("It leads visitors here."))]
