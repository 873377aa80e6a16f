"""Ways to read.  Each gives the numbers of the tenants whose rows it saw."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    case,
    column,
    distinct,
    exists,
    func,
    intersect,
    lateral,
    literal,
    literal_column,
    select,
    table,
    tablesample,
    text,
    true,
    union,
    union_all,
    values,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import (
    Bundle,
    Session,
    aliased,
    contains_eager,
    immediateload,
    joinedload,
    make_transient_to_detached,
    selectinload,
    subqueryload,
    with_parent,
)

from portal.accounts.models import Account, Contact
from portal.catalogue.models import PriceList, PriceListEntry, PriceListVersion, Product
from portal.catalogue.prices.reading import markets_named
from portal.core.db import db, get, page
from portal.core.kinds import Belonging, Charter, Declaration, Errand, Offering, Owned
from portal.processes.models import Attempt, Process, Task
from portal.tenants.checklist import Checklist
from portal.tenants.models import Organization, Tenant
from tests.house.access_patterns.plots import Aim, Way

READS: list[Way] = []
Read = Callable[[Session, Aim], Iterable[int]]
TABLE = Account.__table__


def a_read(kind: type[Owned] = Belonging) -> Callable[[Read], Read]:
    def keep(walk: Read) -> Read:
        READS.append(Way(kind, walk))
        return walk

    return keep


def owners(rows: Iterable[Any]) -> list[int]:
    return [row.tenant_id for row in rows]


def pretended(session: Session, kind: type[Any], aim: Aim, row_id: Any) -> Any:
    """A row made up from its key alone, which the session takes for one it has loaded before."""
    row = kind(tenant_id=aim.tenant_id, id=row_id)
    make_transient_to_detached(row)
    session.add(row)
    return row


# ---------------------------------------------------------------------------------------------- one table, by the ORM


@a_read()
def select_entity(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account)))


@a_read()
def select_columns(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.execute(select(Account.tenant_id, Account.name)))


@a_read()
def select_one_column(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(Account.tenant_id)).all()


@a_read()
def select_by_key(session: Session, aim: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account).where(Account.tenant_id == aim.tenant_id, Account.id == aim.account)))


@a_read()
def select_by_id_alone(session: Session, aim: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account).filter_by(id=aim.account)))


@a_read()
def select_alias(session: Session, _: Aim) -> Iterable[int]:
    other = aliased(Account, name="other")
    return owners(session.scalars(select(other)))


@a_read()
def select_bundle(session: Session, _: Aim) -> Iterable[int]:
    bundle: Bundle[Any] = Bundle("it", Account.tenant_id, Account.name)
    return [row.it.tenant_id for row in session.execute(select(bundle))]


@a_read()
def select_mappings(session: Session, _: Aim) -> Iterable[int]:
    return [row["tenant_id"] for row in session.execute(select(Account.tenant_id, Account.id)).mappings()]


@a_read()
def select_from_without_columns(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(literal_column("account.tenant_id", Integer)).select_from(Account)).all()


@a_read()
def order_limit_offset(session: Session, aim: Aim) -> Iterable[int]:
    question = select(Account).order_by(case((Account.tenant_id == aim.tenant_id, 0), else_=1)).limit(1).offset(0)
    return owners(session.scalars(question))


@a_read()
def distinct_on(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account).ext(postgresql.distinct_on(Account.tenant_id))))


@a_read()
def for_update(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account).with_for_update(skip_locked=True)))


@a_read()
def table_sample(session: Session, _: Aim) -> Iterable[int]:
    sample = tablesample(TABLE, func.system(100))
    return owners(session.scalars(select(aliased(Account, sample))))


@a_read()
def legacy_query(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.query(Account).all())


@a_read()
def legacy_count(session: Session, aim: Aim) -> Iterable[int]:
    return [aim.tenant_id] * session.query(Account).filter(Account.tenant_id == aim.tenant_id).count()


@a_read()
def house_get(_: Session, aim: Aim) -> Iterable[int]:
    return [get(Account, aim.account).tenant_id]


@a_read()
def house_page(_: Session, __: Aim) -> Iterable[int]:
    return owners(page(select(Account).order_by(Account.name)))


# ------------------------------------------------------------------------------------------------------------- joins


@a_read()
def join_relationship(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(Account.tenant_id).join(Account.contacts)).all()


@a_read()
def join_on_truth(session: Session, _: Aim) -> Iterable[int]:
    """A join that forgot its condition."""
    return session.scalars(select(Account.tenant_id).select_from(Contact).join(Account, true())).all()


@a_read()
def join_from_platform_table(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(
        select(Account.tenant_id).select_from(Tenant).join(Account, Account.tenant_id == Tenant.id)
    ).all()


@a_read()
def outer_join(session: Session, _: Aim) -> Iterable[int]:
    question = select(Tenant.id, Account.tenant_id).outerjoin(Account, Account.tenant_id == Tenant.id)
    return [seen for _, seen in session.execute(question) if seen is not None]


@a_read()
def full_outer_join(session: Session, _: Aim) -> Iterable[int]:
    """What the join does not match it keeps, whatever fence stands in its condition."""
    question = select(Account.tenant_id, Contact.tenant_id).join(Contact, Contact.id == Account.id, full=True)
    return [seen for row in session.execute(question) for seen in row if seen is not None]


@a_read()
def self_join(session: Session, _: Aim) -> Iterable[int]:
    other = aliased(Account)
    return session.scalars(select(other.tenant_id).select_from(Account).join(other, true())).all()


@a_read()
def comma_join(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(Contact.tenant_id).where(Account.tenant_id == Contact.tenant_id)).all()


@a_read()
def join_values(session: Session, aim: Aim) -> Iterable[int]:
    wanted = values(column("number", Integer), name="wanted").data([(aim.tenant_id,)])
    return session.scalars(select(Account.tenant_id).join(wanted, Account.tenant_id == wanted.c.number)).all()


@a_read()
def lateral_join(session: Session, _: Aim) -> Iterable[int]:
    inner = lateral(select(Account.tenant_id.label("seen")).where(Account.tenant_id == Tenant.id))
    return session.scalars(select(inner.c.seen).select_from(Tenant).join(inner, true())).all()


# ---------------------------------------------------------------------------------------------- statements in statements


@a_read()
def subquery(session: Session, _: Aim) -> Iterable[int]:
    inner = select(Account).subquery()
    return session.scalars(select(inner.c.tenant_id)).all()


@a_read()
def alias_of_subquery(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(aliased(Account, select(Account).subquery()))))


@a_read()
def common_table(session: Session, _: Aim) -> Iterable[int]:
    inner = select(Account.tenant_id).cte("inner_accounts")
    return session.scalars(select(inner.c.tenant_id)).all()


@a_read()
def recursive_common_table(session: Session, aim: Aim) -> Iterable[int]:
    start = select(Account.tenant_id, Account.id).where(Account.id == aim.account).cte("walk", recursive=True)
    further = select(Account.tenant_id, Account.id).join(start, Account.bill_to_id == start.c.id)
    whole = start.union(further)
    return session.scalars(select(whole.c.tenant_id)).all()


@a_read()
def exists_alone(session: Session, aim: Aim) -> Iterable[int]:
    there = session.scalar(select(exists().where(Account.tenant_id == aim.tenant_id)))
    return [aim.tenant_id] if there else []


@a_read()
def exists_in_where(session: Session, aim: Aim) -> Iterable[int]:
    there = exists(select(Account.id).where(Account.tenant_id == Tenant.id))
    return session.scalars(select(Tenant.id).where(there, Tenant.id == aim.tenant_id)).all()


@a_read()
def relationship_any(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account).where(Account.contacts.any(Contact.name.contains("contact")))))


@a_read()
def in_subquery(session: Session, aim: Aim) -> Iterable[int]:
    inner = select(Account.tenant_id).where(Account.id == aim.account)
    return session.scalars(select(Tenant.id).where(Tenant.id.in_(inner))).all()


@a_read()
def scalar_subquery(session: Session, aim: Aim) -> Iterable[int]:
    inner = select(Account.tenant_id).where(Account.id == aim.account).scalar_subquery()
    seen = session.scalar(select(inner))
    return [seen] if seen is not None else []


@a_read()
def correlated_subquery(session: Session, _: Aim) -> Iterable[int]:
    count = select(func.count(Account.id)).where(Account.tenant_id == Tenant.id).correlate(Tenant).scalar_subquery()
    return [tenant for tenant, number in session.execute(select(Tenant.id, count)) if number]


@a_read()
def union_of_columns(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(union(select(Account.tenant_id), select(Contact.tenant_id))).all()


@a_read()
def union_all_in_subquery(session: Session, _: Aim) -> Iterable[int]:
    inner = union_all(select(Account.tenant_id), select(Contact.tenant_id)).subquery()
    return session.scalars(select(inner.c.tenant_id)).all()


@a_read()
def intersection(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(intersect(select(Account.tenant_id), select(Contact.tenant_id))).all()


@a_read()
def entities_from_union(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account).from_statement(union_all(select(Account), select(Account)))))


# -------------------------------------------------------------------------------------------------------- many to one


@a_read()
def aggregate(session: Session, _: Aim) -> Iterable[int]:
    return session.scalar(select(func.array_agg(distinct(Account.tenant_id)))) or []


@a_read()
def count_of_the_aim(session: Session, aim: Aim) -> Iterable[int]:
    number = session.scalar(select(func.count()).select_from(Account).where(Account.tenant_id == aim.tenant_id))
    return [aim.tenant_id] * (number or 0)


@a_read()
def group_by(session: Session, _: Aim) -> Iterable[int]:
    question = select(Account.tenant_id, func.count()).group_by(Account.tenant_id).having(func.count() > 0)
    return [tenant for tenant, _ in session.execute(question)]


@a_read()
def window(session: Session, _: Aim) -> Iterable[int]:
    question = select(func.array_agg(Account.tenant_id).over(order_by=Account.name))
    return [tenant for row in session.scalars(question) for tenant in row]


@a_read()
def whole_row_as_json(session: Session, _: Aim) -> Iterable[int]:
    found = session.scalars(select(func.to_jsonb(literal_column("account"))).select_from(Account))
    return [(json.loads(row) if isinstance(row, str) else row)["tenant_id"] for row in found]


# ------------------------------------------------------------------------------------------------- relationship loads


def _contacts_of(session: Session, question: Select[Any]) -> Iterable[int]:
    return [contact.tenant_id for account in session.scalars(question).unique() for contact in account.contacts]


@a_read()
def lazy_many(session: Session, _: Aim) -> Iterable[int]:
    return _contacts_of(session, select(Account))


@a_read()
def lazy_one(session: Session, _: Aim) -> Iterable[int]:
    return [contact.account.tenant_id for contact in session.scalars(select(Contact))]


@a_read()
def lazy_from_made_up_parent(session: Session, aim: Aim) -> Iterable[int]:
    return owners(pretended(session, Account, aim, aim.account).contacts)


@a_read()
def lazy_from_made_up_child(session: Session, aim: Aim) -> Iterable[int]:
    """A child whose key to its parent is typed, not loaded."""
    child = Contact(tenant_id=aim.tenant_id, account_id=aim.account, name="x")
    make_transient_to_detached(child)
    session.add(child)
    return [child.account.tenant_id] if child.account else []


@a_read()
def selectin_load(session: Session, _: Aim) -> Iterable[int]:
    return _contacts_of(session, select(Account).options(selectinload(Account.contacts)))


@a_read()
def joined_load(session: Session, _: Aim) -> Iterable[int]:
    return _contacts_of(session, select(Account).options(joinedload(Account.contacts)))


@a_read()
def subquery_load(session: Session, _: Aim) -> Iterable[int]:
    return _contacts_of(session, select(Account).options(subqueryload(Account.contacts)))


@a_read()
def immediate_load(session: Session, _: Aim) -> Iterable[int]:
    return _contacts_of(session, select(Account).options(immediateload(Account.contacts)))


@a_read()
def contains_eager_load(session: Session, _: Aim) -> Iterable[int]:
    question = select(Account).join(Contact, true()).options(contains_eager(Account.contacts))
    return _contacts_of(session, question)


@a_read()
def children_with_parent(session: Session, aim: Aim) -> Iterable[int]:
    parent = Account(tenant_id=aim.tenant_id, id=aim.account)
    return owners(session.scalars(select(Contact).where(with_parent(parent, Account.contacts))))


# ------------------------------------------------------------------------------------- the session and what it remembers


@a_read()
def session_get(session: Session, aim: Aim) -> Iterable[int]:
    found = session.get(Account, (aim.tenant_id, aim.account))
    return [found.tenant_id] if found else []


@a_read()
def refresh(session: Session, aim: Aim) -> Iterable[int]:
    row = pretended(session, Account, aim, aim.account)
    session.refresh(row)
    return [row.tenant_id] if row.name else []


@a_read()
def expired_attribute(session: Session, aim: Aim) -> Iterable[int]:
    row = pretended(session, Account, aim, aim.account)
    return [row.tenant_id] if row.name else []


@a_read()
def get_from_identity_map(session: Session, aim: Aim) -> Iterable[int]:
    pretended(session, Account, aim, aim.account)
    found = session.get(Account, (aim.tenant_id, aim.account))
    return [found.tenant_id] if found and found.name else []


@a_read()
def populate_existing(session: Session, aim: Aim) -> Iterable[int]:
    row = pretended(session, Account, aim, aim.account)
    session.scalars(select(Account).execution_options(populate_existing=True)).all()
    return [row.tenant_id] if "name" in row.__dict__ else []


@a_read()
def merge_with_load(session: Session, aim: Aim) -> Iterable[int]:
    """Merging loads the row of that key first; what was not given then comes from the database."""
    with session.no_autoflush:
        merged = session.merge(Account(tenant_id=aim.tenant_id, id=aim.account))
        return [merged.tenant_id] if merged.__dict__.get("name") else []


@a_read()
def merge_without_load(session: Session, aim: Aim) -> Iterable[int]:
    row = Account(tenant_id=aim.tenant_id, id=aim.account)
    make_transient_to_detached(row)
    merged = session.merge(row, load=False)
    return [merged.tenant_id] if merged.name else []


@a_read()
def yield_in_parts(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account).execution_options(yield_per=1)))


@a_read()
def streamed(session: Session, _: Aim) -> Iterable[int]:
    found = session.execute(select(Account).execution_options(stream_results=True))
    return [row.Account.tenant_id for part in found.partitions(2) for row in part]


@a_read()
def within_savepoint(session: Session, _: Aim) -> Iterable[int]:
    with session.begin_nested():
        return owners(session.scalars(select(Account)))


@a_read()
def after_savepoint_rolled_back(session: Session, _: Aim) -> Iterable[int]:
    session.begin_nested().rollback()
    return session.connection().exec_driver_sql("select tenant_id from account").scalars().all()


@a_read()
def after_rollback(session: Session, _: Aim) -> Iterable[int]:
    session.connection()
    session.rollback()
    return session.connection().exec_driver_sql("select tenant_id from account").scalars().all()


@a_read()
def after_commit(session: Session, _: Aim) -> Iterable[int]:
    session.connection()
    session.commit()
    return owners(session.scalars(select(Account)))


@a_read()
def after_close(session: Session, _: Aim) -> Iterable[int]:
    session.connection()
    session.close()
    return session.connection().exec_driver_sql("select tenant_id from account").scalars().all()


# ----------------------------------------------------------------------------------------------------- past the ORM


@a_read()
def core_table(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(TABLE.c.tenant_id)).all()


@a_read()
def core_join(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(TABLE.c.tenant_id).select_from(Tenant.__table__.join(TABLE, true()))).all()


@a_read()
def core_alias(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(TABLE.alias("a").c.tenant_id)).all()


@a_read()
def core_table_in_orm_statement(session: Session, _: Aim) -> Iterable[int]:
    """The fence knows entities; a bare table beside one is wall 2's to hold."""
    return session.scalars(select(TABLE.c.tenant_id).select_from(Contact).join(TABLE, true())).all()


