"""What a storefront still lacks before it goes live."""

from sqlalchemy import exists, select

from portal.core.words import N_
from portal.storefront.models import Storefront, Visibility
from portal.tenants.checklist import Line

CONTACT = Line(
    "contact",
    title=N_("How customers reach you"),
    why=N_("An e-mail address stands on your storefront, and questions of visitors go there."),
    verb=N_("Write your contact"),
    place="storefront.contact",
    permission="storefront.edit",
    done=lambda: exists(select(Storefront.id).where(Storefront.contact_email != "")),
    watches=(Storefront,),
)
VISIT = Line(
    "visit",
    title=N_("A visit to your shop"),
    why=N_("Look at it as your customers will, before they do."),
    verb=N_("Look at the storefront"),
    place="storefront.show",
    permission="storefront.view",
    done=lambda: exists(select(Storefront.id).where(Storefront.looked_at.is_not(None))),
    watches=(Storefront,),
)
OPENING = Line(
    "opening",
    title=N_("Open the storefront"),
    why=N_("Until then visitors read that it opens soon."),
    verb=N_("Open the storefront"),
    place="whats_next.opening",
    permission="storefront.edit",
    done=lambda: exists(select(Storefront.id).where(Storefront.visibility != Visibility.PRIVATE)),
    watches=(Storefront,),
)
