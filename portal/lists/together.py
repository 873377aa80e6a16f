"""One deed for several rows of a list: asked about first, told row by row, and taken back by one press.

The list names its verbs; what is asked about is found by doing it and rolling it back, so that the question says of each
row exactly what the deed would say.  Rows that cannot be changed are left out by name, with the reason.  Taking it back
changes exactly the rows that were changed, as long as they still stand as the deed left them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, delete, or_, select

from portal.core.clock import now
from portal.core.db import db, get
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.forms import Form
from portal.core.keys import read_key
from portal.core.web import is_safe_address, render, see, url
from portal.core.words import N_, Line, say, told
from portal.lists.models import Deed

MOST = 200  # rows of one deed; a page has thirty
TAKEN_BACK_WITHIN = timedelta(days=1)
ALREADY = say(N_("It is so already."))


def nothing(_: Any) -> None:
    """What most verbs need to know of a row to take it back."""


@dataclass(frozen=True, slots=True)
class Verb:
    """What can be done with each of several rows.  `do` checks before it changes: a refused row is as it was."""

    label: str  # in the reader's language
    asked: Callable[[int], Line]
    done: Callable[[int], Line]
    holds: Callable[[Any], bool]  # the row stands as the deed would leave it
    do: Callable[[Any], None]
    undo: Callable[[Any, Any], None]  # the row, and what `before` said of it
    before: Callable[[Any], Any] = nothing


@dataclass(frozen=True, slots=True)
class Selection:
    """A list whose rows can be chosen.

    `only`: which rows of the table it shows.  `beside`: rows that the verbs lock as well, all of them in one order.
    """

    kind: type[Any]
    place: str  # the list's endpoint
    undoing: str  # the endpoint that takes a deed back
    verbs: Mapping[str, Verb]
    beside: ColumnElement[bool] | None = None
    only: ColumnElement[bool] | None = None
    former: Callable[[str], Verb | None] = nothing  # a verb that a deed was done by, and that may be offered no more
    lent: bool = False  # some rows are from above: they are read, and cannot be locked

    def answer(self) -> ResponseReturnValue:
        """The question about what was chosen; or, once that is confirmed, the deed."""
        form, back = Form(), way_back(self.place)
        keys = list(dict.fromkeys(request.form.getlist("row")))
        word = request.form.get("verb", "")
        if not keys or not word:
            flash(gettext("Choose rows and what to do with them."))
            return see(back)
        verb, rows = self._verb(word), self._rows(keys)
        if "confirmed" in request.form and form.accepted():
            return self._done(word, verb, rows, back)
        able, left = _tried(rows, verb)
        return render(
            "lists/together.html", form=form, back=back, verb=verb, word=word, able=able, left=left, keys=keys
        )

    def take_back(self, key: str) -> ResponseReturnValue:
        """Apply the reverse to exactly what the deed changed.  It can be done once, by whoever did the deed."""
        deed = own_deed(key, self.place)
        verb = self.former(deed.verb) or self._verb(deed.verb)
        rows = self._rows(list(deed.changed), whole=False)
        able, _ = _tried_for_good(rows, verb, lambda row: verb.undo(row, deed.changed[row.key]), holding=True)
        left = len(deed.changed) - len(able)
        db.session.delete(deed)
        flash(with_left(say(N_("%(count)s is as before."), N_("%(count)s are as before."), count=len(able)), left))
        return see(url(self.place))

    def _done(self, word: str, verb: Verb, rows: Sequence[Any], back: str) -> ResponseReturnValue:
        before = {row.key: verb.before(row) for row in rows}
        able, left = _tried_for_good(rows, verb, verb.do)
        if not able:
            flash(gettext("Nothing was changed."))
            return see(back)
        deed = remember(self.place, word, {row.key: before[row.key] for row in able})
        said = {"text": with_left(verb.done(len(able)), len(left)), "undo": url(self.undoing, deed=deed.key)}
        flash(said)  # type: ignore[arg-type] # a toast has a way back beside its words
        return see(back)

    def _verb(self, word: str) -> Verb:
        if word not in self.verbs:
            raise NotFound
        return self.verbs[word]

    def _rows(self, keys: Sequence[str], *, whole: bool = True) -> list[Any]:
        """The rows, locked in one order.  One that is not there, or not ours, among them: nobody learns which."""
        if len(keys) > MOST:
            raise Invalid(say(N_("Choose at most %(most)s at once."), most=MOST))
        ids = {read_key(key) for key in keys}
        if None in ids:
            raise NotFound
        chosen = self.kind.id.in_(ids) if self.only is None else and_(self.kind.id.in_(ids), self.only)
        wanted = select(self.kind).where(chosen if self.beside is None else or_(chosen, self.beside))
        wanted = wanted.order_by(self.kind.id)
        found = db.session.scalars(wanted if self.lent else wanted.with_for_update(of=self.kind)).all()
        rows = [row for row in found if row.id in ids]
        if whole and len(rows) < len(ids):
            raise NotFound
        return rows


def remember(place: str, verb: str, changed: Mapping[str, Any]) -> Deed:
    """Keep what was done, so that whoever did it can take it back; what he can no longer take back goes."""
    old = delete(Deed).where(Deed.user_id == g.person.id, Deed.at < now() - TAKEN_BACK_WITHIN)
    db.session.execute(old, execution_options={"synchronize_session": False})
    deed = Deed(user_id=g.person.id, place=place, verb=verb, changed=dict(changed))
    db.session.add(deed)
    return deed


def own_deed(key: str, place: str) -> Deed:
    """What this person did there, locked.  Raises NotFound."""
    deed = get(Deed, key, lock=True)
    if (deed.user_id, deed.place) != (g.person.id, place):
        raise NotFound
    return deed


Left = list[tuple[str, str]]


def _tried(rows: Sequence[Any], verb: Verb) -> tuple[list[str], Left]:
    """What the deed would change, and what it would leave out, by name.  Nothing is changed."""
    names = {row.id: str(row) for row in rows}
    trial = db.session.begin_nested()
    try:
        able, left = _tried_for_good(rows, verb, verb.do)
    finally:
        trial.rollback()
    return [names[row.id] for row in able], [(names[row.id], why) for row, why in left]


def _tried_for_good(
    rows: Sequence[Any], verb: Verb, do: Callable[[Any], None], *, holding: bool = False
) -> tuple[list[Any], list[tuple[Any, str]]]:
    """Do it with every row that is not as it shall be; (those it was done with, those that refused and why)."""
    able, left = [], []
    for row in rows:
        if verb.holds(row) is not holding:
            left.append((row, told(ALREADY)))
            continue
        try:
            do(row)
            db.session.flush()
        except (Conflict, Invalid) as problem:
            left.append((row, told(problem.line)))
        else:
            able.append(row)
    return able, left


def with_left(text: object, left: int) -> str:
    """What was done, and how many were left out of it, if any."""
    return (
        f"{text} {say(N_('%(count)s was left out.'), N_('%(count)s were left out.'), count=left)}"
        if left
        else str(text)
    )


def way_back(place: str) -> str:
    """The list as it was looked at, when rows of it were sent: with its search, its filters and its page."""
    back, whole = request.form.get("back", ""), url(place)
    return back if is_safe_address(back) and urlsplit(back).path == whole else whole
