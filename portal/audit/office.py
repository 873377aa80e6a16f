"""The log of the whole house.  Pages of single rows show their own part through `audit/_records.html`."""

from portal.audit import queries
from portal.audit.forms import LogFilter
from portal.core.web import face, needs, render

office = face("audit", __name__, door="office")


@office.get("/log")
@needs("log.view")
def index() -> str:
    asked = LogFilter.asked(queries.actors())
    listing = asked.listing()
    found = queries.records(**asked.narrowed(), page=listing.number)
    return render("audit/index.html", asked=asked, records=found, listing=listing)
