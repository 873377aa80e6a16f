"""A connection that is lost in the middle of the last look is a pause, and no verdict on the shop.

The look is walked through statement by statement: at each, once the connection that asks is ended by the server, once
all of them are, as by a restart.  Where a page asks the prices of the one above there are two connections, and both are
gone; that page answered 500 when only one of them was expected to be.
"""

from __future__ import annotations

from contextlib import contextmanager

import psycopg
import pytest
from flask import has_request_context
from sqlalchemy import event

from portal.core.db import db, get
from portal.core.scope import Scope, acting
from portal.onboarding import inspection
from portal.onboarding.inspection import Unsound
from portal.onboarding.models import Mood
from portal.processes import actions
from portal.processes.models import Outcome, Process, State
from portal.tenants.models import Tenant
from tests.conftest import BUSY, forget_everything
from tests.onboarding.conftest import process_of

ITS_OWN = "select pg_terminate_backend(%(pid)s, 5000)"
ALL = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'vitrine_app'"


class Scissors:
    """Cut the line right before the nth statement, or commit, that a request sends; 0: only count."""

    def __init__(self, server, cut, at=0):
        self.server, self.cut, self.at, self.count = server, cut, at, 0

    def before(self, connection, *_):
        if not has_request_context():
            return
        self.count += 1
        if self.count == self.at:
            self.server.execute(self.cut, {"pid": connection.connection.driver_connection.info.backend_pid})


@contextmanager
def held(app, scissors):
    with app.app_context():
        engine = db.engine
    for moment in ("before_cursor_execute", "commit"):
        event.listen(engine, moment, scissors.before)
    try:
        yield scissors
    finally:
        for moment in ("before_cursor_execute", "commit"):
            event.remove(engine, moment, scissors.before)


@pytest.fixture
def made(begun, trouble, fair, worker, meridian):
    """A tenant that has everything and was not looked at yet."""
    trouble("check", Mood.REJECTING)
    key = begun()
    worker.run_all()
    fair()
    return process_of(meridian, key)


@pytest.fixture
def look(app, server, meridian, made):
    """Look at it as the task does, with nothing remembered from before; what was said, and who had the scissors."""

    def inspect(cut, at=0):
        _let_nothing_be_remembered(server)
        scope = Scope(made.subject_id, (meridian.tenant_id,), made.id)
        with held(app, Scissors(server, cut, at)) as scissors, app.app_context(), acting(scope):
            tenant = db.session.get_one(Tenant, made.subject_id)
            try:
                return inspection.inspect(tenant, made.facts["storefront"], made.facts["name"]).text, scissors
            except Unsound as unsound:
                return unsound.line.values["status"], scissors

    return inspect


def _let_nothing_be_remembered(server):
    forget_everything()
    with psycopg.connect(server.info.dsn, dbname=BUSY) as superuser:
        superuser.execute("update tenant set stamp = stamp + 1")


@pytest.mark.parametrize("cut", [ITS_OWN, ALL], ids=["its own", "all"])
def test_whenever_the_line_is_cut_the_page_says_later_and_the_next_look_is_good(look, cut):
    good, scissors = look(cut)
    assert good == "Sign-in, storefront and first product answer"
    assert scissors.count > 12
    assert [look(cut, at)[0] for at in range(1, scissors.count + 1)] == [503] * scissors.count
    assert look(cut)[0] == good


def test_the_task_is_tried_again(app, server, look, made, meridian, worker):
    _, scissors = look(ALL)
    with meridian.office():
        actions.retry(get(Process, made.key))
    _let_nothing_be_remembered(server)
    with held(app, Scissors(server, ALL, scissors.count - 1)):
        worker.run_due()
    waiting = process_of(meridian, made.key)
    assert (waiting.state, waiting.current.name) == (State.WAITING, "check")
    worker.run_all()
    done = process_of(meridian, made.key)
    assert done.state is State.DONE
    with meridian.office():
        check = next(task for task in get(Process, made.key).tasks if task.name == "check")
        assert [one.outcome for one in check.history] == [Outcome.FAILED, Outcome.FAILED, Outcome.DONE]
