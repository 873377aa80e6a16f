"""The pages of saved views."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.db import get
from portal.core.web import face, needs, render, see, url
from portal.lists import views
from portal.lists.forms import ViewForm
from portal.lists.models import SavedView

lists = face("lists", __name__)


@lists.route("/saved-views/new", methods=["GET", "POST"])
@needs("profile.edit")
def new_view() -> ResponseReturnValue:
    text = request.values.get("view", "")
    if not text:
        return see("/")
    place, query = views.opened(text)
    form = ViewForm(data={"view": text})
    if form.accepted():
        with form.catching():
            views.save(place, query, name=form.name.data)
            flash(gettext("“%(name)s” is among the views of this list.", name=form.name.data))
            return see(url(place) + query)
    return render("lists/new_view.html", form=form, back=url(place) + query), form.status


@lists.post("/saved-views/<key>/removal")
@needs("profile.edit")
def view_removal(key: str) -> ResponseReturnValue:
    view = get(SavedView, key)
    views.remove(view)
    flash(gettext("The view “%(name)s” is removed.", name=view.name))
    return see(url(view.place))


@lists.app_template_global()
def saving(asked: object) -> str:
    """What leads from a list to the form that names its view."""
    return url("lists.new_view", view=views.sealed(asked))  # type: ignore[arg-type] # a template gives its listing
