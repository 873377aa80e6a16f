"""What a storefront still lacks before it goes live."""

from sqlalchemy import exists, func, select

from portal.core.words import N_
from portal.storefront.models import LEGAL, Page, Storefront, Visibility
from portal.tenants.checklist import Line

CONTACT = Line(
    "contact",
    title=N_("Contact for customers"),
    why=N_("An e-mail address stands on your storefront, and questions of visitors go there."),
    verb=N_("Write your contact"),
    place="storefront.contact",
    permission="storefront.edit",
    done=lambda: exists(select(Storefront.id).where(Storefront.contact_email != "")),
    watches=(Storefront,),
)
LEGAL_TEXTS = Line(
    "legal_texts",
    title=N_("Legal texts"),
    why=N_("Terms, privacy and imprint stand at the foot of every page; customers and the law look for them there."),
    verb=N_("Write the legal texts"),
    place="pages.index",
    permission="storefront.view",
    done=lambda: (
        select(func.count(Page.slug.distinct()) == len(LEGAL)).where(Page.ready, Page.slug.in_(LEGAL)).scalar_subquery()
    ),
    watches=(Page,),
    settleable=True,
)
VISIT = Line(
    "visit",
    title=N_("Test visit of the shop"),
    why=N_("Look at it as your customers will, before they do."),
    verb=N_("Look at the storefront"),
    place="storefront.show",
    permission="storefront.view",
    done=lambda: exists(select(Storefront.id).where(Storefront.looked_at.is_not(None))),
    watches=(Storefront,),
)
OPENING = Line(
    "opening",
    title=N_("Storefront opened"),
    why=N_("Until then visitors read that it opens soon."),
    verb=N_("Open the storefront"),
    place="whats_next.opening",
    permission="storefront.edit",
    done=lambda: exists(select(Storefront.id).where(Storefront.visibility != Visibility.PRIVATE)),
    watches=(Storefront,),
)
