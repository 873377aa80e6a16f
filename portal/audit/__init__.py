"""The trail: every change writes one line in its own transaction; nobody can alter it afterwards.

    audit.record("account.changed", account, before=before, after=after)

What a row's class says about its fields (`__secret__`, `__personal__`, …) is described in `audit.actions`.
"""

from portal.audit.actions import changes, erase_person, facts, record
from portal.audit.actor import SYSTEM, Actor, acting_as, current_actor, set_actor
from portal.audit.rows import reference

__all__ = [
    "SYSTEM",
    "Actor",
    "acting_as",
    "changes",
    "current_actor",
    "erase_person",
    "facts",
    "record",
    "reference",
    "set_actor",
]
