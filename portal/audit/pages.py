"""The log of one row, as its page shows it or as a file."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.audit import queries
from portal.audit.columns import COLUMNS
from portal.core.db import Model
from portal.core.exports import download
from portal.core.listing import MOST_EXPORTED, listing
from portal.core.web import render


def log_of(row: Model, template: str, **context: Any) -> ResponseReturnValue:
    """What happened to the row and its parts, on the page that is about it; or the file that was asked for instead."""
    asked = listing(sorts={"at": None}, default="at")
    if asked.form:
        return download(asked, gettext("Log Records"), COLUMNS, queries.records(row=row, size=MOST_EXPORTED))
    found = queries.records(row=row, page=asked.number)
    return render(template, records=found, listing=asked, files=True, **context)
