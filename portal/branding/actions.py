"""Dressing a tenant: keep a draft, publish it, or both at once."""

from typing import Any

from sqlalchemy import delete, func, select

from portal.audit import record
from portal.branding import fittings, queries, readability, undoing
from portal.branding.colours import palette
from portal.branding.designing import Design, Wish, design, hash_of
from portal.branding.looks import PASSED_ON
from portal.branding.models import LIFECYCLE, Brand, DraftStep, Fitting, Picture, State
from portal.branding.sheet import stylesheet
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Problem
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp


class Unread(Problem):
    """Colours that meet on a page cannot be read there."""

    status = Conflict.status


def dress(wish: Wish, logo: bytes | None = None) -> Brand:
    """Design and publish in one go, for the acting tenant.  Asked again for what is already worn, it changes nothing.

    Raises Invalid (field `logo`) when the picture cannot be taken.
    """
    made = design(wish, logo)
    worn, begun = queries.worn_and_begun()
    if worn and (worn.name, worn.theme, worn.stylesheet_hash, worn.files) == (
        made.name,
        made.theme,
        made.stylesheet_hash,
        made.files,
    ):
        return worn
    brand = _as_draft(made, begun)
    _put_on(brand, worn)
    return brand


def keep_draft(made: Design, note: str = "") -> Brand:
    """The design as the tenant's one draft; the note is for those who look back."""
    worn, begun = queries.worn_and_begun()
    colours = begun.colours if begun else {}
    brand = _as_draft(made, begun)
    brand.note = note
    fittings.keep(made.css, PASSED_ON)
    if begun is None and worn is not None:
        undoing.begin(brand, worn)
    undoing.keep(brand, record("brand.drafted", brand, after=_said(brand)))
    _recall_unread(brand, colours)
    return brand


def go_to_step(brand: Brand, number: int, *, seen: int | None) -> None:
    """Undo or redo: make a draft what it was at one of its steps; nothing that was kept is lost by it.

    Raises Conflict when it is no draft, or does not stand at the step `seen` any more, and NotFound for an unknown step.
    """
    _expect(brand, State.DRAFT)
    before, colours, stood = _said(brand), brand.colours, brand.step
    undoing.go_to(brand, number, seen=seen)
    record("brand.undone" if number < stood else "brand.redone", brand, before=before, after=_said(brand))
    _recall_unread(brand, colours)


def publish(brand: Brand, reason: str = "") -> None:
    """From the next page on the tenant looks like this.

    What cannot be read needs a reason, which is written to the log with the name of who gave it.  Raises Conflict when it
    is no draft, and Unread.
    """
    _expect(brand, State.DRAFT)
    is_unread = bool(readability.unread_of(brand))
    if is_unread and not reason:
        raise Unread(say(N_("Some colours cannot be read where they stand.")))
    _put_on(brand, queries.published())
    if is_unread:
        record("brand.unread", brand, after={"reason": reason})


def repair(brand: Brand) -> None:
    """Move every colour of a draft that cannot be read, as little as can be.  Raises Conflict when it is no draft."""
    _expect(brand, State.DRAFT)
    made = palette(*brand.wished)
    before = _said(brand)
    brand.exact, brand.colours = False, {token: list(pair) for token, pair in made.tokens.items()}
    brand.stylesheet = stylesheet(made, brand.tokens, brand.theme, brand.css)
    brand.stylesheet_hash = hash_of(brand.stylesheet)
    undoing.keep(brand, record("brand.repaired", brand, before=before, after=_said(brand)))


def call_off(brand: Brand) -> None:
    """It is not published by itself.  Raises Conflict when nothing was planned."""
    if brand.state is not State.DRAFT or brand.publishes_at is None:
        raise Conflict(say(N_("Look at it again: its state no longer allows this.")))
    record("brand.called_off", brand, before={"publishes_at": brand.publishes_at})
    brand.publishes_at, brand.publishes_because = None, ""


def _recall_unread(brand: Brand, colours: dict[str, Any]) -> None:
    """Other colours than those that were planned, and not to be read: nobody gave a reason for them."""
    if brand.publishes_at and brand.colours != colours and readability.unread_of(brand):
        call_off(brand)


