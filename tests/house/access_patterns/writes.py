"""Ways to write.  Each tries to change, add or take away something of the aim."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, make_transient_to_detached

from portal.accounts.models import Account, Contact
from portal.catalogue.models import PriceList, PriceListEntry, Product
from portal.core.clock import now
from portal.core.db import add_many, db, get
from portal.core.keys import new_id
from portal.core.kinds import Belonging, Charter, Declaration, Errand, Offering, Owned
from portal.processes.models import Attempt, Outcome, Process, Task
from portal.tenants.checklist import Checklist
from portal.tenants.models import Organization
from tests.house.access_patterns.plots import Aim, Way
from tests.house.access_patterns.reads import pretended

WRITES: list[Way] = []
Write = Callable[[Session, Aim], None]
TABLE = Account.__table__
CLAIM = "now mine"


def a_write(kind: type[Owned] = Belonging) -> Callable[[Write], Write]:
    def keep(walk: Write) -> Write:
        WRITES.append(Way(kind, walk))
        return walk

    return keep


def facts(aim: Aim, **more: Any) -> dict[str, Any]:
    """A whole account of the aim's tenant."""
    always = {"name": CLAIM, "kind": "customer", "enabled_for_ordering": True, "payment_terms": 30, "version": 1}
    where = {"currency": "EUR", "country": "DE", "language": "en", "time_zone": "UTC", "created_at": now()}
    own = {"tenant_id": aim.tenant_id, "id": new_id(), "number": str(new_id())[-20:]}
    return {**own, **always, **where, **more}


def acting_for(aim: Aim) -> int:
    """The acting tenant, or the aim's when acting for nobody: for rows that claim to be our own."""
    scope = db.session().scope
    return scope.tenant_id if scope else aim.tenant_id


# ------------------------------------------------------------------------------------------------------- unit of work


@a_write()
def add_row_for_the_aim(session: Session, aim: Aim) -> None:
    session.add(Account(**facts(aim)))


@a_write()
def change_loaded_row(session: Session, aim: Aim) -> None:
    get(Account, aim.account).name = CLAIM


@a_write()
def delete_loaded_row(session: Session, aim: Aim) -> None:
    session.delete(get(Contact, aim.contact))


@a_write()
def change_made_up_row(session: Session, aim: Aim) -> None:
    pretended(session, Account, aim, aim.account).name = CLAIM


@a_write()
def delete_made_up_row(session: Session, aim: Aim) -> None:
    session.delete(pretended(session, Contact, aim, aim.contact))


@a_write()
def give_own_row_away(session: Session, aim: Aim) -> None:
    """To the aim.  Aimed at itself, it is renamed."""
    row = session.scalars(select(Contact)).first()
    assert row is not None
    row.tenant_id, row.name = aim.tenant_id, CLAIM


@a_write()
def take_made_up_row_over(session: Session, aim: Aim) -> None:
    row = pretended(session, Contact, aim, aim.contact)
    row.tenant_id, row.name = acting_for(aim), CLAIM


@a_write()
def merge_row(session: Session, aim: Aim) -> None:
    session.merge(Account(**facts(aim, id=aim.account, number="A-1")))


@a_write()
def merge_without_load(session: Session, aim: Aim) -> None:
    row = Account(tenant_id=aim.tenant_id, id=aim.account)
    make_transient_to_detached(row)
    session.merge(row, load=False).name = CLAIM


@a_write()
def own_child_of_the_aims_parent(session: Session, aim: Aim) -> None:
    session.add(Contact(tenant_id=acting_for(aim), account_id=aim.account, name=CLAIM))


@a_write()
def child_through_the_relationship(session: Session, aim: Aim) -> None:
    parent = pretended(session, Account, aim, aim.account)
    parent.contacts.append(Contact(tenant_id=acting_for(aim), name=CLAIM))


@a_write()
def add_row_in_savepoint(session: Session, aim: Aim) -> None:
    with session.begin_nested():
        session.add(Account(**facts(aim)))


@a_write()
def add_row_after_rollback(session: Session, aim: Aim) -> None:
    session.connection()
    session.rollback()
    session.add(Account(**facts(aim)))


# ----------------------------------------------------------------------------------------------- statements of the ORM


@a_write()
def update_where(session: Session, aim: Aim) -> None:
    session.execute(update(Account).where(Account.id == aim.account).values(name=CLAIM))


