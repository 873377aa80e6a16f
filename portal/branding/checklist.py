"""What a brand still lacks before a shop goes live."""

from sqlalchemy import exists, or_, select

from portal.branding.models import Brand, State
from portal.core.words import N_
from portal.tenants.checklist import Line

BRAND = Line(
    "brand",
    title=N_("Brand"),
    why=N_("So far a monogram and a colour made from your name stand in."),
    verb=N_("Choose logo and colours"),
    place="branding.show",
    permission="branding.view",
    done=lambda: exists(
        select(Brand.id).where(
            Brand.state == State.PUBLISHED,
            or_(Brand.number > 1, Brand.brand_colour.is_not(None), Brand.pictures.has_key("logo")),
        )
    ),
    watches=(Brand,),
    settleable=True,
)
