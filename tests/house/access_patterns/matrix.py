"""Walks every way with every aim, and says in one word what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.app import Vitrine
from portal.core import session as wall_one
from portal.core.db import db
from portal.core.kinds import Belonging, Charter, Declaration, Errand, Offering, Owned
from portal.core.scope import Scope, enter
from tests.house.access_patterns.plots import Aim, Way

AIMS = ("own", "other", "child", "parent", "nobody")
REACHED = {"sees", "changes"}
Table = dict[str, dict[str, str]]  # way -> aim -> what came of it

# Whose rows, besides its own, a tenant may reach this way, by kind.
MAY_READ: dict[type[Owned], set[str]] = {
    Belonging: set(),
    Offering: {"parent"},
    Errand: set(),
    Charter: {"child"},
    Declaration: {"child"},
}
MAY_WRITE: dict[type[Owned], set[str]] = {
    Belonging: set(),
    Offering: set(),
    Errand: set(),
    Charter: {"child"},
    Declaration: set(),
}

TABLES = (
    "account",
    "contact",
    "product",
    "price_list",
    "price_list_entry",
    "process",
    "task",
    "attempt",
    "organization",
    "checklist",
)


@dataclass(frozen=True, slots=True)
class Ground:
    """A database with rows to aim at, and the app that stands on it."""

    app: Vitrine
    scope: Scope
    aims: dict[str, Aim]
    superuser: psycopg.Connection[Any]

    def read(self, ways: Iterable[Way]) -> Table:
        return {way.name: {aim: self._read(way, aim) for aim in AIMS} for way in ways}

    def write(self, ways: Iterable[Way]) -> Table:
        return {way.name: {aim: self._write(way, aim) for aim in AIMS} for way in ways}

    def _read(self, way: Way, word: str) -> str:
        aim = self._aim(word)
        with self._acting(word) as session:
            try:
                seen = set(way.walk(session, aim) or ())
            except Exception as error:  # noqa: BLE001 - its name is the finding
                return said(error)
        if strangers := seen - self._may_be_seen(way) if word != "nobody" else seen:
            return f"LEAK {sorted(strangers)}"
        return "sees" if aim.tenant_id in seen else "nothing"

    def _may_be_seen(self, way: Way) -> set[int]:
        return {self.aims[word].tenant_id for word in {"own", *MAY_READ[way.kind]}}

    def _write(self, way: Way, word: str) -> str:
        aim, before = self._aim(word), self._print_of(word)
        with self._acting(word) as session:
            try:
                way.walk(session, aim)
                session.flush()
                after = self._own_print(session) if word == "own" else None
                if word != "own":
                    session.commit()
            except Exception as error:  # noqa: BLE001 - its name is the finding
                session.rollback()
                return said(error) if before == self._print_of(word) else f"LEAK and {said(error)}"
        return "changes" if before != (after or self._print_of(word)) else "nothing"

    def _aim(self, word: str) -> Aim:
        return self.aims["own" if word == "nobody" else word]

    @contextmanager
    def _acting(self, word: str) -> Iterator[Session]:
        with self.app.app_context():
            if word != "nobody":
                enter(self.scope)
            try:
                yield db.session()
            finally:
                with suppress(Exception):
                    db.session.rollback()

    def _print_of(self, word: str) -> str:
        """The fingerprint of the aim's tenant: its rows, and the transactions that wrote them."""
        return "".join(self._ask(_fingerprint(table), self._aim(word).tenant_id) for table in TABLES)

    def _ask(self, question: str, tenant_id: int) -> str:
        found = self.superuser.execute(question, (tenant_id,)).fetchone()
        return str(found[0]) if found else ""

    def _own_print(self, session: Session) -> str:
        connection = session.connection()
        own = self.aims["own"].tenant_id
        return "".join(str(connection.exec_driver_sql(_fingerprint(table), (own,)).scalar()) for table in TABLES)


def _fingerprint(table: str) -> str:
    row = "md5(t.xmin::text || t::text)"
    return f"select md5(coalesce(string_agg({row}, '' order by {row}), '')) from {table} t where tenant_id = %s"  # noqa: S608


def said(error: Exception) -> str:
    """The name of an error; of the database's own where it was wrapped."""
    return type(getattr(error, "orig", None) or error).__name__


def leaks(table: Table, ways: Iterable[Way], allowed: dict[type[Owned], set[str]]) -> list[str]:
    """Cells in which somebody reached what is not his."""
    kinds = {way.name: way.kind for way in ways}
    return [
        f"{name}, aimed at {aim}: {cell}"
        for name, cells in table.items()
        for aim, cell in cells.items()
        if cell.startswith("LEAK") or (cell in REACHED and aim not in {"own", *allowed[kinds[name]]})
    ]


def differences(found: Table, wanted: Table) -> list[str]:
    """Cells that are not as the book says."""
    return [
        f"{name}, aimed at {aim}: {found.get(name, {}).get(aim)} instead of {wanted.get(name, {}).get(aim)}"
        for name in sorted({*found, *wanted})
        for aim in AIMS
        if found.get(name, {}).get(aim) != wanted.get(name, {}).get(aim)
    ]


def book(name: str) -> Table:
    """What must come of each way, as it is written down beside this file."""
    lines = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {way: dict(zip(AIMS, cells, strict=True)) for way, *cells in rows}


def written(table: Table) -> str:
    """A table as it stands in the book."""
    head = f"# {'way':<36}" + "".join(f"{aim:<22}" for aim in AIMS)
    rows = (f"{name:<38}" + "".join(f"{cells[aim]:<22}" for aim in AIMS) for name, cells in table.items())
    return "\n".join(line.rstrip() for line in (head, *rows)) + "\n"


@contextmanager
def without_wall_one(app: Vitrine) -> Iterator[None]:
    """The session looks at nothing and refuses nothing, while the block lasts."""
    with app.app_context():
        engine = db.engine
    watched: list[tuple[Any, str, Callable[..., Any]]] = [
        (wall_one.TenantSession, "do_orm_execute", wall_one._keep_within_scope),  # noqa: SLF001 - it is the wall
        (wall_one.TenantSession, "before_flush", wall_one._carry_nothing_foreign),  # noqa: SLF001 - it is the wall
        (engine, "before_execute", wall_one._refuse),  # noqa: SLF001 - it is the wall
    ]
    for target, name, listener in watched:
        event.remove(target, name, listener)
    try:
        yield
    finally:
        for target, name, listener in watched:
            event.listen(target, name, listener)