@a_write()
def update_everything(session: Session, _: Aim) -> None:
    session.execute(update(Account).values(name=CLAIM), execution_options={"synchronize_session": False})


@a_write()
def update_returning(session: Session, aim: Aim) -> None:
    statement = update(Account).where(Account.id == aim.account).values(name=CLAIM).returning(Account)
    session.scalars(statement).all()


@a_write()
def update_fetching(session: Session, aim: Aim) -> None:
    statement = update(Account).where(Account.id == aim.account).values(name=CLAIM)
    session.execute(statement, execution_options={"synchronize_session": "fetch"})


@a_write()
def update_from_another_table(session: Session, aim: Aim) -> None:
    statement = update(Contact).where(Contact.account_id == Account.id, Account.id == aim.account).values(name=CLAIM)
    session.execute(statement, execution_options={"synchronize_session": False})


@a_write()
def update_by_keys(session: Session, aim: Aim) -> None:
    session.execute(update(Account), [{"tenant_id": aim.tenant_id, "id": aim.account, "name": CLAIM}])


@a_write()
def update_that_moves_rows(session: Session, aim: Aim) -> None:
    statement = update(Contact).values(tenant_id=aim.tenant_id, name=CLAIM)
    session.execute(statement, execution_options={"synchronize_session": False})


@a_write()
def delete_where(session: Session, aim: Aim) -> None:
    session.execute(delete(Contact).where(Contact.id == aim.contact))


@a_write()
def delete_using_another_table(session: Session, aim: Aim) -> None:
    statement = delete(Contact).where(Contact.account_id == Account.id, Account.id == aim.account)
    session.execute(statement, execution_options={"synchronize_session": False})


@a_write()
def insert_values(session: Session, aim: Aim) -> None:
    session.execute(insert(Account).values(facts(aim)))


@a_write()
def insert_many(session: Session, aim: Aim) -> None:
    session.execute(insert(Account), [facts(aim), facts(aim)])


@a_write()
def insert_from_select(session: Session, aim: Aim) -> None:
    names = ["tenant_id", "id", "account_id", "name", "created_at"]
    given = select(*(getattr(Contact, name) if name != "id" else Contact.account_id for name in names))
    session.execute(insert(Contact).from_select(names, given.where(Contact.id == aim.contact)))


@a_write()
def insert_or_update(session: Session, aim: Aim) -> None:
    row = facts(aim, id=aim.account, number="A-1")
    statement = postgresql.insert(Account).values(row)
    session.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"name": CLAIM}))


@a_write()
def house_add_many(_: Session, aim: Aim) -> None:
    """Whatever tenant is written in a row, it becomes the acting one's."""
    add_many(Account, [facts(aim)])


@a_write()
def bulk_insert_mappings(session: Session, aim: Aim) -> None:
    session.bulk_insert_mappings(Account, [facts(aim)])


@a_write()
def bulk_update_mappings(session: Session, aim: Aim) -> None:
    session.bulk_update_mappings(Account, [{"tenant_id": aim.tenant_id, "id": aim.account, "name": CLAIM}])


@a_write()
def bulk_save_objects(session: Session, aim: Aim) -> None:
    session.bulk_save_objects([Account(**facts(aim))])


# ------------------------------------------------------------------------------------------------------- past the ORM


@a_write()
def core_insert(session: Session, aim: Aim) -> None:
    session.execute(insert(TABLE).values(facts(aim)))


@a_write()
def core_update(session: Session, aim: Aim) -> None:
    session.execute(update(TABLE).where(TABLE.c.id == aim.account).values(name=CLAIM))


@a_write()
def core_delete(session: Session, aim: Aim) -> None:
    table = Contact.__table__
    session.execute(delete(table).where(table.c.id == aim.contact))


@a_write()
def core_within_common_table(session: Session, aim: Aim) -> None:
    changed = update(TABLE).where(TABLE.c.id == aim.account).values(name=CLAIM).returning(TABLE.c.id).cte("changed")
    session.execute(select(changed.c.id)).all()


@a_write()
def plain_text(session: Session, aim: Aim) -> None:
    session.execute(text("update account set name = :name where id = :id"), {"name": CLAIM, "id": aim.account})


@a_write()
def driver_sql_update(session: Session, aim: Aim) -> None:
    session.connection().exec_driver_sql("update account set name = %s where id = %s", (CLAIM, aim.account))


