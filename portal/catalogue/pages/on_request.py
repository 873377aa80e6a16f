"""Products of a draft that are put on request together; one press prices them as they were."""

from __future__ import annotations

from uuid import UUID

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.catalogue import actions, queries
from portal.catalogue.models import PriceListVersion
from portal.catalogue.office import catalogue
from portal.core.db import db
from portal.core.forms import Form
from portal.core.keys import read_key
from portal.core.web import needs, see, url
from portal.core.words import N_, say
from portal.lists.models import Deed
from portal.lists.together import own_deed, remember, with_left

PLACE, VERB = "catalogue.price_list", "on_request"


def put_on_request(draft: PriceListVersion, products: list[tuple[int, UUID]]) -> Deed | None:
    """What was done, to be taken back; nothing where they were on request already."""
    former = actions.put_on_request(draft, products)
    return remember(PLACE, VERB, {"version": draft.key, "ways": former}) if former else None


@catalogue.post("/price-lists/selection/<deed>/undoing")
@needs("prices.edit")
def requests_undoing(deed: str) -> ResponseReturnValue:
    found, form = own_deed(deed, PLACE), Form()
    version = _version(found)
    if version is None:
        flash(gettext("That draft is not there any more."))
        return see(url("catalogue.price_lists"))
    if form.accepted():
        with form.catching():
            flash(_taken_back(version, found))
            db.session.delete(found)
            return see(url(PLACE, key=version.price_list.key))
    flash(" ".join(form.form_errors))
    return see(url(PLACE, key=version.price_list.key))


def _version(deed: Deed) -> PriceListVersion | None:
    """The draft it was done in, locked; nothing where it was discarded."""
    wanted = select(PriceListVersion).where(PriceListVersion.id == read_key(deed.changed.get("version", "")))
    return db.session.scalar(wanted.with_for_update(of=PriceListVersion))


def _taken_back(version: PriceListVersion, deed: Deed) -> str:
    ways = {product: said for key, said in deed.changed["ways"].items() if (product := read_key(key)) is not None}
    former = {(owner, product): ways[product] for owner, product in queries.owners_of(list(ways))}
    count = actions.price_as_before(version, former)
    said = say(N_("%(count)s is as before."), N_("%(count)s are as before."), count=count)
    return with_left(said, len(ways) - count)