@a_read()
def core_on_own_connection(session: Session, _: Aim) -> Iterable[int]:
    return session.connection().execute(select(TABLE.c.tenant_id)).scalars().all()


@a_read()
def core_on_another_connection(_: Session, __: Aim) -> Iterable[int]:
    with db.engine.connect() as connection:
        return connection.execute(select(TABLE.c.tenant_id)).scalars().all()


@a_read()
def table_by_its_name_alone(session: Session, _: Aim) -> Iterable[int]:
    """A table clause that is no table of ours by anything but its name."""
    named = table("account", column("tenant_id"))
    return session.scalars(select(named.c.tenant_id)).all()


@a_read()
def plain_text(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(text("select tenant_id from account")).all()


@a_read()
def text_as_source(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(literal_column("tenant_id")).select_from(text("account"))).all()


@a_read()
def text_in_where(session: Session, _: Aim) -> Iterable[int]:
    """Loosens the fence by precedence: `true or true and …`."""
    return owners(session.scalars(select(Account).where(text("true or true"))))


@a_read()
def entities_from_text(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Account).from_statement(text("select * from account"))))


@a_read()
def text_with_columns(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(text("select tenant_id from account").columns(Account.tenant_id)).all()


@a_read()
def driver_sql(session: Session, _: Aim) -> Iterable[int]:
    return session.connection().exec_driver_sql("select tenant_id from account").scalars().all()


@a_read()
def driver_cursor(session: Session, _: Aim) -> Iterable[int]:
    with session.connection().connection.cursor() as cursor:
        cursor.execute("select tenant_id from account")
        return [tenant for (tenant,) in cursor.fetchall()]


@a_read()
def copy_out(session: Session, _: Aim) -> Iterable[int]:
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("copy (select tenant_id from account) to stdout") as copied:
        return [int(tenant) for (tenant,) in copied.rows()]


@a_read()
def driver_sql_on_another_connection(_: Session, __: Aim) -> Iterable[int]:
    with db.engine.connect() as connection:
        return connection.exec_driver_sql("select tenant_id from account").scalars().all()


@a_read()
def raw_connection_of_the_pool(_: Session, __: Aim) -> Iterable[int]:
    raw = db.engine.raw_connection()
    try:
        with raw.cursor() as cursor:
            cursor.execute("select tenant_id from account")
            return [tenant for (tenant,) in cursor.fetchall()]
    finally:
        raw.close()


@a_read()
def said_to_be_fenced(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(TABLE.c.tenant_id), execution_options={"fenced": True}).all()


@a_read()
def said_to_be_reviewed(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(Account.tenant_id), execution_options={"reviewed": True}).all()


@a_read()
def row_security_switched_off(session: Session, _: Aim) -> Iterable[int]:
    connection = session.connection()
    connection.exec_driver_sql("set local row_security = off")
    return connection.exec_driver_sql("select tenant_id from account").scalars().all()


@a_read()
def in_the_role_of_the_owner(session: Session, _: Aim) -> Iterable[int]:
    connection = session.connection()
    connection.exec_driver_sql("set local role vitrine_owner")
    return connection.exec_driver_sql("select tenant_id from account").scalars().all()


# ----------------------------------------------------------------------------------------- offerings, errands, charters


@a_read(Offering)
def offering_entity(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Product)))


