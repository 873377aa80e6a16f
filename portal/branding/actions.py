"""Dressing a tenant: keep a draft, publish it, or both at once."""

from sqlalchemy import delete, func, select

from portal.audit import changes, record
from portal.branding import queries
from portal.branding.designing import Design, design, file_name
from portal.branding.models import LIFECYCLE, Brand, Picture, State
from portal.core.clock import now
from portal.core.db import db
from portal.tenants.actions import raise_stamp


def dress(name: str, *, logo: bytes | None = None, brand_colour: str | None = None, accent: str | None = None) -> Brand:
    """Design and publish in one go, for the acting tenant.  Asked again for what is already worn, it changes nothing.

    Raises Invalid (field `logo`) when the picture cannot be taken.
    """
    made = design(name, logo=logo, brand_colour=brand_colour, accent=accent)
    worn, brand = queries.published(), keep_draft(made)
    if worn and worn.looks_like(brand):
        discard(brand)
        return worn
    publish(brand)
    return brand


def keep_draft(made: Design) -> Brand:
    """The design as the tenant's one draft."""
    brand = queries.draft()
    if brand is None:
        brand = Brand(number=_next_number(), name=made.name, colours={}, stylesheet="", stylesheet_hash="")
        db.session.add(brand)
    fresh, had_logo = not brand.stylesheet, brand.has_logo
    brand.name, (brand.brand_colour, brand.accent) = made.name, made.wished
    before, after = changes(brand)
    brand.colours = {name: list(pair) for name, pair in made.palette.tokens.items()}
    brand.stylesheet, brand.stylesheet_hash = made.stylesheet, made.stylesheet_hash
    brand.pictures = _keep_pictures(made)
    before, after = {**before, "logo": had_logo}, {**after, "logo": brand.has_logo}
    record("brand.drafted", brand, before=None if fresh else before, after=after)
    db.session.flush()
    return brand


def publish(brand: Brand) -> None:
    """From the next page on the tenant looks like this."""
    worn = queries.published()
    brand.state = LIFECYCLE.move(brand.state, to=State.PUBLISHED)
    brand.published_at = now()
    if worn is not None:
        worn.state = LIFECYCLE.move(worn.state, to=State.PAST)
        with db.session.no_autoflush:
            db.session.flush([worn])
    db.session.flush()
    _drop_unused_pictures()
    raise_stamp()
    record("brand.published", brand)


def discard(brand: Brand) -> None:
    """Throw a draft away.  Raises Conflict when it is none."""
    LIFECYCLE.move(brand.state, to=State.PUBLISHED)
    db.session.delete(brand)
    db.session.flush()
    _drop_unused_pictures()
    record("brand.discarded", brand)


def undress() -> None:
    """Take back everything: the undo of `dress` for a tenant that never opened."""
    db.session.execute(delete(Brand))
    db.session.execute(delete(Picture))


def _next_number() -> int:
    return (db.session.scalar(select(func.max(Brand.number))) or 0) + 1


def _keep_pictures(made: Design) -> dict[str, dict[str, str | int]]:
    named = {use: (file_name(picture), picture) for use, picture in made.pictures.items()}
    fresh = {name: picture for name, picture in named.values()}
    standing = set(db.session.scalars(select(Picture.sha).where(Picture.sha.in_([_sha(name) for name in fresh]))))
    for name, picture in fresh.items():
        if _sha(name) not in standing:
            db.session.add(Picture(sha=_sha(name), **picture._asdict()))
    return {
        use: {"file": name, "width": picture.width, "height": picture.height} for use, (name, picture) in named.items()
    }


def _sha(name: str) -> str:
    return name.partition(".")[0]


def _drop_unused_pictures() -> None:
    """Pictures of drafts that were never worn go; those of past versions stay, so that one can go back."""
    used = {_sha(picture["file"]) for worn in db.session.scalars(select(Brand.pictures)) for picture in worn.values()}
    db.session.execute(delete(Picture).where(Picture.sha.not_in(used)))
