"""Writing a letter: it becomes a process of one task, in the transaction of what caused it."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from portal.core.keys import new_id, spell
from portal.core.seal import seal
from portal.core.words import Line, say
from portal.notifications.letters import LETTERS
from portal.notifications.steps import LETTER, PURPOSE
from portal.processes.actions import start
from portal.processes.models import Process

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
    may be a Line.  Everything is sealed: links carry tokens.  Raises ValueError when something is missing.
    """
    said = {name: value.stored() if isinstance(value, Line) else value for name, value in (values or {}).items()}
    lacking = LETTERS[kind].lacks(said, link)
    if lacking:
        raise ValueError(f"the letter {kind} lacks {', '.join(lacking)}")
    name, address = to
    letter = {"name": name, "address": address, "language": language, "clothes": clothes, "values": said, "link": link}
    return start(
        LETTER,
        name=say(LETTERS[kind].title),
        about=f"letter:{spell(new_id())}",
        facts={"kind": kind, "letter": seal(json.dumps(letter), purpose=PURPOSE)},
    )