@a_read(Offering)
def offering_by_get(session: Session, aim: Aim) -> Iterable[int]:
    found = session.get(Product, (aim.tenant_id, aim.product))
    return [found.tenant_id] if found else []


@a_read(Offering)
def offering_by_driver_sql(session: Session, _: Aim) -> Iterable[int]:
    return session.connection().exec_driver_sql("select tenant_id from product").scalars().all()


@a_read(Offering)
def offering_drawn_on(session: Session, aim: Aim) -> Iterable[int]:
    """From an own entry, made up to point anywhere."""
    scope = db.session().scope
    entry = PriceListEntry(
        tenant_id=scope.tenant_id if scope else aim.tenant_id,
        version_id=aim.version,
        product_tenant_id=aim.tenant_id,
        product_id=aim.product,
    )
    make_transient_to_detached(entry)
    session.add(entry)
    return [entry.product.tenant_id] if entry.product else []


@a_read(Offering)
def offering_joined_to_entries(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(Product.tenant_id).select_from(PriceListEntry).join(Product, true())).all()


@a_read()
def entries_joined_to_offering(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(PriceListEntry.tenant_id).select_from(Product).join(PriceListEntry, true())).all()


@a_read()
def lists_down_a_chain(session: Session, aim: Aim) -> Iterable[int]:
    """The table joined to itself under several names, from the aim's list down to the last it falls back to."""
    versions = markets_named(PriceList.id == aim.price_list)
    return session.scalars(versions.with_only_columns(PriceListVersion.tenant_id, maintain_column_froms=True)).all()


