"""Writing a letter: it becomes a process of one task, in the transaction of what caused it."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from flask_babel import force_locale, gettext

from portal.core.db import db
from portal.core.keys import new_id, spell
from portal.core.languages import LANGUAGES
from portal.core.seal import seal
from portal.core.words import Line, say, told
from portal.notifications.letters import LETTERS
from portal.notifications.models import NAME_LENGTH, SUBJECT_LENGTH, Envelope
from portal.notifications.queries import last_test
from portal.notifications.steps import LETTER, PURPOSE, TEST
from portal.processes.actions import cancel, start
from portal.processes.models import Process, State

Clothes = Literal["office", "shop"]


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
    last = last_test()
    if last is not None and last.process.state is State.ATTENTION:
        cancel(last.process)
    return write(TEST, to=to, language=language, clothes="shop", link=link)


def _subject(kind: str, values: Mapping[str, Any], language: str) -> str:
    """As the receiver will read it."""
    with force_locale(language if language in LANGUAGES else "en"):
        said = {name: told(value) if isinstance(value, dict) else value for name, value in values.items()}
        return str(gettext(LETTERS[kind].subject)) % said
