"""What can go wrong in words a person understands, and the answer each deserves.

Verbs raise these; the web layer turns them into pages, the process runner into attempts.
"""

from __future__ import annotations

from collections.abc import Sequence

from portal.core.words import Line, say


class Problem(Exception):
    """Something a person did, or met, that has a name.  `line` is what they are told."""

    status = 500

    def __init__(self, line: Line | str = "", *, field: str | None = None) -> None:
        self.line = line if isinstance(line, Line) else say(line)
        self.field = field
        super().__init__(self.line.plain)


class Invalid(Problem):
    """The input cannot be taken as it is.  `field` names where the remedy is typed; `besides`: what else cannot."""

    status = 422

    def __init__(self, line: Line | str = "", *, field: str | None = None, besides: Sequence[Invalid] = ()) -> None:
        super().__init__(line, field=field)
        self.besides = besides


class Forbidden(Problem):
    """The person is known and may not do this."""

    status = 403


class NotFound(Problem):
    """Not there, not theirs, or not even an id: nobody learns which."""

    status = 404


class Conflict(Problem):
    """The row has moved on since it was read, or its state forbids the verb."""

    status = 409


class TooMany(Problem):
    """Tried too often.  `wait` is in whole seconds."""

    status = 429

    def __init__(self, line: Line | str = "", *, wait: int) -> None:
        super().__init__(line)
        self.wait = wait


class Permanent(Problem):
    """A task met what trying again will not mend: a person has to act."""


class Trespass(RuntimeError):
    """A programmer's fault: a statement or a row tried to leave its tenant."""


class NoScope(Trespass):
    """A tenant's rows were asked for while acting for nobody."""