@a_read(Errand)
def errand_entity(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Process)))


@a_read(Errand)
def errand_by_its_process(session: Session, aim: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Task).where(Task.process_id == aim.process)))


@a_read(Errand)
def errand_parts_selectin(session: Session, _: Aim) -> Iterable[int]:
    question = select(Process).options(selectinload(Process.tasks).selectinload(Task.history))
    return [
        attempt.tenant_id for process in session.scalars(question) for task in process.tasks for attempt in task.history
    ]


@a_read(Errand)
def errand_parts_by_get(session: Session, aim: Aim) -> Iterable[int]:
    found = session.get(Task, (aim.tenant_id, aim.task))
    return [found.tenant_id] if found else []


@a_read(Errand)
def errand_by_driver_sql(session: Session, _: Aim) -> Iterable[int]:
    return session.connection().exec_driver_sql("select tenant_id from attempt").scalars().all()


@a_read(Errand)
def errand_core(session: Session, _: Aim) -> Iterable[int]:
    return session.scalars(select(Attempt.__table__.c.tenant_id)).all()


@a_read(Charter)
def charter_entity(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Organization)))


@a_read(Charter)
def charter_by_get(session: Session, aim: Aim) -> Iterable[int]:
    found = session.get(Organization, (aim.tenant_id, aim.organization))
    return [found.tenant_id] if found else []


@a_read(Charter)
def charter_from_every_tenant(session: Session, _: Aim) -> Iterable[int]:
    question = (
        select(Organization.tenant_id).select_from(Tenant).join(Organization, Organization.tenant_id == Tenant.id)
    )
    return session.scalars(question).all()


@a_read(Charter)
def charter_by_driver_sql(session: Session, _: Aim) -> Iterable[int]:
    return session.connection().exec_driver_sql("select tenant_id from organization").scalars().all()


@a_read(Charter)
def charter_in_union_with_literals(session: Session, _: Aim) -> Iterable[int]:
    return [seen for seen in session.scalars(union_all(select(Organization.tenant_id), select(literal(0)))) if seen]


@a_read(Declaration)
def declaration_entity(session: Session, _: Aim) -> Iterable[int]:
    return owners(session.scalars(select(Checklist)))


@a_read(Declaration)
def declaration_by_driver_sql(session: Session, _: Aim) -> Iterable[int]:
    return session.connection().exec_driver_sql("select tenant_id from checklist").scalars().all()
