"""What a process will do: a plan of steps, written as plain functions by the slices above.

    def open_storefront(process: Process) -> Line:
        if not tenant.hosts: ...
        return say(N_("%(host)s is open"), host=host)

    ONBOARDING = Plan("tenant.onboarding", (Step("open_storefront", N_("Open the storefront address"), open_storefront,
                                                 undo=close_storefront, weight=3, usual=0.4), …), final="activate")

A step looks before it leaps, because it may run twice; its name is for ever, because rows carry it.  It acts for the
tenant the process is about and finds what it needs of the maker in `process.facts`.  It answers with the line that tells
what it did, `More` when it did a part, `Later` when it has to wait for somebody.  To fail, it raises: `Permanent(line)` when
trying again cannot mend it, anything else when it can.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.core.words import Line
    from portal.processes.models import Process


@dataclass(frozen=True, slots=True)
class More:
    """A step's answer when there is more to do: what is done so far is committed, and the step is called again.

    Long steps work in chunks of a few seconds and keep their place in their own rows or with `process.note(…)`.
    """

    percent: float
    line: Line


@dataclass(frozen=True, slots=True)
class Later:
    """A step's answer when the world outside is not ready yet: commit what is done, and call again in so many seconds.

    `line` says what it waits for.  Nothing has failed: no try is used up, and the attempt goes on until the step is done or does fail.
    """

    seconds: float
    line: Line


@dataclass(frozen=True, slots=True)
class Step:
    """One task of a plan.

    `undo` takes back what `run` did and is content to find nothing; None means that there is nothing to take back.
    `weight` is the step's share of the progress, `usual` the seconds it usually takes, `promise` a message id: what it
    is going to do.
    """

    name: str
    title: str
    run: Callable[[Process], Line | More | Later]
    undo: Callable[[Process], Line | None] | None = None
    weight: int = 1
    usual: float = 1.0
    promise: str = ""


@dataclass(frozen=True)
class Plan:
    """The steps in order.  Making a plan registers it under its name.

    From `final` on nothing can be cancelled.  One that is `begun` had some of its first step done by whoever started it:
    cancelling undoes that step even if no worker ever came.  `when_done`, `when_stuck` and `when_cancelled` run for the maker, in the
    transaction that settles the process: they may start letters.  The part of the name before the dot is its kind, `topic` the message id
    of the heading that kind is listed under, `home` the endpoint of that list.  `steered_by` is what one must be allowed to do
    in order to retry or cancel one, `feature` what a tenant's edition must open for there to be any.  A `quiet` plan (letters) stays out of
    the lists and the log unless it is asked for or stuck.  `about`, `ready` and `mending` name templates of the slice
    that wrote the plan: facts beside the tasks (rows of a <dl>), the notice when it is done, and the links that help
    when it is stuck; each is given `process` and nothing else.
    """

    name: str
    steps: tuple[Step, ...]
    final: str = ""
    begun: bool = False
    when_done: Callable[[Process], None] | None = None
    when_stuck: Callable[[Process], None] | None = None
    when_cancelled: Callable[[Process], None] | None = None
    topic: str = ""
    home: str = "processes.index"
    steered_by: str = "processes.steer"
    feature: str = ""
    quiet: bool = False
    about: str = ""
    ready: str = ""
    mending: str = ""

    def __post_init__(self) -> None:
        if self.final and self.final not in self._by_name:
            raise ValueError(f"{self.name} has no step {self.final}")
        if PLANS.setdefault(self.name, self) is not self:
            raise ValueError(f"two plans are called {self.name}")

    @cached_property
    def _by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}

    def step(self, name: str) -> Step:
        return self._by_name[name]

    @property
    def kind(self) -> str:
        return self.name.partition(".")[0]

    @property
    def weight(self) -> int:
        return sum(step.weight for step in self.steps)

    @property
    def usual(self) -> float:
        """Seconds the whole usually takes."""
        return sum(step.usual for step in self.steps)


PLANS: dict[str, Plan] = {}
WITNESSES: list[Callable[[Process], None]] = []
"""Slices above that want to hear of every process that is done, cancelled or stuck; told for the maker, as `when_done` is."""
