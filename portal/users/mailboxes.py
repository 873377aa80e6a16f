"""Which tenants know an e-mail address, so that whoever has forgotten his Client ID can be sent it.

Users are Belongings: nobody can look for an address across tenants.  So each tenant, whenever a user's address is set,
leaves a keyed hash of it in a platform table, in the same transaction.  From an address one finds the tenants that know
it; from the table nobody finds an address.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from portal.core.db import db
from portal.core.scope import Scope, acting_scope
from portal.core.seal import fingerprint, fingerprints
from portal.tenants.models import State, Tenant
from portal.users.models import Mailbox

_PURPOSE = "users.mailbox"
_MOST = 20  # letters one question may cause


def note(email: str) -> None:
    """The acting tenant knows this address."""
    new = insert(Mailbox).values(address=fingerprint(email, purpose=_PURPOSE), known_to=acting_scope().tenant_id)
    db.session.execute(new.on_conflict_do_nothing())


def forget(email: str) -> None:
    """The acting tenant no longer knows this address."""
    marks = fingerprints(email, purpose=_PURPOSE)
    db.session.execute(delete(Mailbox).where(Mailbox.address.in_(marks), Mailbox.known_to == acting_scope().tenant_id))


def tenants_that_know(email: str) -> list[Scope]:
    """In whose scopes a user with this address may be found."""
    marks = fingerprints(email, purpose=_PURPOSE)
    rows = db.session.execute(
        select(Tenant.id, Tenant.above)
        .join(Mailbox, Mailbox.known_to == Tenant.id)
        .where(Mailbox.address.in_(marks), Tenant.state.in_((State.ACTIVE, State.SUSPENDED)))
        .order_by(Tenant.id)
        .limit(_MOST)
    )
    return list(dict.fromkeys(Scope(row.id, tuple(row.above)) for row in rows))
