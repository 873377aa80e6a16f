"""What the dashboard says: figures in one statement, and the few rows that want somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import Account
from portal.catalogue.models import PriceList
from portal.core.db import Page, db
from portal.core.listing import Listing, alphabetical
from portal.core.scope import acting_scope
from portal.processes.models import OVER, Process, State
from portal.storefront import queries as storefronts
from portal.tenants.checklist import Checklist, Line
from portal.tenants.models import Organization, Tenant
from portal.tenants.models import State as TenantState
from portal.users.models import Kind as UserKind
from portal.users.models import User

SHOWN = 6
LIVING = (TenantState.ACTIVE, TenantState.SUSPENDED)


def figures(tenant_id: int) -> Any:
    """How many of everything its list shows, in one statement: accounts, users, price_lists, enquiries, resellers."""
    living = select(func.count(Tenant.id)).join(Organization, Organization.tenant_id == Tenant.id)
    return db.session.execute(
        select(
            select(func.count(Account.id)).where(Account.archived_at.is_(None)).scalar_subquery().label("accounts"),
            select(func.count(User.id)).where(User.kind == UserKind.STAFF).scalar_subquery().label("users"),
            select(func.count(PriceList.id))
            .where(PriceList.archived_at.is_(None))
            .scalar_subquery()
            .label("price_lists"),
            storefronts.waiting().label("enquiries"),
            living.where(Organization.parent_id == tenant_id, Tenant.state != TenantState.CLOSED)
            .scalar_subquery()
            .label("resellers"),
        )
    ).one()


def processes_of_note() -> Sequence[Process]:
    """What needs somebody first, then what is under way; the newest of each."""
    attention = Process.state == State.ATTENTION
    question = (
        select(Process)
        .where(Process.state.not_in(OVER), attention | ~Process.quiet)
        .order_by(attention.desc(), Process.created_at.desc())
        .limit(2 * SHOWN)
    )
    return db.session.scalars(question).all()


def newest_accounts() -> Sequence[Account]:
    return db.session.scalars(
        select(Account).where(Account.archived_at.is_(None)).order_by(Account.created_at.desc()).limit(SHOWN)
    ).all()


_CHECKED: tuple[Any, ...] = (Organization, Tenant, Checklist)
GO_LIVE_SORTS = {"name": alphabetical(Organization.name), "moved": Checklist.changed_at}


def checklists(asked: Listing) -> Page[Any]:
    """One page of the tenants below that live, each with its checklist.  One statement."""
    question = (
        select(*_CHECKED)
        .join(Tenant, Tenant.id == Organization.tenant_id)
        .join(Checklist, Checklist.tenant_id == Tenant.id)
        .where(Organization.parent_id == acting_scope().tenant_id, Tenant.state.in_(LIVING))
    )
    if asked.search:
        question = question.where(Organization.name.ilike(asked.pattern))
    return asked.page(question, Organization.tenant_id, rows=True)


def checklist_of(tenant: Tenant) -> Checklist | None:
    return db.session.scalar(select(Checklist).where(Checklist.tenant_id == tenant.id))


def stages(lines: Sequence[Line]) -> tuple[int, list[tuple[Line, int]]]:
    """How many tenants below live, and how many of them have each line done.  One statement."""
    done = [func.count().filter(Checklist.states[line.code].as_boolean()).label(line.code) for line in lines]
    row = db.session.execute(
        select(func.count().label("all"), *done)
        .select_from(Checklist)
        .join(Tenant, Tenant.id == Checklist.tenant_id)
        .where(Checklist.parent_id == acting_scope().tenant_id, Tenant.state.in_(LIVING))
    ).one()
    return row[0], list(zip(lines, row[1:], strict=True))
