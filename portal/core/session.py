"""Wall 1: the session that acts for one tenant, and looks at every statement on its way out.

Reads and writes through the ORM are fenced; Core statements on tenant tables and text() are refused unless marked
`execution_options(reviewed=True)`; a flush that carries another tenant's row raises.  Wall 2 (`walls.py`) holds what
passes here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from uuid import UUID

import flask_sqlalchemy.session
import psycopg
from flask import has_request_context, request
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Connection, Table, TextClause, and_, event, false, or_
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction, with_loader_criteria
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from portal.core.errors import NoScope, Trespass
from portal.core.kinds import Belonging, Charter, Declaration, Errand, Offering, Owned, is_tenant_table
from portal.core.scope import Scope

TELL = (
    "select set_config('vitrine.tenant', '%s', true), set_config('vitrine.line', '{%s}', true),"
    " set_config('vitrine.process', '%s', true), set_config('statement_timeout', '%s', true)"
)
"""Filled with numbers and a UUID alone, so that it may be sent as it is."""
A_PAGE, A_TASK = "30s", "0"  # a page that asks for longer gives its place to others; a task has a lease instead
LOOKS = f"{TELL}, set_config('idle_in_transaction_session_timeout', '{A_PAGE}', true)"
"""Likewise for a page that only looks: it holds nobody's rows while it reckons with what it has read, and a large range
under load takes longer than the five seconds the role gives to whoever may have frozen.
"""

LAST_WORDS: list[Callable[[TenantSession], None]] = []
"""What slices write at the end of a transaction, once it is known what it has changed."""

_flushing: ContextVar[bool] = ContextVar("flushing", default=False)


class TenantSession(flask_sqlalchemy.session.Session):
    """Begins with no scope and sees platform tables only; may `enter` one scope, once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._scope: Scope | None = None

    @property
    def scope(self) -> Scope | None:
        return self._scope

    def enter(self, scope: Scope) -> None:
        if self._scope is not None:
            raise Trespass("a session acts for one tenant only")
        self._scope = scope
        if self.in_transaction():
            tell(self.connection(), scope)

    def conclude(self) -> None:
        """Write everything that is to be written: only the last statement is missing.  Every commit begins with it."""
        self.flush()
        for write in LAST_WORDS:
            write(self)

    def rollback(self) -> None:
        with _rolled_back_already():
            super().rollback()

    def close(self) -> None:
        with _rolled_back_already():
            super().close()

    def flush(self, objects: Any = None) -> None:
        mark = _flushing.set(True)
        try:
            super().flush(objects)
        finally:
            _flushing.reset(mark)


@contextmanager
def _rolled_back_already() -> Iterator[None]:
    """Whatever was begun on a connection that is gone was rolled back when it went: there is nothing to be told."""
    try:
        yield
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise


def tell(connection: Connection, scope: Scope) -> None:
    """Tell PostgreSQL for whom this transaction acts; it forgets at the end of the transaction."""
    is_page = has_request_context()
    looks = is_page and request.method in ("GET", "HEAD")
    words = _words(scope, LOOKS if looks else TELL, A_PAGE if is_page else A_TASK)
    if not _begun_with(words, connection):
        connection.exec_driver_sql(words)


@lru_cache(maxsize=4096)
def _words(scope: Scope, said: str, patience: str) -> str:
    line = ",".join(str(int(tenant)) for tenant in scope.line)
    return said % (int(scope.tenant_id), line, UUID(str(scope.process_id)) if scope.process_id else "", patience)


def _begun_with(words: str, connection: Connection) -> bool:
    """BEGIN and the words in one way to and fro, where the transaction has not begun: each way is a tenth of a page.

    False when that could not be: then they are said in the ordinary way, which knows how to tell what is wrong.
    """
    driver = connection.connection.driver_connection
    if driver is None or driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    try:
        answer = driver.pgconn.exec_(f"begin; {words}".encode())
    except psycopg.OperationalError:
        return False
    return bool(answer.status == ExecStatus.TUPLES_OK)


@event.listens_for(TenantSession, "before_commit")
def _conclude(session: TenantSession) -> None:
    session.conclude()


@event.listens_for(TenantSession, "after_begin")
def _tell_the_database(session: TenantSession, _: SessionTransaction, connection: Connection) -> None:
    if session.scope is not None:
        tell(connection, session.scope)