@a_write()
def driver_sql_delete(session: Session, aim: Aim) -> None:
    session.connection().exec_driver_sql("delete from contact where id = %s", (aim.contact,))


@a_write()
def driver_sql_insert(session: Session, aim: Aim) -> None:
    row = (aim.tenant_id, new_id(), aim.account, CLAIM, now())
    order = "insert into contact (tenant_id, id, account_id, name, created_at) values (%s, %s, %s, %s, %s)"
    session.connection().exec_driver_sql(order, row)


@a_write()
def driver_cursor_many(session: Session, aim: Aim) -> None:
    with session.connection().connection.cursor() as cursor:
        cursor.executemany("update account set name = %s where tenant_id = %s", [(CLAIM, aim.tenant_id)] * 2)


@a_write()
def copy_in(session: Session, aim: Aim) -> None:
    driver: Any = session.connection().connection.driver_connection
    order = "copy contact (tenant_id, id, account_id, name, created_at) from stdin"
    with driver.cursor() as cursor, cursor.copy(order) as copied:
        copied.write_row((aim.tenant_id, new_id(), aim.account, CLAIM, now()))


@a_write()
def truncate(session: Session, _: Aim) -> None:
    session.connection().exec_driver_sql("truncate contact")


@a_write()
def take_the_wall_down(session: Session, _: Aim) -> None:
    session.connection().exec_driver_sql("alter table account disable row level security")


@a_write()
def drop_the_policy(session: Session, _: Aim) -> None:
    session.connection().exec_driver_sql("drop policy own on account")


@a_write()
def driver_sql_on_another_connection(_: Session, aim: Aim) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("update account set name = %s where id = %s", (CLAIM, aim.account))


# ----------------------------------------------------------------------------------------- offerings, errands, charters


@a_write(Offering)
def change_offering(session: Session, aim: Aim) -> None:
    """What comes from above is read, never written."""
    get(Product, aim.product).name = CLAIM


@a_write(Offering)
def delete_offering(session: Session, aim: Aim) -> None:
    session.execute(delete(PriceListEntry).where(PriceListEntry.product_id == aim.product))
    session.delete(get(Product, aim.product))


@a_write(Offering)
def update_offerings_where(session: Session, aim: Aim) -> None:
    session.execute(update(Product).where(Product.id == aim.product).values(name=CLAIM))


@a_write(Offering)
def update_offerings_by_driver_sql(session: Session, aim: Aim) -> None:
    session.connection().exec_driver_sql("update product set name = %s where id = %s", (CLAIM, aim.product))


@a_write(Offering)
def offer_in_the_name_of_the_aim(session: Session, aim: Aim) -> None:
    session.connection().exec_driver_sql(
        "insert into product (tenant_id, id, code, slug, name, family, vendor, summary, description, unit, tags, kind,"
        " charging, least, characteristics, picture, state, by_hand, created_at, version) values (%s, %s, 'NEW', 'new',"
        " 'new', '', '', '', '', '', '', 'primary', 'subscription', 1, '{}', '', 'active', false, now(), 1)",
        (aim.tenant_id, new_id()),
    )


@a_write()
def draw_on_the_aims_offering(session: Session, aim: Aim) -> None:
    """An own entry that points at the aim's product: good for what is offered from above, refused for a stranger's."""
    scope = db.session().scope
    version = session.scalars(select(PriceListEntry.version_id)).first() if scope else aim.version
    session.execute(delete(PriceListEntry))
    session.add(
        PriceListEntry(
            tenant_id=acting_for(aim), version_id=version, product_tenant_id=aim.tenant_id, product_id=aim.product
        )
    )


@a_write()
def fall_back_to_the_aims_list(session: Session, aim: Aim) -> None:
    """An own list, and what it does not have is to be sold by the aim's."""
    lower = {"falls_back_id": aim.price_list, "falls_back_height": 0}
    session.add(PriceList(tenant_id=acting_for(aim), name="upper", currency="EUR", **lower))


@a_write(Errand)
def change_errand(session: Session, aim: Aim) -> None:
    session.execute(update(Process).where(Process.id == aim.process).values(percent=99))


@a_write(Errand)
def change_made_up_errand(session: Session, aim: Aim) -> None:
    row = pretended(session, Process, aim, aim.process)
    row.percent = 99


@a_write(Errand)
def add_to_errand(session: Session, aim: Aim) -> None:
    session.add(Task(tenant_id=aim.tenant_id, process_id=aim.process, name="more", position=9))


