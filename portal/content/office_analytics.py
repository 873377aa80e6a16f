"""Where the visits of a shop are counted, in the office."""

from __future__ import annotations

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.content import counting
from portal.content.models import Analytics
from portal.content.office import content
from portal.core.forms import Compared, Number, Text
from portal.core.web import needs, render, see, url


class AnalyticsForm(Compared):
    """A Matomo, and the number of the shop there."""

    address = Text(_l("Address of Matomo"), longest=190, required=False)
    site = Number(_l("Site ID"), least=1, most=1_000_000, required=False)

    def __init__(self, row: Analytics | None) -> None:
        super().__init__({"address": row.address if row else "", "site": row.site if row else None})

    def terms(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        return {"address": self.address.data or "", "site": self.site.data}


@content.route("/storefront/statistics", methods=["GET", "POST"])
@needs("storefront.edit")
def analytics() -> ResponseReturnValue:
    row = counting.analytics()
    form = AnalyticsForm(row)
    if form.accepted():
        if form.is_overtaken:
            return render("content/analytics_conflict.html", **form.conflict(gettext("Visitor statistics"))), 409
        with form.catching():
            counting.count_at(row, **form.terms())
            flash(gettext("Saved. It holds from the next page on."))
            return see(url("content.analytics"))
    return render("content/analytics.html", form=form, row=row), form.status
