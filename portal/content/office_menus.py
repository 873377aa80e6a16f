"""The menu, the footer and the announcement in the office."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.content import menus, ordering, wayfinding
from portal.content.leading import called
from portal.content.menu_forms import AnnouncementForm, EntryForm
from portal.content.models import PLACES, MenuEntry, Place
from portal.content.office import content
from portal.core.db import db, get
from portal.core.errors import Invalid, NotFound
from portal.core.here import here
from portal.core.languages import LANGUAGES
from portal.core.web import needs, render, see, url
from portal.core.words import N_, say


@content.get("/storefront/menu")
@needs("storefront.view")
def menu() -> ResponseReturnValue:
    standing = {place: list(db.session.scalars(menus.entries(place))) for place in Place}
    return render(
        "content/menu.html", standing=standing, places=PLACES, most=wayfinding.MOST, called=_called, leads=called
    )


@content.post("/storefront/menu/arrangement")
@needs("storefront.edit")
def menu_arrangement() -> ResponseReturnValue:
    place = request.form.get("place", "")
    if place not in set(Place):
        raise Invalid(say(N_("Choose one.")))
    wayfinding.arrange(Place(place))
    flash(gettext("This is what stands there now. Change what you like; visitors see it at once."))
    return see(url("content.menu"))


@content.route("/storefront/menu/new", methods=["GET", "POST"])
@needs("storefront.edit")
def new_entry() -> ResponseReturnValue:
    place, form = _place(request.args.get("place", Place.MENU)), EntryForm(None)
    if form.accepted():
        with form.catching():
            row = wayfinding.add(place, **form.terms())
            flash(gettext("%(name)s is added.", name=_called(row)))
            return see(url("content.menu"))
    return render("content/entry.html", form=form, entry=None, place=place, languages=LANGUAGES), form.status


@content.route("/storefront/menu/<key>", methods=["GET", "POST"])
@needs("storefront.edit")
def entry(key: str) -> ResponseReturnValue:
    row = menus.living(key)
    form = EntryForm(row)
    if form.accepted():
        if form.is_overtaken:
            words = {"row": {"name": _called(row), "version": row.version}, "differences": form.read_meanwhile()}
            return render("content/entry_conflict.html", form=form, entry=row, **words), 409
        with form.catching():
            wayfinding.change(row, **form.terms())
            flash(gettext("%(name)s is changed.", name=_called(row)))
            return see(url("content.menu"))
    return render("content/entry.html", form=form, entry=row, place=row.place, languages=LANGUAGES), form.status


@content.post("/storefront/menu/<key>/visibility")
@needs("storefront.edit")
def entry_visibility(key: str) -> ResponseReturnValue:
    ordering.turn(menus.living(key), hidden=request.form.get("to") == "hidden")
    return see(f"{url('content.menu')}#{key}")


@content.post("/storefront/menu/<key>/moves")
@needs("storefront.edit")
def entry_move(key: str) -> ResponseReturnValue:
    row = menus.living(key)
    ordering.move(row, menus.entries(row.place), by=-1 if request.form.get("to") == "up" else 1)
    return see(f"{url('content.menu')}#{key}")


@content.post("/storefront/menu/<key>/removal")
@needs("storefront.edit")
def entry_removal(key: str) -> ResponseReturnValue:
    row = menus.living(key)
    ordering.take_out(row)
    undo = url("content.entry_restoration", key=key)
    flash({"text": gettext("%(name)s is removed.", name=_called(row)), "undo": undo})  # type: ignore[arg-type]  # a toast may carry its undo
    return see(url("content.menu"))


@content.post("/storefront/menu/<key>/restoration")
@needs("storefront.edit")
def entry_restoration(key: str) -> ResponseReturnValue:
    row = get(MenuEntry, key)
    wayfinding.bring_back(row)
    flash(gettext("%(name)s is back.", name=_called(row)))
    return see(f"{url('content.menu')}#{key}")


@content.route("/storefront/announcement", methods=["GET", "POST"])
@needs("storefront.edit")
def announcement() -> ResponseReturnValue:
    row = menus.announcement()
    form = AnnouncementForm(row)
    if form.accepted():
        if form.is_overtaken:
            return render("content/announcement_conflict.html", **form.conflict(gettext("Announcement"))), 409
        with form.catching():
            wayfinding.announce(row, **form.terms())
            flash(gettext("The announcement is saved."))
            return see(url("content.announcement"))
    is_on = bool(row and row.words) and menus.is_on(row.begins if row else None, row.ends if row else None)
    words = {"row": row, "is_on": is_on, "today": menus.today_here(), "zone": here.organization.time_zone}
    return render("content/announcement.html", form=form, languages=LANGUAGES, **words), form.status


def _place(word: str) -> Place:
    if word not in set(Place):
        raise NotFound
    return Place(word)


def _called(row: MenuEntry) -> str:
    """By its own words in the reader's language, else as any, else as what it leads to."""
    return row.title if row.words else called(row.target)
