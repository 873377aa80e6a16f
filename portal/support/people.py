"""Who comes in for support: somebody of the tenant above, who is nobody's user here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask_babel import force_locale, gettext
from sqlalchemy import func, select

from portal.audit import Actor
from portal.core import keys
from portal.core.clock import now
from portal.core.db import db
from portal.core.languages import LANGUAGES
from portal.core.scope import Scope, acting, acting_scope
from portal.core.web import source
from portal.support import forbidden
from portal.support.models import Reach, SupportEntry
from portal.tenants import queries as places
from portal.tenants.models import State as TenantState
from portal.tenants.models import Tenant
from portal.users.gate import IDLE, LONGEST
from portal.users.models import SignIn, State, User
from portal.users.roles import Role

PERMISSION: Final = "tenants.support"


@dataclass(frozen=True, slots=True)
class Staff:
    """What the tenant above says of its own person: he is still who he was, and reads like this."""

    language: str
    time_zone: str
    date_format: str


@dataclass(frozen=True, slots=True)
class Duty:
    """What stands where a user has his role."""

    reach: Reach

    @property
    def title(self) -> str:
        """A message id."""
        return self.reach.title

    def may(self, permission: str) -> bool:
        return forbidden.may(self.reach, permission)


@dataclass(frozen=True, slots=True)
class Supporter:
    """Who is here.  Shaped like `users.gate.Person`, without a user behind him."""

    id: UUID
    name: str
    role: Duty
    language: str = ""
    time_zone: str = ""
    date_format: str = ""

    username = email = ""
    must_change = must_set_up = read_only = False
    is_authenticated = is_active = True
    is_anonymous = False

    @property
    def key(self) -> str:
        return keys.spell(self.id)

    def get_id(self) -> str:
        return self.key

    def may(self, permission: str) -> bool:
        return self.role.may(permission)


def provider() -> Scope:
    """The scope above the acting tenant; known without asking, for a tenant's place never changes."""
    nearest, *further = acting_scope().above
    return Scope(nearest, tuple(further))


def staff(person_id: UUID, sign_in_id: UUID, *, seen_at: datetime | None = None) -> Staff | None:
    """Whether this person still works above, by this very sign-in; asked in the scope above, in a statement of its own.

    None: disabled, signed out, in another role, or his organization is not active any more.  Who was seen at work down
    here (`seen_at`) has not been idle up there.
    """
    with acting(provider()):
        moment = now()
        last = func.greatest(SignIn.seen_at, seen_at) if seen_at else SignIn.seen_at
        row = db.session.execute(
            select(User.language, User.time_zone, User.date_format)
            .join(SignIn, (SignIn.tenant_id == User.tenant_id) & (SignIn.user_id == User.id))
            .join(Tenant, Tenant.id == User.tenant_id)
            .where(
                User.id == person_id,
                User.state == State.ACTIVE,
                User.role.in_([role for role in Role if role.may(PERMISSION)]),
                SignIn.id == sign_in_id,
                SignIn.ended_at.is_(None),
                SignIn.created_at > moment - LONGEST,
                last > moment - IDLE,
                Tenant.state == TenantState.ACTIVE,
                Tenant.state_since <= SignIn.created_at,
            )
        ).first()
        return Staff(*row) if row else None


def actor(entry: SupportEntry) -> Actor:
    """Whoever comes in by this entry, as the tenant's log names him: in the house's language, for everybody reads it."""
    name = title(entry.provider, entry.person_name, language=places.organization().language)
    return Actor("support", entry.person_id, name, source=source(), tenant_id=entry.tenant_id)


def title(provider: str, person: str, *, language: str) -> str:
    with force_locale(language if language in LANGUAGES else "en"):
        return str(gettext("Support of %(provider)s: %(person)s", provider=provider, person=person))
