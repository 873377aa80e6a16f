"""Who is told what: the new administrator how to come in, the maker that it is done, or that it stopped and why."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from portal.audit import record
from portal.core.db import db
from portal.core.words import Line, say
from portal.notifications.actions import write
from portal.notifications.notices import wants_mail
from portal.notifications.stopping import way_out
from portal.processes.models import Process
from portal.tenants import client_ids, hosts
from portal.tenants import queries as places
from portal.tenants.models import Edition, Tenant
from portal.users import actions as users
from portal.users import tickets
from portal.users.models import Purpose, User


def welcome(process: Process, tenant: Tenant) -> str:
    """Write to the administrator: with an invitation, or, where a password was typed, without.  Gives his name."""
    user = db.session.scalars(select(User).where(User.username == process.facts["administrator"]["username"])).one()
    facts = process.facts
    settings = current_app.config["VITRINE"]
    invited = user.password_hash is None
    link = (
        tickets.issue(user, purpose=Purpose.INVITATION, client_id=tenant.client_id or "")
        if invited
        else f"{settings.office_url}/sign-in"
    )
    write(
        "welcome_invitation" if invited else "welcome",
        to=(user.name, user.email),
        language=facts["language"],
        values={
            "tenant": facts["name"],
            "client_id": client_ids.spelled(tenant.client_id),
            "username": user.username,
            "storefront": hosts.shop_url(facts["storefront"]),
            "hours": tickets.LASTS[Purpose.INVITATION] // timedelta(hours=1),
            "days": users.INITIAL_LASTS.days,
        },
        link=link,
    )
    return user.name


def report_ready(process: Process) -> None:
    """Note it in the maker's log, and write the maker's letter, “The reseller is ready!”."""
    tenant, settings = db.session.get_one(Tenant, process.subject_id), current_app.config["VITRINE"]
    record("tenant.ready", places.child(client_ids.spelled(tenant.client_id))[0])
    if not process.started_by_email or not wants_mail(process.started_by_id, "process_done"):
        return
    client_id = client_ids.spelled(tenant.client_id)
    write(
        "tenant_ready",
        to=(process.started_by_name, process.started_by_email),
        language=places.organization().language,
        clothes="shop",  # it is his own house that tells him
        values={
            "tenant": process.facts["name"],
            "administrator": process.facts["administrator"]["name"],
            "client_id": client_id,
            "edition": db.session.get_one(Edition, tenant.edition_code).name,
            "storefront": hosts.shop_url(process.facts["storefront"]),
            "way_out": way_out(process.started_by_id, "process_done"),
        },
        link=f"{settings.office_url}/tenants/{client_id}",
    )


def report_stuck(process: Process) -> None:
    """The maker's letter: which task, why, what to do."""
    task = process.current
    if not process.started_by_email or task is None or not wants_mail(process.started_by_id, "process_attention"):
        return
    settings = current_app.config["VITRINE"]
    write(
        "process_attention",
        to=(process.started_by_name, process.started_by_email),
        language=places.organization().language,
        clothes="shop",  # it is his own house that tells him
        values={
            "process": Line.of(process.name),
            "task": say(task.step.title),
            "why": Line.of(process.reason or {"text": ""}),
            "way_out": way_out(process.started_by_id, "process_attention"),
        },
        link=f"{settings.office_url}/processes/{process.key}",
    )
