"""What to make of a failure: whether to try again, when, and how to say why."""

from __future__ import annotations

import random

from sqlalchemy.exc import OperationalError

from portal.core.errors import Invalid, Permanent, Problem, Trespass
from portal.core.words import N_, Line, say

MOST_TRIES = 5
MOST_CRASHES = 3
FIRST_WAIT = 2.0  # seconds; doubles with every try
HOPELESS = (Permanent, Invalid, Trespass)  # trying again cannot mend these


def is_final(error: Exception, tries: int) -> bool:
    """Whether a person has to look after so many tries."""
    return isinstance(error, HOPELESS) or tries >= MOST_TRIES


def wait(tries: int) -> float:
    """Seconds until the next try: 2, 4, 8, 16, each up to a half longer or shorter, so that a crowd spreads out."""
    return FIRST_WAIT * float(2 ** (tries - 1)) * random.uniform(0.5, 1.5)  # noqa: S311 - nobody gains by guessing it


def reason(error: Exception) -> Line:
    """Why it failed, in words a person can act on; what we have no words for is in the worker's log."""
    if isinstance(error, Problem) and error.line.text:
        return error.line
    if isinstance(error, OperationalError):
        return say(N_("The database did not answer."))
    return say(N_("It failed unexpectedly (%(kind)s); the worker’s log has the details."), kind=type(error).__name__)
