"""What is lent with an errand, and what the database says of a charter."""

import pytest
from psycopg.errors import InsufficientPrivilege, UniqueViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Trespass
from portal.core.scope import Scope, acting
from portal.processes.models import Attempt, Outcome, Process, Task
from portal.tenants import actions as tenants
from portal.tenants.models import Organization
from tests.world import House


def errand(house: House, word: str, subject: House) -> Process:
    process = Process(plan_name="letter", about=word, name={"text": word}, subject_id=subject.tenant_id)
    process.tasks.append(Task(process_id=process.id, name="deliver", position=1))
    db.session.add(process)
    return process


@pytest.fixture
def lent(world) -> Scope:
    """North's scope as a worker has it that carries out one of Meridian's two processes."""
    with world.meridian.office():
        one, _ = errand(world.meridian, "lent", world.north), errand(world.meridian, "kept", world.north)
    return Scope(world.north.tenant_id, (world.meridian.tenant_id,), one.id)


def test_the_worker_sees_the_one_process_it_carries_out(world, lent):
    with world.north.app.app_context(), acting(lent):
        assert [process.about for process in db.session.scalars(select(Process))] == ["lent"]
        assert db.session.connection().exec_driver_sql("select about from process").scalars().all() == ["lent"]
        assert len(db.session.scalars(select(Task)).all()) == 1


def test_the_worker_writes_into_the_one_process_alone(world, lent):
    with world.north.app.app_context(), acting(lent):
        process = db.session.scalars(select(Process)).one()
        process.percent, task = 7, process.tasks[0]
        whose = {"tenant_id": process.tenant_id, "process_id": process.id, "task_id": task.id}
        db.session.add(Attempt(**whose, outcome=Outcome.DONE, worker="a worker", begun_at=now()))
        db.session.commit()
    with world.meridian.office():
        shown = {process.about: process.percent for process in db.session.scalars(select(Process))}
    assert shown == {"lent": 7, "kept": 0}


INSERT = (
    "insert into process (tenant_id, id, plan_name, about, name, quiet, subject_id, subject_name, facts, state, undoing,"
    " percent, stamp, started_by_name, started_by_email, created_at, moved_at)"
    " select %s, id, plan_name, 'planted', name, quiet, subject_id, subject_name, facts, state, undoing, percent, stamp,"
    " started_by_name, started_by_email, created_at, moved_at from process where id = %s"
)


@pytest.mark.parametrize("word", ["south", "strand", "fjord", "meridian", "north"])
def test_with_the_number_of_the_lent_process_nobody_else_is_given_one(world, lent, word):
    victim = getattr(world, word)
    with world.north.app.app_context(), acting(lent):
        with pytest.raises((ProgrammingError, IntegrityError)) as refused:
            db.session.connection().exec_driver_sql(INSERT, (victim.tenant_id, lent.process_id))
        db.session.rollback()
    outside = victim.tenant_id not in lent.line
    assert isinstance(refused.value.orig, InsufficientPrivilege if outside else UniqueViolation)


@pytest.mark.parametrize("word", ["south", "strand", "fjord"])
def test_the_lent_process_is_not_handed_to_anybody_else(world, lent, word):
    victim = getattr(world, word)
    both = (
        "with tasks as (update task set tenant_id = %s where process_id = %s)"
        " update process set tenant_id = %s where id = %s"
    )
    given = (victim.tenant_id, lent.process_id) * 2
    with world.north.app.app_context(), acting(lent):
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.connection().exec_driver_sql(both, given)
        db.session.rollback()


def test_the_first_wall_does_not_write_it_for_anybody_else_either(world, lent):
    with world.north.app.app_context(), acting(lent):
        row = Process(
            tenant_id=world.strand.tenant_id,
            id=lent.process_id,
            plan_name="letter",
            about="planted",
            name={"text": "x"},
        )
        row.subject_id = world.north.tenant_id
        db.session.add(row)
        with pytest.raises(Trespass):
            db.session.flush()
        db.session.rollback()


def test_the_worker_does_not_see_the_makers_belongings(world, lent):
    with world.north.app.app_context(), acting(lent):
        question = 'select distinct tenant_id from "user"'
        assert db.session.connection().exec_driver_sql(question).scalars().all() == [world.north.tenant_id]


def test_a_charter_names_the_tenants_true_parent(world):
    """Otherwise anybody could say of a tenant that is just being made that it stands below him."""
    with world.meridian.app.app_context():
        tenant = tenants.reserve(world.meridian.scope, edition=tenants.BASIC, name="newcomer")
        number = tenant.id
        db.session.commit()
    with pytest.raises(IntegrityError), world.north.office():
        db.session.add(_charter(number, world.north.tenant_id))
    with world.meridian.office():
        db.session.add(_charter(number, world.meridian.tenant_id))


def test_a_charter_never_changes_hands(world):
    with world.south.app.app_context(), acting(world.south.scope):
        own = db.session.scalars(select(Organization)).one()
        own.parent_id = world.north.tenant_id
        with pytest.raises(Trespass):
            db.session.flush()


def test_a_tenant_has_one_charter(world):
    with pytest.raises(IntegrityError), world.north.office():
        db.session.add(_charter(world.north.tenant_id, world.meridian.tenant_id))


def _charter(tenant_id: int, parent_id: int | None) -> Organization:
    words = {"name": "A name", "country": "DE", "currency": "EUR", "language": "en", "time_zone": "UTC"}
    return Organization(tenant_id=tenant_id, parent_id=parent_id, date_format="d MMM y", **words)
