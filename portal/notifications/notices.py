"""Telling people of the house: by the bell, by mail, or not at all, as each of them chose.

    notify("enquiry", say(N_("%(name)s asks something"), name=…), place=url("enquiries.show", key=…), permission="enquiries.view")

Whoever did it is not told of it.  Who people are is known above this slice: `People`, chosen in app.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, ScalarSelect, func, select, update

from portal.audit import current_actor, record
from portal.core.clock import now
from portal.core.db import Model, Page, db, get
from portal.core.errors import NotFound
from portal.core.listing import Listing
from portal.core.web import ACTING
from portal.core.words import N_, Line, say
from portal.notifications.actions import write
from portal.notifications.kinds import KINDS
from portal.notifications.models import Notice, Switch
from portal.notifications.stopping import way_out
from portal.processes.models import Process, State
from portal.processes.plans import WITNESSES
from portal.tenants import own_hosts
from portal.tenants.models import Door


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who can be told."""

    id: UUID
    name: str
    email: str
    language: str
    row: Model  # what the log knows as this person


class People(Protocol):
    """Who works for the acting tenant, as far as telling them needs it."""

    def who_may(self, permission: str) -> Sequence[Reader]: ...

    def one(self, user_id: UUID) -> Reader | None: ...


def notify(kind: str, line: Line, *, place: str, permission: str = "", person: UUID | None = None) -> None:
    """Tell one person, or everybody who may see it, as each of them chose.  `place` is a page of the office.

    Whoever has no bell (a customer, somebody disabled) is stood in for by those who may see it, where that is said.
    """
    readers = _readers(person, permission)
    chosen, written_to = _switches(kind, readers), []
    for reader in readers:
        bell, mail = chosen.get(reader.id, (True, KINDS[kind].mail))
        if bell:
            db.session.add(Notice(user_id=reader.id, kind=kind, line=line.stored(), place=place))
        if mail and not KINDS[kind].lettered:
            written_to.append(reader)
    if written_to:
        _write_to(written_to, kind, line, place)


def _readers(person: UUID | None, permission: str) -> Sequence[Reader]:
    known = people()
    found = known.one(person) if person else None
    if found:
        return [found]
    doer = current_actor().id
    return [reader for reader in known.who_may(permission) if reader.id != doer] if permission else []


def wants_mail(user_id: UUID | None, kind: str) -> bool:
    """Whether this person hears of it by mail, too."""
    if user_id is None:
        return KINDS[kind].mail
    chosen = db.session.scalar(select(Switch.mail).where(Switch.kind == kind, Switch.user_id == user_id))
    return KINDS[kind].mail if chosen is None else chosen


def count_unread(reader: ColumnElement[UUID]) -> ScalarSelect[Any]:
    """How many he has not read: a figure to stand in the statement of the gate."""
    mine = (Notice.tenant_id == ACTING, Notice.user_id == reader, Notice.read_at.is_(None))
    return select(func.count()).select_from(Notice).where(*mine).scalar_subquery()


def notices(user_id: UUID, wanted: Listing) -> Page[Notice]:
    """One page of what somebody was told: what is unread first, then the newest."""
    question = select(Notice).where(Notice.user_id == user_id).order_by(Notice.read_at.is_not(None))
    return wanted.page(question, Notice.id.desc())


def notice(user_id: UUID, key: str) -> Notice:
    """One of this person's own.  Raises NotFound."""
    row = get(Notice, key)
    if row.user_id != user_id:
        raise NotFound
    return row


def read(row: Notice) -> None:
    row.read_at = row.read_at or now()


def read_all(user_id: UUID) -> None:
    mine = update(Notice).where(Notice.user_id == user_id, Notice.read_at.is_(None)).values(read_at=now())
    db.session.execute(mine, execution_options={"synchronize_session": False})


def choices(user_id: UUID) -> dict[str, tuple[bool, bool]]:
    """Kind → (bell, mail), as this person chose or as is usual."""
    rows = {row.kind: row for row in db.session.scalars(select(Switch).where(Switch.user_id == user_id))}
    usual = {kind: (True, what.mail) for kind, what in KINDS.items()}
    return usual | {kind: (row.bell, row.mail) for kind, row in rows.items() if kind in KINDS}


def choose(user_id: UUID, wanted: Mapping[str, tuple[bool, bool]]) -> None:
    """How this person hears of each kind from now on."""
    rows = {row.kind: row for row in db.session.scalars(select(Switch).where(Switch.user_id == user_id))}
    person = people().one(user_id)
    for kind, chosen in wanted.items():
        _turn(rows.get(kind) or _usual(user_id, kind), "switch.changed", chosen, of=person)


def stop_letters(reader: Reader, kind: str) -> None:
    """No more letters of this kind to this person, who used the way out that stands in one.  Again changes nothing."""
    row = db.session.scalar(select(Switch).where(Switch.user_id == reader.id, Switch.kind == kind))
    row = row or _usual(reader.id, kind)
    _turn(row, "switch.stopped", (row.bell, False), of=reader)


def _turn(row: Switch, verb: str, chosen: tuple[bool, bool], *, of: Reader | None) -> None:
    """What changes nothing is neither kept nor logged."""
    before = {"bell": row.bell, "mail": row.mail}
    row.bell, row.mail = chosen
    after = {"bell": row.bell, "mail": row.mail}
    if before != after:
        db.session.add(row)
        record(verb, row, before=before, after=after, whole=of.row if of else None)


def _usual(user_id: UUID, kind: str) -> Switch:
    """As long as nobody chose."""
    return Switch(user_id=user_id, kind=kind, bell=True, mail=KINDS[kind].mail)


def people() -> People:
    """Who can be told, as app.py chose it."""
    return cast("People", current_app.extensions["vitrine.people"])


def _switches(kind: str, readers: Iterable[Reader]) -> dict[UUID, tuple[bool, bool]]:
    wanted = select(Switch).where(Switch.kind == kind, Switch.user_id.in_([reader.id for reader in readers]))
    return {row.user_id: (row.bell, row.mail) for row in db.session.scalars(wanted)}


def _write_to(readers: Iterable[Reader], kind: str, line: Line, place: str) -> None:
    link = f"{own_hosts.home(Door.OFFICE)}{place}"
    for reader in readers:
        to, values = (reader.name, reader.email), {"line": line, "way_out": way_out(reader.id, kind)}
        write("notice", to=to, language=reader.language, values=values, link=link)


def _tell_of(process: Process) -> None:
    """Whoever started it hears how it ended; of a letter only that it could not be delivered, administrators if nobody did."""
    place = f"/processes/{process.key}"
    if process.plan.kind == "letter":
        if process.state is State.ATTENTION:
            line = say(N_("%(letter)s: it could not be delivered"), letter=Line.of(process.name))
            notify("letter_failed", line, place=place, person=process.started_by_id, permission="settings.edit")
        return
    kind, text = _ENDS.get(process.state, ("", ""))
    if kind and process.started_by_id:
        notify(kind, say(text, process=Line.of(process.name)), place=place, person=process.started_by_id)


_ENDS = {
    State.DONE: ("process_done", N_("%(process)s is done")),
    State.ATTENTION: ("process_attention", N_("%(process)s needs attention")),
}
WITNESSES.append(_tell_of)
