"""The states a row may pass through, said once per slice."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from portal.core.errors import Conflict
from portal.core.words import N_, say

S = TypeVar("S", bound=StrEnum)


class Lifecycle(Generic[S]):
    """`LIFECYCLE = Lifecycle({State.DRAFT: {State.PUBLISHED}})`; every move goes through `move`."""

    def __init__(self, ways: Mapping[S, set[S]]) -> None:
        self._ways = ways

    def allows(self, state: S, *, to: S) -> bool:
        return to in self._ways.get(state, set())

    def move(self, state: S, *, to: S) -> S:
        """The new state.  Raises Conflict when there is no way from here to there."""
        if not self.allows(state, to=to):
            raise Conflict(say(N_("Look at it again: its state no longer allows this.")))
        return to