@a_write(Errand)
def own_part_of_the_aims_errand(session: Session, aim: Aim) -> None:
    session.add(Task(tenant_id=acting_for(aim), process_id=aim.process, name="more", position=9))


def _attempt(aim: Aim, tenant_id: int) -> Attempt:
    return Attempt(
        tenant_id=tenant_id,
        process_id=aim.process,
        task_id=aim.task,
        outcome=Outcome.FAILED,
        worker="nobody",
        begun_at=now(),
    )


@a_write(Errand)
def append_to_history(session: Session, aim: Aim) -> None:
    session.add(_attempt(aim, aim.tenant_id))


@a_write(Errand)
def rewrite_history(session: Session, aim: Aim) -> None:
    """Attempts are kept for ever, also from their own tenant."""
    session.execute(update(Attempt).where(Attempt.process_id == aim.process).values(worker="nobody"))


@a_write(Errand)
def erase_history(session: Session, aim: Aim) -> None:
    session.execute(delete(Attempt).where(Attempt.process_id == aim.process))


@a_write(Charter)
def change_charter(session: Session, aim: Aim) -> None:
    session.execute(update(Organization).where(Organization.id == aim.organization).values(name=CLAIM))


def _charter(tenant_id: int, parent_id: int | None, row_id: UUID) -> Organization:
    words = {"name": CLAIM, "country": "DE", "currency": "EUR", "language": "en"}
    return Organization(
        tenant_id=tenant_id, parent_id=parent_id, id=row_id, time_zone="UTC", date_format="d MMM y", **words
    )


@a_write(Charter)
def second_charter_as_its_parent(session: Session, aim: Aim) -> None:
    """A charter that says of any tenant that it stands below us."""
    session.add(_charter(aim.tenant_id, acting_for(aim), new_id()))


@a_write(Charter)
def charter_handed_to_the_aim(session: Session, aim: Aim) -> None:
    """Our own charter, with the aim as the one above."""
    own = session.scalars(select(Organization).where(Organization.tenant_id == acting_for(aim))).one()
    own.parent_id = aim.tenant_id


@a_write(Charter)
def charter_handed_over_by_driver_sql(session: Session, aim: Aim) -> None:
    order = "update organization set parent_id = %s where tenant_id = %s"
    session.connection().exec_driver_sql(order, (aim.tenant_id, acting_for(aim)))


@a_write(Charter)
def delete_charter(session: Session, aim: Aim) -> None:
    session.execute(delete(Organization).where(Organization.id == aim.organization))


@a_write(Declaration)
def say_it_in_its_stead(session: Session, aim: Aim) -> None:
    """What a child says of itself is read above, and acted on: it is not written there."""
    said = session.scalars(select(Checklist).where(Checklist.tenant_id == aim.tenant_id)).one_or_none()
    if said is not None:
        said.states = {CLAIM: True}


@a_write(Declaration)
def say_it_in_sets(session: Session, aim: Aim) -> None:
    session.execute(update(Checklist).where(Checklist.tenant_id == aim.tenant_id).values(states={CLAIM: True}))


@a_write(Declaration)
def say_it_by_driver_sql(session: Session, aim: Aim) -> None:
    order = "update checklist set states = '{}', changed_at = now() where tenant_id = %s"
    session.connection().exec_driver_sql(order, (aim.tenant_id,))


@a_write(Declaration)
def say_it_first_by_driver_sql(session: Session, aim: Aim) -> None:
    """Where nothing was said yet, in the aim's name and with ourselves as the one above."""
    order = "insert into checklist (tenant_id, id, parent_id, states, changed_at) values (%s, %s, %s, '{}', now())"
    session.connection().exec_driver_sql(order, (aim.tenant_id, new_id(), acting_for(aim)))


@a_write(Declaration)
def unsay_it(session: Session, aim: Aim) -> None:
    session.execute(delete(Checklist).where(Checklist.tenant_id == aim.tenant_id))


@a_write(Declaration)
def unsay_it_by_driver_sql(session: Session, aim: Aim) -> None:
    session.connection().exec_driver_sql("delete from checklist where tenant_id = %s", (aim.tenant_id,))


# -------------------------------------------------------------------------------- last, for nothing is left afterwards


@a_write()
def delete_everything(session: Session, _: Aim) -> None:
    session.execute(delete(Contact))
