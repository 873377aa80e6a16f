"""Dressing a tenant: keep a draft, publish it, or both at once."""

from sqlalchemy import delete, func, select

from portal.audit import record
from portal.branding import queries
from portal.branding.designing import Design, design
from portal.branding.models import LIFECYCLE, Brand, Picture, State
from portal.core.clock import now
from portal.core.db import db
from portal.core.themes import PLAIN
from portal.tenants.actions import raise_stamp


def dress(name: str, *, logo: bytes | None = None, brand_colour: str | None = None, accent: str | None = None) -> Brand:
    """Design and publish in one go, for the acting tenant.  Asked again for what is already worn, it changes nothing.

    Raises Invalid (field `logo`) when the picture cannot be taken.
    """
    made = design(name, logo=logo, brand_colour=brand_colour, accent=accent)
    worn = queries.published()
    if worn and (worn.name, worn.stylesheet_hash, worn.files) == (made.name, made.stylesheet_hash, made.files):
        return worn
    brand = _as_draft(made)
    publish(brand)
    return brand


def keep_draft(made: Design) -> Brand:
    """The design as the tenant's one draft."""
    brand = _as_draft(made)
    record("brand.drafted", brand, after=_said(brand))
    return brand


def publish(brand: Brand) -> None:
    """From the next page on the tenant looks like this.  Raises Conflict when it is no draft."""
    state, worn = LIFECYCLE.move(brand.state, to=State.PUBLISHED), queries.published()
    if worn is not None:
        worn.state = LIFECYCLE.move(worn.state, to=State.PAST)
        db.session.flush()  # before the next one: there is never more than one
    brand.state, brand.published_at = state, now()
    db.session.flush()
    _drop_unused_pictures()
    raise_stamp()
    record("brand.published", brand, before=_said(worn) if worn else None, after=_said(brand))


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


def _as_draft(made: Design) -> Brand:
    brand = queries.draft() or Brand(number=_next_number(), theme=_worn_theme())
    brand.name, (brand.brand_colour, brand.accent) = made.name, made.wished
    brand.colours = {token: list(pair) for token, pair in made.palette.tokens.items()}
    brand.stylesheet, brand.stylesheet_hash = made.stylesheet, made.stylesheet_hash
    brand.pictures = _keep_pictures(made)
    db.session.add(brand)
    db.session.flush()
    return brand


def _said(brand: Brand) -> dict[str, str | bool | None]:
    """What somebody chose, for the log."""
    return {"name": brand.name, "logo": brand.has_logo, "brand_colour": brand.brand_colour, "accent": brand.accent}


def _worn_theme() -> str:
    """A new version goes on in the theme of the one that is worn."""
    worn = queries.published()
    return worn.theme if worn else PLAIN


def _next_number() -> int:
    return (db.session.scalar(select(func.max(Brand.number))) or 0) + 1


def _keep_pictures(made: Design) -> dict[str, dict[str, str | int]]:
    fresh = {file: made.pictures[use] for use, file in made.files.items()}
    standing = set(db.session.scalars(select(Picture.sha).where(Picture.sha.in_([_sha(file) for file in fresh]))))
    for file, picture in fresh.items():
        if _sha(file) not in standing:
            db.session.add(Picture(sha=_sha(file), **picture._asdict()))
    sizes = {use: {"width": picture.width, "height": picture.height} for use, picture in made.pictures.items()}
    return {use: {"file": file, **sizes[use]} for use, file in made.files.items()}


def _sha(name: str) -> str:
    return name.partition(".")[0]


def _drop_unused_pictures() -> None:
    """Pictures of drafts that were never worn go; those of past versions stay, so that one can go back."""
    used = {_sha(picture["file"]) for worn in db.session.scalars(select(Brand.pictures)) for picture in worn.values()}
    db.session.execute(delete(Picture).where(Picture.sha.not_in(used)))