@event.listens_for(TenantSession, "do_orm_execute")
def _keep_within_scope(execute: ORMExecuteState) -> None:
    if not execute.is_orm_statement or execute.execution_options.get("reviewed"):
        return  # Core and text(): the guard below
    statement = execute.statement
    by_rows = execute.is_insert or (execute.is_update and isinstance(execute.parameters, list))
    if execute.is_from_statement or (by_rows and touches_tenants(statement)):
        raise Trespass("this kind of statement cannot be fenced: use select(), or add_many()")
    scope = execute.session.scope if isinstance(execute.session, TenantSession) else None
    if scope is None and touches_tenants(statement):
        raise NoScope("a tenant's rows were asked for while acting for nobody")
    kept = execute.execution_options.get("kept")
    execute.statement = (_fenced_once if kept else _fenced)(statement, scope, reading=execute.is_select)
    execute.update_execution_options(fenced=True)


def _fenced(statement: Any, scope: Scope | None, *, reading: bool) -> Any:
    return statement.options(*_fences(scope, reading=reading))


_fenced_once = lru_cache(maxsize=500)(_fenced)
"""For statements that are written once and say so (`execution_options(kept=True)`): they are asked again and again, and
SQLAlchemy has to look through the whole of each it has not seen."""


@lru_cache(maxsize=4096)
def _fences(scope: Scope | None, *, reading: bool) -> tuple[ORMOption, ...]:
    if scope is None:
        return tuple(_fence(kind, lambda _: false()) for kind in (Belonging, Offering, Errand, Charter))
    tenant, process = scope.tenant_id, scope.process_id
    line = scope.line if reading else (tenant,)  # what comes from above is read, never written
    errands = (lambda row: row.tenant_id == tenant) if process is None else (lambda row: _maker_or_worker(row, scope))
    own = () if reading else (_fence(Declaration, lambda row: row.tenant_id == tenant),)
    return (
        *own,
        _fence(Belonging, lambda row: row.tenant_id == tenant),
        _fence(Offering, lambda row: row.tenant_id.in_(line)),
        _fence(Errand, errands),
        _fence(Charter, lambda row: or_(row.tenant_id == tenant, row.parent_id == tenant)),
    )


def _maker_or_worker(row: Any, scope: Scope) -> ColumnElement[bool]:
    return or_(
        row.tenant_id == scope.tenant_id, and_(row.process_id == scope.process_id, row.tenant_id.in_(scope.line))
    )


def _fence(kind: type[Owned], rule: Any) -> ORMOption:
    return with_loader_criteria(
        kind, rule, include_aliases=True, propagate_to_loaders=False, track_closure_variables=False
    )


def guard(engine: Engine) -> None:
    """Refuse, on the app's engine, statements that no fence has seen."""
    event.listen(engine, "before_execute", _refuse)


def _refuse(_: Connection, statement: Executable, __: Any, ___: Any, options: Any) -> None:
    if options.get("fenced") or options.get("reviewed") or _flushing.get():
        return
    if isinstance(statement, TextClause) or touches_tenants(statement):
        raise Trespass("text() and Core statements on tenant tables need review")


def touches_tenants(statement: Any) -> bool:
    """Whether any table in the statement holds tenants' rows.  Embedded text cannot be judged, so it counts."""
    for element in visitors.iterate(statement):
        if isinstance(element, TextClause) or (isinstance(element, Table) and is_tenant_table(element)):
            return True
    target: FromClause | None = getattr(statement, "table", None)
    return isinstance(target, Table) and is_tenant_table(target)


@event.listens_for(TenantSession, "before_flush")
def _carry_nothing_foreign(session: Session, _: UOWTransaction, __: object) -> None:
    scope = session.scope if isinstance(session, TenantSession) else None
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, Owned):
            _belongs_here(row, scope)


def _belongs_here(row: Owned, scope: Scope | None) -> None:
    if scope is None:
        raise NoScope(f"{type(row).__name__} was to be written while acting for nobody")
    if not row.is_writable_in(scope):
        raise Trespass(f"{type(row).__name__} of another tenant was to be written")


def current() -> TenantSession:
    """The session of this application context."""
    from portal.core.db import db

    session = db.session()
    if not isinstance(session, TenantSession):
        raise TypeError("the database was set up without its tenants' session")
    return session
