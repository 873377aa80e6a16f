"""The page of one's own organization: how its documents are numbered, and what its orders go through."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.core.web import face, needs, render
from portal.tenants import numbering, queries

organization = face("organization", __name__)


@organization.get("/settings/organization")
@needs("accounts.view")
def show() -> ResponseReturnValue:
    return render(
        "organization/show.html",
        prefixes=queries.organization().numbering,
        numbering=numbering,
        statuses=queries.order_statuses(),
    )
