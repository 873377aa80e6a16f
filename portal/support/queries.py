"""Questions about support entries, from either end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from portal.core.clock import now
from portal.core.db import Page, db, get
from portal.core.errors import NotFound
from portal.core.listing import Listing
from portal.core.scope import acting_scope
from portal.support.models import LIVING, Policy, SupportConsent, SupportEntry, SupportRules
from portal.tenants.models import State as TenantState
from portal.tenants.models import Tenant

SORTS = {"asked": SupportEntry.asked_at}


def rules() -> SupportRules:
    """What the acting tenant allows; where it has said nothing, a fresh row that nobody has kept."""
    own = acting_scope()
    found = db.session.scalar(select(SupportRules).where(SupportRules.tenant_id == own.tenant_id))
    return found or SupportRules(parent_id=own.above[0] if own.above else None, version=0)


def policy_of(tenant_id: int) -> Policy:
    """What this tenant, oneself or a child, allows without being asked."""
    found = db.session.scalar(select(SupportRules.policy).where(SupportRules.tenant_id == tenant_id))
    return found or Policy.LOOK


def living(tenant_id: int, person_id: UUID) -> Sequence[SupportEntry]:
    """Entries of one person that nobody has closed."""
    return db.session.scalars(
        select(SupportEntry).where(
            SupportEntry.tenant_id == tenant_id,
            SupportEntry.person_id == person_id,
            SupportEntry.state.in_(LIVING),
        )
    ).all()


def living_of(tenant_id: int, person_id: UUID) -> SupportEntry | None:
    """The one that this person may use, waits for, or is in."""
    return next((entry for entry in living(tenant_id, person_id) if entry.standing in LIVING), None)


def is_allowed(entry: SupportEntry) -> bool:
    """Whether the acting tenant lets it happen: by what it allows, or by its word for this one, and while it is open."""
    policy = policy_of(entry.tenant_id)
    if policy is Policy.NEVER or db.session.get_one(Tenant, entry.tenant_id).state != TenantState.ACTIVE:
        return False
    said = db.session.scalar(select(SupportConsent.id).where(said_yes(entry.id, entry.reach)))
    return said is not None or policy.answers(entry.reach)


def said_yes(entry_id: Any, reach: Any) -> Any:
    """The condition under which a consent is for just this."""
    return (SupportConsent.entry_id == entry_id) & (SupportConsent.reach == reach)


def of_child(tenant_id: int, key: str) -> SupportEntry:
    """An entry of this child; anything else is NotFound."""
    entry = get(SupportEntry, key, lock=True)
    if entry.tenant_id != tenant_id:
        raise NotFound
    return entry


def own(key: str) -> SupportEntry:
    """An entry into the acting tenant's own office; one into a child's is not the child's parent's to answer."""
    return of_child(acting_scope().tenant_id, key)


def entries(tenant_id: int, wanted: Listing) -> Page[SupportEntry]:
    """Every entry into this office, the newest first."""
    return wanted.page(_into(tenant_id), SupportEntry.id)


def of_note(tenant_id: int) -> Sequence[SupportEntry]:
    """Those the tenant has to do with now: asked for, or inside."""
    moment = now()
    return db.session.scalars(
        _into(tenant_id)
        .where(SupportEntry.state.in_(LIVING), SupportEntry.until > moment)
        .order_by(SupportEntry.asked_at.desc())
    ).all()


def _into(tenant_id: int) -> Select[SupportEntry]:
    return select(SupportEntry).where(SupportEntry.tenant_id == tenant_id)
