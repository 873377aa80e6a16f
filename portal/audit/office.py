"""The log of the whole house.  Pages of single rows show their own part through `audit/_records.html`."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.audit import queries
from portal.audit.forms import LogFilter
from portal.core.web import face, listing, needs, render

office = face("audit", __name__, door="office")


@office.get("/log")
@needs("log.view")
def log() -> ResponseReturnValue:
    form = LogFilter.asked(queries.actors())
    asked = listing(request.args, sorts={}, default="", filters=form.chosen())
    found = queries.records(**form.narrowed(), page=asked.number)
    return render("audit/log.html", form=form, records=found, listing=asked)
