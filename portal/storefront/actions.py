"""What is done with a storefront: laid out, opened, closed to strangers, described, looked at."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select, update

from portal.audit import changes, record
from portal.core.clock import now
from portal.core.db import db
from portal.storefront.models import Storefront, Visibility
from portal.tenants.actions import raise_stamp


def lay_out() -> Storefront:
    """The acting tenant's storefront, private until somebody opens it.  Laid out before: left as it is."""
    standing: Storefront | None = db.session.scalar(select(Storefront))
    if standing is not None:
        return standing
    storefront = Storefront()
    db.session.add(storefront)
    return storefront


def take_away() -> None:
    """The undo of `lay_out`, for a tenant that never came to life."""
    db.session.execute(delete(Storefront))


def admit(storefront: Storefront, visibility: Visibility) -> None:
    """Say who may enter from now on."""
    if storefront.visibility == visibility:
        return
    before = storefront.visibility
    storefront.visibility = visibility
    if visibility is not Visibility.PRIVATE and storefront.opened_at is None:
        storefront.opened_at = now()
    raise_stamp()
    record("storefront.changed", storefront, before={"visibility": before}, after={"visibility": visibility})


def describe(storefront: Storefront, *, email: str, phone: str, hours: str, networks: Mapping[str, str]) -> None:
    """How visitors reach the tenant: on the shop's foot, its contact page, and where it is not open yet."""
    storefront.contact_email, storefront.contact_phone = email, phone
    storefront.contact_hours, storefront.networks = hours, dict(networks)
    before, after = changes(storefront)
    if after:
        raise_stamp()
        record("storefront.changed", storefront, before=before, after=after)


def look_at(storefront: Storefront) -> None:
    """Somebody of the house pays the shop a visit.  It is no change of what others may be writing meanwhile."""
    db.session.execute(update(Storefront).where(Storefront.id == storefront.id).values(looked_at=now()))


def renew_link(storefront: Storefront) -> None:
    """A new preview link; those given away before open nothing any more."""
    storefront.link_number += 1
    raise_stamp()
    record("storefront.link_renewed", storefront)
