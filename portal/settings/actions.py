"""Writing down what an organization says of itself."""

from __future__ import annotations

from typing import Any

from portal.audit import changes, record
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.words import N_, say
from portal.settings.models import Bank, Company, Tax
from portal.tenants.actions import raise_stamp
from portal.tenants.models import Organization

VERBS = {Company: "company.changed", Tax: "tax.changed", Bank: "bank.changed"}


def write(row: Company | Tax | Bank, *, version: int, **facts: Any) -> None:
    """Keep what was typed over what was read as `version`.  Raises Conflict when somebody wrote in between."""
    _unchanged(row, version)
    for name, value in facts.items():
        setattr(row, name, value)
    db.session.add(row)
    before, after = changes(row)
    before.pop("changed_at", None)
    after.pop("changed_at", None)
    if after:
        row.changed_at = now()
        raise_stamp()
        record(VERBS[type(row)], row, before=before, after=after)


def settle_region(organization: Organization, *, version: int, language: str, time_zone: str, date_format: str) -> None:
    """How the tenant's office and shop write dates and words.  Currency and country are agreed with the one above."""
    _change(organization, version=version, language=language, time_zone=time_zone, date_format=date_format)


def number(organization: Organization, *, version: int, **prefixes: str) -> None:
    """What document numbers begin with, from the next document on."""
    _change(organization, version=version, numbering={**organization.numbering, **prefixes})


def _change(organization: Organization, *, version: int, **facts: Any) -> None:
    _unchanged(organization, version)
    for name, value in facts.items():
        setattr(organization, name, value)
    before, after = changes(organization)
    if after:
        raise_stamp()
        record("organization.changed", organization, before=before, after=after)


def _unchanged(row: Company | Tax | Bank | Organization, version: int) -> None:
    if row.version != version:
        raise Conflict(say(N_("Somebody changed this while you were writing.")))
