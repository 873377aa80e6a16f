"""What somebody typed and sent when his sign-in was over: kept, and laid out again after he has signed in.

The browser still shows the token of the sign-in that ended, so it is known whose words these are before anybody asks.
They are sealed for that user, for an hour, and bound to the browser by a token of their own; somebody else who signs in
there, or the same person elsewhere, sees nothing.  Passwords and files are not kept.  Nothing is done with the words but
to fill in the form they were typed into: it is looked at, and sent again with a token of today.
"""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import after_this_request, g, request
from flask.wrappers import Response
from sqlalchemy import delete, or_, select
from werkzeug.datastructures import MultiDict

from portal.core.clock import now
from portal.core.db import db
from portal.core.forms import SECRETS, TOKENS
from portal.core.keys import spell
from portal.core.seal import Unreadable, seal, unseal
from portal.core.visits import cookie_of, give_cookie, take_cookie
from portal.tenants.arrival import scope_of_client_id
from portal.users.entrance import act_for
from portal.users.gate import hashed, shown_cookie
from portal.users.models import ADDRESS_LENGTH, SignIn, State, UnsentForm, User

MOST: Final = 200_000  # bytes of words; whoever writes more keeps a copy
LASTS: Final = timedelta(hours=1)
MOST_KEPT: Final = 20  # of one user at a time; the oldest give way
COOKIE: Final = "unsent"
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def can_be_kept() -> bool:
    """Whether what is being sent here may be somebody's form that can be shown again.  Costs no statement."""
    shows = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    fits = request.content_length is not None and request.content_length <= MOST
    known = request.method == "POST" and request.mimetype in _FORMS and shown_cookie() is not None
    return known and shows and fits and len(place()) <= ADDRESS_LENGTH


def place() -> str:
    """The page's own address, as it is asked for again."""
    return request.script_root + request.full_path.rstrip("?")


def keep(address: str, response: Response) -> Response:
    """Keep what was sent for the page at this address, if the browser shows whose it is; the answer carries the token."""
    shown = shown_cookie()
    found = scope_of_client_id(shown[0]) if shown else None
    if shown is None or found is None or len(address) > ADDRESS_LENGTH:
        return response
    act_for(found)
    way = request.environ["vitrine.way"]
    owner = db.session.scalar(
        select(SignIn.user_id)
        .join(SignIn.user)
        .where(
            SignIn.token_hash == hashed(shown[1]),
            SignIn.door == way.door.value,
            SignIn.host == way.host,
            User.state == State.ACTIVE,
        )
    )
    if owner is None:
        return response
    words = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRETS | TOKENS]
    token = secrets.token_urlsafe(32)
    _make_room(owner)
    db.session.add(
        UnsentForm(
            token_hash=hashed(token),
            user_id=owner,
            address=address,
            words=seal(json.dumps(words), purpose=f"{UnsentForm.__tablename__}:{spell(owner)}"),
        )
    )
    lasts = int(LASTS.total_seconds())
    give_cookie(response, COOKIE, token, lasts=lasts)
    return response


def _make_room(owner: UUID) -> None:
    """Forget what is too old, and what its writer has too much of with one more."""
    newest = UnsentForm.created_at.desc(), UnsentForm.id.desc()
    too_many = select(UnsentForm.id).where(UnsentForm.user_id == owner).order_by(*newest).offset(MOST_KEPT - 1)
    too_old = UnsentForm.created_at < now() - LASTS
    db.session.execute(
        delete(UnsentForm).where(or_(too_old, UnsentForm.id.in_(too_many))),
        execution_options={"synchronize_session": False},
    )


def lay_out() -> None:
    """Fill in the form of this page as its reader had typed it; when he sends it, forget what was kept."""
    token = cookie_of(COOKIE)
    if not token or not token.isascii():
        return
    mine = (
        UnsentForm.token_hash == hashed(token),
        UnsentForm.user_id == g.person.id,
        UnsentForm.address == place(),
        UnsentForm.created_at > now() - LASTS,
    )
    if request.method == "POST":
        if db.session.scalar(delete(UnsentForm).where(*mine).returning(UnsentForm.id)):
            after_this_request(_forget)
    elif request.method == "GET" and (kept := db.session.scalar(select(UnsentForm.words).where(*mine))):
        g.typed_before = _opened(kept)


def _opened(kept: str) -> MultiDict[str, str]:
    try:
        words = json.loads(unseal(kept, purpose=f"{UnsentForm.__tablename__}:{spell(g.person.id)}"))
    except Unreadable:
        return MultiDict()
    return MultiDict((name, value) for name, value in words)


def _forget(response: Response) -> Response:
    if response.status_code < 400:  # noqa: PLR2004 - what was refused stays on the page, and is kept
        take_cookie(response, COOKIE)
    return response