def wear_again(brand: Brand) -> None:
    """Go back to a version that was worn before, at once.  Raises Conflict when it never was, or is worn now."""
    _expect(brand, State.PAST)
    _put_on(brand, queries.published(), verb="brand.worn_again")


def _expect(brand: Brand, state: State) -> None:
    if brand.state is not state:
        raise Conflict(say(N_("Look at it again: its state no longer allows this.")))


def _put_on(brand: Brand, worn: Brand | None, *, verb: str = "brand.published") -> None:
    state = LIFECYCLE.move(brand.state, to=State.PUBLISHED)
    if worn is not None:
        worn.state = LIFECYCLE.move(worn.state, to=State.PAST)
        db.session.flush()  # before the next one: there is never more than one
    brand.state, brand.published_at = state, now()
    brand.publishes_at, brand.publishes_because = None, ""
    undoing.forget(brand)
    db.session.flush()
    _drop_unused_pictures()
    raise_stamp()
    brand.record_id = record(verb, brand, before=_said(worn) if worn else None, after=_said(brand)).id


def discard(brand: Brand) -> None:
    """Throw a draft away.  Raises Conflict when it is none."""
    _expect(brand, State.DRAFT)
    db.session.delete(brand)
    db.session.flush()
    _drop_unused_pictures()
    record("brand.discarded", brand)


def undress() -> None:
    """Take back everything: the undo of `dress` for a tenant that never opened."""
    db.session.execute(delete(Brand))
    db.session.execute(delete(Picture))
    db.session.execute(delete(Fitting))


def _as_draft(made: Design, begun: Brand | None) -> Brand:
    """The tenant's one draft."""
    brand = begun or Brand(number=_next_number())
    brand.name, (brand.brand_colour, brand.accent) = made.name, made.wished
    brand.theme, brand.tokens = made.theme, dict(made.tokens)
    brand.exact, brand.made_of, brand.css = made.exact, list(made.made_of), made.css
    brand.colours = {token: list(pair) for token, pair in made.palette.tokens.items()}
    brand.stylesheet, brand.stylesheet_hash = made.stylesheet, made.stylesheet_hash
    brand.pictures = _keep_pictures(made)
    db.session.add(brand)
    return brand


def _said(brand: Brand) -> dict[str, Any]:
    """What somebody chose, for the log."""
    colours = {"brand_colour": brand.brand_colour, "accent": brand.accent}
    return {
        "name": brand.name,
        "logo": brand.has_logo,
        **colours,
        "theme": brand.theme,
        "tokens": brand.tokens,
        "exact": brand.exact,
        "css": hash_of(brand.css)[:8] if brand.css else "",
    }


def _next_number() -> int:
    return (db.session.scalar(select(func.max(Brand.number))) or 0) + 1


def _keep_pictures(made: Design) -> dict[str, dict[str, Any]]:
    fresh = {file: made.pictures[use] for use, file in made.files.items()}
    standing = set(db.session.scalars(select(Picture.sha).where(Picture.sha.in_([_sha(file) for file in fresh]))))
    for file, picture in fresh.items():
        if _sha(file) not in standing:
            db.session.add(Picture(sha=_sha(file), **picture._asdict()))
    sizes = {use: {"width": picture.width, "height": picture.height} for use, picture in made.pictures.items()}
    sent = {use: {"by_hand": True} for use in made.by_hand}
    return {use: {"file": file, **sizes[use], **sent.get(use, {})} for use, file in made.files.items()}


def _sha(name: str) -> str:
    return name.partition(".")[0]


def _drop_unused_pictures() -> None:
    """Pictures of drafts that were never worn go; those of past versions and of a draft's steps stay: one can go back."""
    kept = (select(Brand.pictures), select(DraftStep.kept["pictures"]))
    used = {_sha(one["file"]) for asked in kept for found in db.session.scalars(asked) for one in found.values()}
    db.session.execute(delete(Picture).where(Picture.sha.not_in(used)))
