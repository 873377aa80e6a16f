"""The home page in the office: its sections in their order, and what is done with one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.branding import serving
from portal.content import actions, leading, ordering, pictures, queries
from portal.content.forms import FORMS, SHELVES, AdditionForm, PictureForm, SectionForm
from portal.content.models import KINDS, Kind, Section
from portal.core.db import get
from portal.core.here import here
from portal.core.languages import LANGUAGES
from portal.core.web import face, needs, render, see, url

content = face("content", __name__)


@content.get("/storefront/content")
@needs("storefront.view")
def index() -> ResponseReturnValue:
    return _page(AdditionForm())


@content.post("/storefront/content/arrangement")
@needs("storefront.edit")
def arrangement() -> ResponseReturnValue:
    actions.arrange()
    flash(gettext("This is the home page in sections. Change what you like; visitors see it at once."))
    return see(url("content.index"))


@content.post("/storefront/content/sections")
@needs("storefront.edit")
def addition() -> ResponseReturnValue:
    form = AdditionForm()
    if form.accepted():
        with form.catching():
            section = actions.add(Kind(form.kind.data))
            flash(gettext("%(name)s is added.", name=section.title))
            return see(url("content.section", key=section.key))
    return _page(form)


@content.route("/storefront/content/<key>", methods=["GET", "POST"])
@needs("storefront.edit")
def section(key: str) -> ResponseReturnValue:
    row, language = queries.living(key), _language()
    form = FORMS[row.kind](row, language)
    if form.accepted():
        if form.is_overtaken:
            return render(
                "content/conflict.html", form=form, section=row, language=language, differences=form.read_meanwhile()
            ), 409
        with form.catching():
            actions.write(row, language=language, **form.terms())
            flash(gettext("%(name)s is saved. Visitors see it from now on.", name=row.title))
            return see(url("content.index"))
    return _form(row, form, PictureForm(), language)


@content.post("/storefront/content/<key>/visibility")
@needs("storefront.edit")
def visibility(key: str) -> ResponseReturnValue:
    ordering.turn(queries.living(key), hidden=request.form.get("to") == "hidden")
    return see(f"{url('content.index')}#{key}")


@content.post("/storefront/content/<key>/moves")
@needs("storefront.edit")
def move(key: str) -> ResponseReturnValue:
    actions.move(queries.living(key), by=-1 if request.form.get("to") == "up" else 1)
    return see(f"{url('content.index')}#{key}")


@content.post("/storefront/content/<key>/removal")
@needs("storefront.edit")
def removal(key: str) -> ResponseReturnValue:
    row = queries.living(key)
    ordering.take_out(row)
    undo = url("content.restoration", key=key)
    flash({"text": gettext("%(name)s is removed.", name=row.title), "undo": undo})  # type: ignore[arg-type]  # a toast may carry its undo
    return see(url("content.index"))


@content.post("/storefront/content/<key>/restoration")
@needs("storefront.edit")
def restoration(key: str) -> ResponseReturnValue:
    row = get(Section, key)
    actions.bring_back(row)
    flash(gettext("%(name)s is back.", name=row.title))
    return see(f"{url('content.index')}#{key}")


@content.post("/storefront/content/<key>/pictures")
@needs("storefront.edit")
def new_picture(key: str) -> ResponseReturnValue:
    row, form = queries.living(key), PictureForm()
    if form.accepted():
        with form.catching():
            actions.add_picture(row, **form.terms())
            flash(gettext("%(name)s is added.", name=form.name.data))
            return see(url("content.section", key=key))
    language = _language()
    return _form(row, FORMS[row.kind](row, language, formdata=None), form, language)


@content.post("/storefront/content/<key>/pictures/<file>/removal")
@needs("storefront.edit")
def picture_removal(key: str, file: str) -> ResponseReturnValue:
    actions.remove_picture(queries.living(key), file)
    flash(gettext("The picture is removed."))
    return see(url("content.section", key=key))


@content.get("/storefront/content/pictures/<file>")
@needs("storefront.view")
def picture(file: str) -> Response:
    return serving.picture(pictures.found(file), shared=False)


def _page(form: AdditionForm) -> ResponseReturnValue:
    return render(
        "content/index.html", form=form, sections=queries.arranged(), kinds=KINDS, languages=LANGUAGES, shelf=_shelf
    ), form.status


def _form(row: Section, form: SectionForm, adding: PictureForm, language: str) -> ResponseReturnValue:
    words: dict[str, Any] = {"section": row, "kind": KINDS[row.kind], "language": language, "languages": LANGUAGES}
    called: Callable[[str], str] = leading.called
    return render("content/section.html", form=form, adding=adding, called=called, **words), max(
        form.status, adding.status
    )


def _language() -> str:
    """The language that is written in: as the address says, else the shop's own."""
    wanted = request.args.get("language", "")
    return wanted if wanted in LANGUAGES else here.organization.language


def _shelf(which: str) -> str:
    """What stands on a shelf, in words."""
    return gettext(SHELVES[which]) if which in SHELVES else leading.called(which)


from portal.content import office_analytics, office_menus  # noqa: E402, F401 - their pages join this face
