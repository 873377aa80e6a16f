"""The house is told that somebody asked.  To the visitor nothing is written: anybody could have typed his address."""

from __future__ import annotations

from sqlalchemy import select

from portal.core.db import db
from portal.core.here import here
from portal.notifications import write
from portal.notifications.notices import notify
from portal.storefront.models import Enquiry, Kind
from portal.storefront.queries import storefront
from portal.tenants import own_hosts
from portal.tenants.models import Door
from portal.users.models import State, User
from portal.users.roles import Role

EXCERPT = 1000

KINDS = {Kind.CONTACT: "question", Kind.QUOTE: "quote_request"}


def tell_of(enquiry: Enquiry) -> None:
    """Write to the storefront's contact; where none is set, to the administrator who has been there longest."""
    notify("enquiry", enquiry.title, place=f"/enquiries/{enquiry.key}", permission="enquiries.view")
    to = storefront().contact_email or _administrator()
    if not to:
        return
    values = {
        "visitor": enquiry.name,
        "email": enquiry.email,
        "company": enquiry.company,
        "message": _excerpt(enquiry.message),
        "product": enquiry.product,
        "plan": enquiry.plan,
        "quantity": enquiry.quantity,
        "price": enquiry.price,
    }
    link = f"{own_hosts.home(Door.OFFICE, enquiry.tenant_id)}/enquiries/{enquiry.key}"
    house = here.organization
    write(KINDS[enquiry.kind], to=(house.name, to), language=house.language, clothes="shop", values=values, link=link)


def _excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]} …"


def _administrator() -> str | None:
    active = select(User.email).where(User.role == Role.ADMINISTRATOR, User.state == State.ACTIVE)
    return db.session.scalar(active.order_by(User.created_at, User.id).limit(1))
