"""Brand: choose, look, publish; and the same stylesheet and pictures for the tenant's own office."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.branding import actions, comparing, queries, readability, schedule, serving, sheet, trials, undoing
from portal.branding.designing import Design, design
from portal.branding.forms import NAMES, BrandForm, ReasonForm, ScheduleForm, form_for
from portal.branding.models import SHOWN, Brand, State
from portal.branding.own_css import Removed, clean
from portal.core import dates, themes
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.scope import scope
from portal.core.web import face, needs, open_to_all, render, see, url

branding = face("branding", __name__, door="office")
FEATURE = "studio"


@branding.get("/brand")
@needs("branding.view")
def show() -> ResponseReturnValue:
    versions = queries.versions()
    worn, waiting = queries.worn_and_begun_of(versions)
    return _page(_form(waiting or worn), versions)


@branding.post("/brand")
@needs("branding.edit")
def draft() -> ResponseReturnValue:
    form = _form()
    planned = form.shown.publishes_at if form.shown else None
    if form.accepted():
        if form.is_overtaken:
            return render("branding/conflict.html", **form.conflict(gettext("Brand"))), 409
        with form.catching():
            brand = actions.keep_draft(_designed(form), form.note.data or "")
            if planned and not brand.publishes_at:
                flash(
                    gettext("The draft is kept. It is not published by itself any more: some colours cannot be read.")
                )
            else:
                flash(gettext("The draft is kept. Nobody else sees it before you publish it."))
            return see(url("branding.show"))
    return _page(form, queries.versions())


@branding.post("/brand/trial")
@needs("branding.edit")
def trial() -> ResponseReturnValue:
    """The shop as it would look with what is being typed; what cannot be taken is said at its field by saving."""
    form = _form(formdata=request.form, meta={"csrf": False})
    view = trials.view_of(request.form)
    look = trials.look_of(form) if form.validate() else None
    shown = trials.address(trials.shop_origin(), look, view) if look else ""
    return render("branding/_trial.html", view=view, address=shown, left_out=_left_out(form))


@branding.get("/brand/comparison")
@needs("branding.view")
def compare() -> ResponseReturnValue:
    """Two versions beside each other: what differs, and how the shop looks in each."""
    versions = queries.versions()
    worn, waiting = queries.worn_and_begun_of(versions)
    after = _asked_for("after") or waiting or worn
    before = _asked_for("before") or _before(versions, after)
    view = trials.view_of(request.args)
    g.frames = origin = trials.shop_origin()
    words: dict[str, Any] = {"versions": versions, "view": view, "before": before, "after": after, "SHOWN": SHOWN}
    words["frames"] = []
    words |= {"pages": trials.PAGES, "devices": trials.DEVICES, "modes": trials.MODES}
    if before and after:
        words["found"] = comparing.compared(before, after)
        words["frames"] = [(one, trials.address(origin, trials.look_of_version(one), view)) for one in (before, after)]
    return render("branding/comparison.html", **words)


@branding.route("/brand/publication", methods=["GET", "POST"])
@needs("branding.edit")
def publish() -> ResponseReturnValue:
    """At once where everything can be read; else by a page that says what cannot, and asks for the reason."""
    brand, form = _draft(), ReasonForm()
    given = "reason" in request.form
    if request.method == "POST" and (not given or form.accepted()):
        try:
            actions.publish(brand, form.reason.data or "")
        except actions.Unread:
            return see(url("branding.publish"))
        flash(gettext("Your storefront wears version %(number)s now.", number=brand.number))
        return see(url("branding.show"))
    found = readability.pairs(brand.palette, *brand.wished)
    if not readability.unread(found):
        return see(url("branding.show"))
    return render("branding/unread.html", form=form, brand=brand, pairs=found), form.status


@branding.route("/brand/schedule", methods=["GET", "POST"])
@needs("branding.edit", feature=FEATURE)
def plan() -> ResponseReturnValue:
    """When the draft is published by itself, by the clocks of the house."""
    brand, zone = _draft(), here.organization.time_zone
    planned = {"at": dates.as_typed(brand.publishes_at, zone)} if brand.publishes_at else {}
    form = ScheduleForm(data={**planned, "reason": brand.publishes_because})
    if form.accepted():
        with form.catching():
            schedule.publish_at(brand, form.moment, form.reason.data or "")
            there = dates.moment_there(form.moment, zone)
            flash(gettext("Version %(number)s is published on %(moment)s.", number=brand.number, moment=there))
            return see(url("branding.show"))
    found = readability.pairs(brand.palette, *brand.wished)
    words = {"brand": brand, "pairs": found, "faint": readability.unread(found), "zone": zone}
    return render("branding/schedule.html", form=form, **words), form.status


@branding.post("/brand/schedule/removal")
@needs("branding.edit", feature=FEATURE)
def call_off() -> ResponseReturnValue:
    schedule.call_off(_draft())
    flash(gettext("Nothing is published by itself any more. The draft stays."))
    return see(url("branding.show"))


@branding.post("/brand/repair")
@needs("branding.edit")
def repair() -> ResponseReturnValue:
    """Every colour of the draft that cannot be read as near to the wish as it can be."""
    actions.repair(_draft())
    flash(gettext("Every colour can be read now. Look at it before you publish it."))
    return see(url("branding.show"))


@branding.post("/brand/steps/<number>")
@needs("branding.edit")
def go_to_step(number: str) -> ResponseReturnValue:
    """Undo and Redo: the draft as it was at that step."""
    brand, wanted = _draft(), queries.counted(number)
    before = brand.step
    actions.go_to_step(brand, wanted, seen=request.form.get("seen", type=int))
    flash(gettext("Undone.") if brand.step < before else gettext("Redone."))
    return see(url("branding.show"))


@branding.post("/brand/versions/<number>")
@needs("branding.edit")
def wear_again(number: str) -> ResponseReturnValue:
    """Back to what was worn before, at once."""
    brand = queries.numbered(number)
    actions.wear_again(brand)
    flash(gettext("Your storefront wears version %(number)s again.", number=brand.number))
    return see(url("branding.show"))


@branding.post("/brand/dismissal")
@needs("branding.edit")
def discard() -> ResponseReturnValue:
    actions.discard(_draft())
    flash(gettext("The draft is gone."))
    return see(url("branding.show"))


@branding.get("/brand-<stylesheet_hash>.css")
@open_to_all
def stylesheet(stylesheet_hash: str) -> Response:
    _somebodys()
    return serving.stylesheet(sheet.without_own(queries.stylesheet(stylesheet_hash)), shared=False)


@branding.get("/pictures/<file>")
@open_to_all
def picture(file: str) -> Response:
    _somebodys()
    return serving.picture(queries.picture(file), shared=False)


def _form(brand: Brand | None = None, **options: Any) -> BrandForm:
    """With what is chosen so far: in the draft, else in what is worn."""
    if brand is None:
        worn, waiting = queries.worn_and_begun()
        brand = waiting or worn
    return form_for(brand, here.organization.name, whole=here.opens(FEATURE), **options)


def _page(form: BrandForm, versions: Sequence[Brand]) -> ResponseReturnValue:
    worn, waiting = queries.worn_and_begun_of(versions)
    view, look = trials.view_of(request.args), trials.look_of(form, typed=False)
    g.frames = origin = trials.shop_origin()
    steps = undoing.changes_of(waiting) if waiting else []
    words = {
        "versions": versions,
        "steps": steps,
        "zone": here.organization.time_zone,
        "waiting": waiting,
        "worn": worn,
        "shown": form.shown,
        "SHOWN": SHOWN,
        "by": queries.deeds_of([*versions, *(change.step for change in steps)]),
        "whole": here.opens(FEATURE),
        "left_out": _left_out(form),
        "GROUPS": NAMES,
        "shipped": themes.shipped(),
        "view": view,
        "address": trials.address(origin, look, view),
        "link": trials.link(origin, look) if waiting else "",
        "pairs": readability.pairs(form.shown.palette, *form.shown.wished) if form.shown else [],
        "pages": trials.PAGES,
        "devices": trials.DEVICES,
        "modes": trials.MODES,
    }
    return render("branding/show.html", form=form, **words), form.status


def _left_out(form: BrandForm) -> list[Removed]:
    """What is not worn of the CSS in the form."""
    return clean(form.own_css())[1]


def _asked_for(which: str) -> Brand | None:
    number = request.args.get(which)
    return queries.numbered(number) if number else None


def _before(versions: Sequence[Brand], after: Brand | None) -> Brand | None:
    """What is worn, or was, before this one; any other where there is none."""
    others = [one for one in versions if one is not after]
    return next((one for one in others if one.state is State.PUBLISHED), next(iter(others), None))


def _draft() -> Brand:
    brand = queries.draft()
    if brand is None:
        raise NotFound
    return brand


def _designed(form: BrandForm) -> Design:
    """With the logo just sent; else, unless none is wanted, with the one there is."""
    sent = form.sent_logo()
    logo = queries.logo(None if form.without_logo.data else form.shown) if sent is None else sent
    return design(form.wish(), logo, queries.by_hand(form.shown))


def _somebodys() -> None:
    """Pages that belong to nobody wear nothing."""
    if scope() is None:
        raise NotFound


from portal.branding import office_pictures  # noqa: E402, F401 - its pages join this face
