"""One look at a tenant's storefront and letters: as a visitor, as a customer, at what goes wrong, at what is written."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from werkzeug.test import TestResponse

from portal.core.db import db
from portal.core.scope import acting_scope
from portal.leaks import errors, mails, stand_in
from portal.leaks.above import above
from portal.leaks.report import Place, Report, Where
from portal.leaks.searching import Hit, Search
from portal.leaks.walking import REDIRECTS, Walk, is_text
from portal.tenants.queries import organization, own_client_id


def visitor() -> Report:
    """What everybody sees, and what tells of errors.  Nothing may have been written before."""
    over, number = above(), acting_scope().tenant_id
    search, report, origin = Search(over), Report(), over.own.origin
    _let_go()
    _walk(Walk(origin, number), search, report)
    for name, page in errors.pages(origin, number):
        report.add(Place(Where.ERROR, name), search.text(page))
    return report


def customer() -> Report | None:
    """What a customer sees besides; None as long as there is none."""
    person = stand_in.somebody()
    if person is None:
        return None
    over, number, client_id = above(), acting_scope().tenant_id, own_client_id()
    search, report, origin = Search(over), Report(), over.own.origin
    _let_go()
    with stand_in.cookie(person, client_id=client_id, origin=origin) as cookie:
        _walk(Walk(origin, number, cookie), search, report)
    return report


def letters() -> Report:
    """What is written to anybody of the shop."""
    over, language = above(), organization().language
    search, report = Search(over), Report()
    _let_go()
    for kind, message in mails.letters(over.own.origin, language):
        found = (_of(search, part) for part in mails.parts(message, sender=over.sender))
        report.add(Place(Where.LETTER, kind), chain.from_iterable(found))
    return report


def everything() -> Report:
    """All of it at once."""
    whole = Report()
    for one in (visitor(), customer(), letters()):
        if one is not None:
            whole.looked |= one.looked
            whole.tainted |= one.tainted
            whole.hits += one.hits
    return whole


def _let_go() -> None:
    """All that is asked is asked: no transaction stands open while the storefront is walked through."""
    db.session.rollback()


def _walk(walk: Walk, search: Search, report: Report) -> None:
    for path, answer in walk.answers():
        report.add(Place(Where.ADDRESS, path), search.text(path))
        _look_at_headers(path, answer, search, report)
        if answer.status_code in REDIRECTS:
            continue  # its body says what its header does
        if is_text(answer):
            where = Where.PAGE if answer.mimetype == "text/html" else Where.FILE
            report.add(Place(where, path), search.text(answer.get_data(as_text=True)))
        elif answer.data:
            report.add(Place(Where.FILE, path), search.content(answer.data))


def _look_at_headers(path: str, answer: TestResponse, search: Search, report: Report) -> None:
    headers = ((name, value) for name, value in answer.headers if name.lower() != "set-cookie")
    report.add(Place(Where.HEADER, path), search.text("\n".join(f"{name}: {value}" for name, value in headers)))
    if cookies := answer.headers.getlist("Set-Cookie"):
        report.add(Place(Where.COOKIE, path), search.text("\n".join(cookies)))


def _of(search: Search, part: str | bytes) -> Iterator[Hit]:
    return search.text(part) if isinstance(part, str) else search.content(part)
