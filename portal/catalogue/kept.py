"""What a shop has answered, kept in the process until a stamp of its line is raised."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The last answers, by a key that names everything they depend on: nothing has to be dropped, only crowded out.

    `most` is how many are kept, or how much they may weigh together when they are weighed.
    """

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _: 1) -> None:
        self._most, self._weigh = most, weigh
        self._answers: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer kept under this key, or a fresh one."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key][0]
        answer = make()
        self.put(key, answer)
        return answer

    def look(self, key: Hashable) -> T | None:
        """The answer kept under this key, if there is one."""
        with self._lock:
            return self._answers[key][0] if key in self._answers else None

    def put(self, key: Hashable, answer: T) -> None:
        """Keep it, and let go of what was asked for longest ago; the newest stays, whatever it weighs."""
        weight = self._weigh(answer)
        with self._lock:
            self._weight += weight - self._answers.pop(key, (None, 0))[1]
            self._answers[key] = (answer, weight)
            while self._weight > self._most and len(self._answers) > 1:
                self._weight -= self._answers.popitem(last=False)[1][1]

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self._weight = 0
