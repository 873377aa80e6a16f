"""The log of the whole house.  Pages of single rows show their own part through `audit/_records.html`."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from portal.audit import latest, queries
from portal.audit.columns import COLUMNS
from portal.audit.forms import LogFilter
from portal.audit.rows import Mention, address
from portal.core.exports import download
from portal.core.listing import MOST_EXPORTED
from portal.core.web import face, needs, render

office = face("audit", __name__, door="office")


@office.get("/log")
@needs("log.view")
def index() -> ResponseReturnValue:
    asked = LogFilter.asked(queries.actors())
    listing = asked.listing()
    if listing.form:
        found = queries.records(**asked.narrowed(), size=MOST_EXPORTED)
        return download(listing, gettext("Log Records"), COLUMNS, found)
    found = queries.records(**asked.narrowed(), page=listing.number)
    return render("audit/index.html", asked=asked, records=found, listing=listing, files=True)


office.add_app_template_global(latest.last_change)


@office.app_template_global()
def mentioned(value: Any) -> Any:
    """A row the log tells of leads to its page, where the reader may see that; everything else stays as it is."""
    where = address(value) if isinstance(value, Mention) else None
    return value if where is None else Markup('<a href="{}">{}</a>').format(where, value)
