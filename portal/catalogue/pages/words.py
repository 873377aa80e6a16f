"""Pages on which a tenant says an inherited product in its own words."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions
from portal.catalogue.office import Sight, catalogue, looked_at
from portal.catalogue.pages.products import above, picture_page
from portal.catalogue.product_forms import PictureForm, WordsForm, reworded
from portal.core.errors import NotFound
from portal.core.web import needs, render, see, url


@catalogue.route("/products/<key>/words", methods=["GET", "POST"])
@needs("catalogue.edit")
def product_words(key: str) -> ResponseReturnValue:
    sight = _inherited(key)
    form, back = WordsForm(sight.product, sight.overlay), request.form.get("back", "")
    if form.accepted():
        if form.read_version() != (sight.overlay.version if sight.overlay else 0):
            return _conflict(form, sight)
        with form.catching():
            said = form.terms() | ({back: None} if back in actions.REWORDED else {})
            actions.reword(sight.product, version=form.read_version(), **said)
            flash(gettext("Saved. Your shop says it so from now on."))
            return see(url("catalogue.product_words" if back else "catalogue.product", key=key))
    return render("catalogue/words_form.html", form=form, **sight.around("words")), form.status


@catalogue.route("/products/<key>/words/picture", methods=["GET", "POST"])
@needs("catalogue.edit")
def words_picture(key: str) -> ResponseReturnValue:
    sight, form = _inherited(key), PictureForm()
    version = sight.overlay.version if sight.overlay else 0
    if form.accepted():
        with form.catching():
            if (wanted := form.wanted()) is not None:
                actions.reword(sight.product, version=version, picture=wanted or None)
            return see(url("catalogue.product", key=key))
    standing = sight.overlay.picture if sight.overlay else None
    return picture_page(form, standing, *above(sight.product)), form.status


def _inherited(key: str) -> Sight:
    """A product of the range that is another's; one's own is changed itself."""
    sight = looked_at(key)
    if sight.is_own:
        raise NotFound
    return sight


def _conflict(form: WordsForm, sight: Sight) -> ResponseReturnValue:
    differences = form.differences(reworded(sight.product, sight.overlay))
    version = sight.overlay.version if sight.overlay else 0
    row = {"name": sight.product.name, "version": version}
    around = sight.around("words")
    return render("catalogue/words_conflict.html", form=form, row=row, differences=differences, **around), 409
