"""Starting, retrying and cancelling: what the verbs allow, and what they write."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.jobs import Work
from portal.core.words import say
from portal.processes import actions
from portal.processes.models import Process, State
from portal.processes.plans import Plan, Step
from portal.processes.queries import whole
from tests.processes.rehearsal import PLAY, begin, seen, trail


def test_starting_writes_process_tasks_work_and_log_at_once(meridian, script):
    key = begin(meridian, about="account:7")
    process = seen(meridian, key)
    assert process.state is State.QUEUED
    assert [task.name for task in process.tasks] == ["first", "second", "third", "last"]
    assert trail(meridian) == ["process.started"]
    with meridian.office():
        work = db.session.get(Work, process.id)
        assert work.due_at is not None
        assert (work.tenant_id, work.subject_id) == (meridian.tenant_id, meridian.tenant_id)


def test_what_is_rolled_back_was_never_started(meridian, worker, script):
    with meridian.office():
        actions.start(PLAY, name=say("Rehearse"), about="account:7", facts={})
        db.session.rollback()
    assert worker.run_due() == 0
    assert trail(meridian) == []


def test_starting_twice_about_the_same_gives_the_first(meridian, script):
    assert begin(meridian, about="account:7") == begin(meridian, about="account:7")


def test_two_tenants_may_do_the_same_at_once(north, south, script):
    assert begin(north, about="account:7") != begin(south, about="account:7")


def test_when_the_first_is_over_a_second_may_start(meridian, worker, script):
    first = begin(meridian, about="account:7")
    worker.run_due()
    assert begin(meridian, about="account:7") != first


def test_two_at_the_same_moment_make_one(meridian, script):
    together, keys = Barrier(4), []

    def start() -> None:
        together.wait()
        keys.append(begin(meridian, about="account:7"))

    threads = [Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1
    with meridian.office():
        assert db.session.scalar(select(func.count()).select_from(Process)) == 1


def test_only_what_needs_attention_is_retried(meridian, worker, script):
    key = begin(meridian)
    with pytest.raises(Conflict), meridian.office():
        actions.retry(whole(key))
    worker.run_due()
    with pytest.raises(Conflict), meridian.office():
        actions.retry(whole(key))


def test_cancelling_twice_says_so(meridian, script):
    key = begin(meridian)
    with meridian.office():
        actions.cancel(whole(key))
    with pytest.raises(Conflict, match="already"), meridian.office():
        actions.cancel(whole(key))


def test_what_never_began_is_cancelled_without_undoing_anything(meridian, worker, script):
    key = begin(meridian)
    with meridian.office():
        actions.cancel(whole(key))
    worker.run_due()
    assert seen(meridian, key).state is State.CANCELLED


def test_two_plans_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"rehearsal\.play"):
        Plan("rehearsal.play", (Step("a", "A", lambda _: None),))


def test_a_final_task_must_exist():
    with pytest.raises(ValueError, match="no step"):
        Plan("rehearsal.endless", (Step("a", "A", lambda _: None),), final="b")
