"""Writing a letter: it becomes a process of one task, in the transaction of what caused it."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from flask_babel import force_locale, gettext

from portal.core import jobs
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.keys import new_id, spell
from portal.core.languages import LANGUAGES
from portal.core.seal import seal
from portal.core.words import N_, Line, say, told
from portal.notifications import queries
from portal.notifications.letters import LETTERS
from portal.notifications.models import NAME_LENGTH, SUBJECT_LENGTH, Envelope
from portal.notifications.steps import LETTER, PURPOSE, TEST
from portal.notifications.wording import samples
from portal.processes.actions import cancel, retry, start
from portal.processes.models import Process, State
from portal.tenants import own_hosts
from portal.tenants.models import Door

Clothes = Literal["office", "shop"]
MOST_AT_ONCE = 500


def write(
    kind: str,
    *,
    to: tuple[str, str],
    language: str,
    clothes: Clothes = "office",
    values: Mapping[str, Any] | None = None,
    link: str = "",
) -> Process:
    """Send a letter of this kind to (name, address); it leaves when the transaction commits.

    clothes: "office", about somebody's work in his office, wears those of the tenant above (the root's own for the
    root); "shop", to anybody of the shop, the tenant's own.  `letters.LETTERS[kind].needs` names the values; a value
    may be a Line.  Everything but the envelope is sealed: links carry tokens.  Raises ValueError when something is missing.
    """
    said = {name: value.stored() if isinstance(value, Line) else value for name, value in (values or {}).items()}
    lacking = LETTERS[kind].lacks(said, link)
    if lacking:
        raise ValueError(f"the letter {kind} lacks {', '.join(lacking)}")
    name, address = to
    letter = {"name": name, "address": address, "language": language, "clothes": clothes, "values": said, "link": link}
    process = start(
        LETTER,
        name=say(LETTERS[kind].title),
        about=f"letter:{spell(new_id())}",
        facts={"kind": kind, "letter": seal(json.dumps(letter), purpose=PURPOSE)},
    )
    subject = _subject(kind, said, language)
    db.session.add(
        Envelope(
            process_id=process.id,
            kind=kind,
            name=name[:NAME_LENGTH],
            address=address,
            subject=subject[:SUBJECT_LENGTH],
            written_at=process.created_at,
        )
    )
    return process


def send_test(*, to: tuple[str, str], language: str, link: str) -> Process:
    """Try the acting tenant's sender on somebody of his own.  A test before it that failed is put away."""
    last = queries.last_test()
    if last is not None and last.process.state is State.ATTENTION:
        cancel(last.process)
    return write(TEST, to=to, language=language, clothes="shop", link=link)


def send_sample(kind: str, *, to: tuple[str, str], language: str) -> Process:
    """One letter of this kind to somebody of the tenant's own, in its clothes, about nobody; its button leads home."""
    home = own_hosts.home(Door.OFFICE)
    return write(kind, to=to, language=language, clothes="shop", values=samples(kind) | {"way_out": ""}, link=home)


def send_again(envelope: Envelope) -> None:
    """Knock once more, now.  Raises Conflict when it has left, or is on its way."""
    if not envelope.can_go_again:
        raise Conflict(say(N_("This letter does not wait for anything: there is nothing to send again.")))
    knock(envelope.process)


def send_all_again() -> int:
    """Knock for every letter that waits for a person; how many."""
    stuck = queries.stuck(MOST_AT_ONCE)
    for process in stuck:
        knock(process)
    return len(stuck)


def knock(process: Process) -> None:
    """Try this letter once more, now."""
    if process.state is State.ATTENTION:
        retry(process)
    else:
        jobs.call(process.id, tenant_id=process.tenant_id, subject_id=process.subject_id)


def _subject(kind: str, values: Mapping[str, Any], language: str) -> str:
    """As the receiver will read it."""
    with force_locale(language if language in LANGUAGES else "en"):
        said = {name: told(value) if isinstance(value, dict) else value for name, value in values.items()}
        return str(gettext(LETTERS[kind].subject)) % said
