"""How often somebody may try.  The counters are in PostgreSQL, so every web process counts the same tries.

A try is counted before the password is looked at and given back when it was right: whoever tries a hundred at once gets
no more of them judged than whoever tries one after the other.  Ten in fifteen minutes fill a user's counter; then comes a
wait of one minute, and each further try doubles it, up to fifteen.  Nobody sleeps: the answer says how long to wait.

A browser the user has signed in from before counts for itself alone.  So a stranger who fills a user's counter, or that
of a whole Client ID, does not lock the people out who work there.

Every call is a short transaction of its own (`core.db.apart`): the answer to a wrong password is a refusal, whose
transaction is rolled back, and the count must stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, cast

from sqlalchemy import Connection, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.core.clock import now
from portal.core.db import apart
from portal.core.errors import TooMany
from portal.core.seal import fingerprint
from portal.core.words import N_
from portal.users.models import SignInCounter

WINDOW: Final = timedelta(minutes=15)
MEMORY: Final = timedelta(hours=1)  # after a quiet hour the waits begin anew
FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(minutes=15)
KEPT: Final = timedelta(days=1)
_SWEPT_AT_ONCE: Final = 20

_counters = cast("Table", SignInCounter.__table__)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in fifteen minutes under this mark.  `clears`: a right try empties the counter, not only takes itself back."""

    mark: bytes
    most: int
    clears: bool = False


def of_user(tenant: str, username: str) -> Limit:
    """By what was typed, so that users who do not exist are counted like those who do."""
    return Limit(_mark("user", tenant, username), 10, clears=True)


def of_device(tenant: str, username: str, device: str) -> Limit:
    return Limit(_mark("device", tenant, username, device), 10, clears=True)


def of_code(tenant: str, username: str) -> Limit:
    """Codes of the second factor.  Only who has the password comes so far, and he learns nothing by being asked again."""
    return Limit(_mark("code", tenant, username), 10, clears=True)


def of_code_from_device(tenant: str, username: str, device: str) -> Limit:
    return Limit(_mark("code from device", tenant, username, device), 10, clears=True)


def of_source(address: str) -> Limit:
    return Limit(_mark("source", _line_of(address)), 100)


def of_client_id(tenant: str) -> Limit:
    return Limit(_mark("client", tenant), 300)


def of_letters(source: str) -> Limit:
    """Letters asked for from one address."""
    return Limit(_mark("letters", _line_of(source)), 20)


def of_mailbox(address: str) -> Limit:
    """Letters asked for to one address."""
    return Limit(_mark("mailbox", address), 3)


def of_questions(source: str) -> Limit:
    """Questions asked in storefronts from one address."""
    return Limit(_mark("questions", _line_of(source)), 5)


def of_storefront(tenant: str) -> Limit:
    """Questions asked in one storefront, by whomever."""
    return Limit(_mark("storefront", tenant), 60)


def take(limits: Iterable[Limit]) -> datetime:
    """Count one try under each of the limits.  Raises TooMany, and counts nothing, when one of them is full.

    Gives the moment it was counted under, which `give_back` wants.
    """
    moment, wanted = now(), {limit.mark: limit for limit in limits}
    with apart() as connection:
        standing = _locked(connection, wanted, moment)
        wait = max((one.wait(wanted[one.mark].most, moment) for one in standing), default=timedelta(0))
        if wait <= timedelta(0):
            _write(connection, [one.after(wanted[one.mark].most, moment) for one in standing])
        _sweep(connection, moment)
    if wait > timedelta(0):
        raise TooMany(N_("Too many attempts."), wait=_whole_seconds(wait))
    return moment


def give_back(limits: Iterable[Limit], moment: datetime) -> None:
    """The try counted at that moment was right: it no longer counts."""
    cleared = {limit.mark for limit in limits if limit.clears}
    others = {limit.mark for limit in limits} - cleared
    with apart() as connection:
        connection.execute(
            update(_counters)
            .where(_counters.c.mark.in_(others))
            .values(
                tries=func.array_remove(_counters.c.tries, moment),
                strikes=func.greatest(_counters.c.strikes - 1, 0),
            )
        )
        connection.execute(delete(_counters).where(_counters.c.mark.in_(cleared)))


@dataclass(frozen=True, slots=True)
class _Counter:
    mark: bytes
    tries: tuple[datetime, ...]
    strikes: int
    last_at: datetime

    def is_full(self, most: int, moment: datetime) -> bool:
        struck = self.strikes > 0 and self.last_at > moment - MEMORY
        return struck or len(self._counting(moment)) >= most

    def wait(self, most: int, moment: datetime) -> timedelta:
        """How long until the next try is looked at; zero or less: now."""
        if not self.is_full(most, moment):
            return timedelta(0)
        pause = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(self.strikes, 10)))
        return self.last_at + pause - moment

    def after(self, most: int, moment: datetime) -> _Counter:
        """The counter with one more try."""
        strikes = self.strikes + 1 if self.is_full(most, moment) else 0
        return _Counter(self.mark, (*self._counting(moment), moment)[-most:], strikes, moment)

    def _counting(self, moment: datetime) -> tuple[datetime, ...]:
        return tuple(at for at in self.tries if at > moment - WINDOW)


def _locked(connection: Connection, wanted: Iterable[bytes], moment: datetime) -> list[_Counter]:
    """The counters, made where missing, locked in one order so that no two tries wait for each other crosswise."""
    marks = sorted(wanted)
    fresh = [{"mark": mark, "tries": [], "strikes": 0, "last_at": moment} for mark in marks]
    connection.execute(insert(_counters).values(fresh).on_conflict_do_nothing())
    rows = connection.execute(
        select(_counters).where(_counters.c.mark.in_(marks)).order_by(_counters.c.mark).with_for_update()
    )
    return [_Counter(row.mark, tuple(row.tries), row.strikes, row.last_at) for row in rows]


def _write(connection: Connection, counters: Iterable[_Counter]) -> None:
    statement = update(_counters).where(_counters.c.mark == bindparam("of"))
    new = [
        {"of": one.mark, "tries": list(one.tries), "strikes": one.strikes, "last_at": one.last_at} for one in counters
    ]
    connection.execute(statement, new)


def _sweep(connection: Connection, moment: datetime) -> None:
    """Take a few old counters away, so that nobody needs to remember to."""
    old = select(_counters.c.mark).where(_counters.c.last_at < moment - KEPT).limit(_SWEPT_AT_ONCE)
    connection.execute(delete(_counters).where(_counters.c.mark.in_(old.with_for_update(skip_locked=True))))


def _line_of(source: str) -> str:
    """The line somebody comes by: with IPv6 each has 2^64 addresses, and would be another source with every try."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(ip_network((address, 64), strict=False))
    return source


def _mark(*words: str) -> bytes:
    return fingerprint("\0".join(words), purpose="users.throttle")


def _whole_seconds(wait: timedelta) -> int:
    return max(1, -(-wait // timedelta(seconds=1)))
