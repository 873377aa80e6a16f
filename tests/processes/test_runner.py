"""What the engine does with a process: carry on, wait, ask for help, undo."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Permanent
from portal.core.scope import scope
from portal.core.words import say
from portal.processes import actions, setbacks
from portal.processes.models import Outcome, State, TaskState
from portal.processes.plans import Later, More
from portal.processes.queries import whole
from tests.processes.rehearsal import begin, mark, marks, seen, trail

if TYPE_CHECKING:
    from portal.processes.models import Process


class Flaky:
    """A task that fails a number of times before it does its work."""

    def __init__(self, task, failures, error=None):
        self.task, self.left, self.error = task, failures, error or ConnectionError("the line is dead")

    def __call__(self, process):
        mark(process, f"try {self.task}")
        if self.left:
            self.left -= 1
            raise self.error
        return mark(process, self.task)


def test_a_process_is_carried_to_its_end(meridian, worker, script):
    key = begin(meridian)
    worker.run_due()
    process = seen(meridian, key)
    assert process.state is State.DONE
    assert process.percent == 100
    assert marks(meridian) == ["first", "second", "third", "last"]
    assert [task.attempts for task in process.tasks] == [1, 1, 1, 1]
    assert trail(meridian) == ["process.started", "process.done"]


def test_a_task_acts_for_the_subject_with_the_makers_facts(meridian, north, worker, script):
    found = {}

    def look(process: Process):
        acting = scope()
        found.update(tenant=acting.tenant_id, above=acting.above, facts=process.facts)
        process.note(learned="on the way")
        return mark(process, "first")

    script.does["first"] = look
    key = begin(meridian, subject=north, price_list="US Retail")
    worker.run_due()
    assert found == {"tenant": north.tenant_id, "above": (meridian.tenant_id,), "facts": {"price_list": "US Retail"}}
    assert seen(meridian, key).facts == {"price_list": "US Retail", "learned": "on the way"}
    assert marks(north) == ["first", "second", "third", "last"]
    assert marks(meridian) == []


def test_the_subject_does_not_see_the_process(meridian, north, worker, script):
    key = begin(meridian, subject=north)
    worker.run_due()
    assert north.client().get(f"/processes/{key}").status_code == 404


def test_a_failed_task_is_retried_and_the_rest_is_not_repeated(meridian, worker, script):
    script.does["third"] = Flaky("third", failures=1)
    key = begin(meridian)
    worker.run_due()
    waiting = seen(meridian, key)
    assert waiting.state is State.WAITING
    assert waiting.next_try_at is not None
    worker.run_all()
    process = seen(meridian, key)
    assert process.state is State.DONE
    assert [task.attempts for task in process.tasks] == [1, 1, 2, 1]
    assert [attempt.outcome for attempt in process.tasks[2].history] == [Outcome.FAILED, Outcome.DONE]
    assert marks(meridian) == ["first", "second", "try third", "third", "last"]


def test_what_a_failed_try_wrote_is_gone(meridian, worker, script):
    script.does["first"] = Flaky("first", failures=3)
    begin(meridian)
    worker.run_all()
    assert marks(meridian).count("try first") == 1


def test_five_failures_need_attention_and_say_why(meridian, worker, script):
    script.does["second"] = Flaky("second", failures=99)
    key = begin(meridian)
    worker.run_all()
    process = seen(meridian, key)
    assert process.state is State.ATTENTION
    assert process.tasks[1].attempts == setbacks.MOST_TRIES
    assert process.tasks[1].state is TaskState.FAILED
    assert "ConnectionError" in process.reason["values"]["kind"]
    assert trail(meridian)[-1] == "process.stopped"


def test_the_waits_grow_and_differ():
    waits = [[setbacks.wait(tries) for _ in range(50)] for tries in range(1, setbacks.MOST_TRIES)]
    assert all(len(set(some)) > 40 for some in waits)
    assert all(max(shorter) < 2 * max(longer) for shorter, longer in pairwise(waits))
    assert [round(sum(some) / 50 / 2) for some in waits] == pytest.approx([1, 2, 4, 8], rel=0.35)


def test_what_trying_again_cannot_mend_needs_attention_at_once(meridian, worker, script):
    script.does["second"] = Flaky(
        "second", failures=99, error=Permanent(say("%(name)s is taken", name="lumen.example"))
    )
    key = begin(meridian)
    worker.run_due()
    process = seen(meridian, key)
    assert process.state is State.ATTENTION
    assert process.tasks[1].attempts == 1
    assert process.reason == {"text": "%(name)s is taken", "values": {"name": "lumen.example"}}


def test_retry_goes_on_at_the_task_it_stopped_at(meridian, worker, script):
    script.does["third"] = Flaky("third", failures=1, error=Permanent("no"))
    key = begin(meridian)
    worker.run_due()
    with meridian.office():
        actions.retry(whole(key))
    worker.run_due()
    process = seen(meridian, key)
    assert process.state is State.DONE
    assert [task.attempts for task in process.tasks] == [1, 1, 2, 1]
    assert trail(meridian) == ["process.started", "process.stopped", "process.retried", "process.done"]


def test_progress_never_falls_and_is_whole_only_when_done(meridian, worker, script):
    percents = []

    def watch(process: Process):
        percents.append(seen(meridian, key).percent)
        return mark(process, "step")

    script.does.update(dict.fromkeys(("first", "second", "third", "last"), watch))
    script.done = lambda _: percents.append(seen(meridian, key).percent)
    key = begin(meridian)
    worker.run_due()
    percents.append(seen(meridian, key).percent)
    assert percents == [0, 10, 30, 60, 99, 100]


def test_a_long_task_is_done_in_chunks(meridian, worker, script):
    shown = []

    def in_chunks(process: Process):
        shown.append((seen(meridian, key).percent, seen(meridian, key).tasks[0].percent))
        rows = process.facts.get("rows", 0) + 100
        process.note(rows=rows)
        return mark(process, "whole") if rows == 300 else More(rows / 3, say("%(count)s rows", count=rows))

    script.does["first"] = in_chunks
    key = begin(meridian)
    worker.run_due()
    process = seen(meridian, key)
    assert shown == [(0, 0), (3, 33), (6, 66)]
    assert process.state is State.DONE
    assert process.tasks[0].attempts == 1
    assert marks(meridian)[0] == "whole"


class Awaited:
    """A task that waits for the world outside before it does its work, keeping its place."""

    def __init__(self, task, asks):
        self.task, self.left = task, asks

    def __call__(self, process):
        process.note(asked=process.facts.get("asked", 0) + 1)
        if self.left:
            self.left -= 1
            return Later(30, say("Waiting until %(name)s is known", name="lumen.example"))
        return mark(process, self.task)


def test_waiting_for_the_world_outside_is_running_and_no_failure(meridian, worker, script):
    script.does["second"] = Awaited("second", asks=7)
    key = begin(meridian)
    assert worker.run_due() == 1
    process = seen(meridian, key)
    assert (process.state, process.tasks[1].state) == (State.RUNNING, TaskState.RUNNING)
    assert process.asks_again
    assert timedelta(seconds=25) < process.next_try_at - now() <= timedelta(seconds=30)
    assert (process.worker, process.reason) == (None, None)
    assert process.tasks[1].line["values"] == {"name": "lumen.example"}
    assert process.percent == 10
    began = process.tasks[1].begun_at
    worker.run_all()
    done = seen(meridian, key)
    assert done.state is State.DONE
    assert done.facts["asked"] == 8
    assert [attempt.outcome for attempt in done.tasks[1].history] == [Outcome.DONE], "one attempt, however often asked"
    assert done.tasks[1].history[0].begun_at == began
    assert trail(meridian) == ["process.started", "process.done"]


def test_only_failures_in_a_row_use_up_the_tries(meridian, worker, script):
    answers = [ConnectionError("dead"), Later(30, say("Not yet"))] * setbacks.MOST_TRIES

    def mumble(process: Process):
        if not answers:
            return mark(process, "second")
        answer = answers.pop()
        if isinstance(answer, Exception):
            raise answer
        return answer

    script.does["second"] = mumble
    key = begin(meridian)
    worker.run_all()
    process = seen(meridian, key)
    assert process.state is State.DONE
    assert process.tasks[1].attempts == setbacks.MOST_TRIES + 1


def test_who_cancels_does_not_wait_for_the_world_outside(meridian, worker, script):
    script.does["second"] = Awaited("second", asks=99)
    key = begin(meridian)
    worker.run_due()
    with meridian.office():
        actions.cancel(whole(key))
    worker.run_due()
    assert seen(meridian, key).state is State.CANCELLED
    assert marks(meridian) == ["first", "unsecond", "unfirst"]


def test_cancelling_while_a_task_asks_does_not_wait_either(meridian, worker, script):
    def cancelled_meanwhile(_: Process):
        with meridian.office():
            actions.cancel(whole(key))
        return Later(3600, say("Not yet"))

    script.does["second"] = cancelled_meanwhile
    key = begin(meridian)
    worker.run_due()
    assert seen(meridian, key).state is State.CANCELLED


def test_crashes_between_two_answers_are_not_in_a_row(meridian, worker, script):
    class Killed(BaseException):
        """The worker is gone."""

    answers = [Killed(), Later(30, say("Not yet"))] * 3

    def mumble(process: Process):
        if not answers:
            return mark(process, "second")
        answer = answers.pop()
        if isinstance(answer, Killed):
            raise answer
        return answer

    script.does["second"] = mumble
    key = begin(meridian)
    while worker.let_time_pass():
        try:
            worker.run_due()
        except Killed:
            worker.let_leases_end()
    assert seen(meridian, key).state is State.DONE


def test_cancel_undoes_in_reverse(meridian, worker, script):
    script.does["third"] = Flaky("third", failures=1, error=Permanent("no"))
    key = begin(meridian)
    worker.run_due()
    with meridian.office():
        actions.cancel(whole(key))
    assert seen(meridian, key).state is State.CANCELLING
    worker.run_due()
    process = seen(meridian, key)
    assert process.state is State.CANCELLED
    assert marks(meridian) == ["first", "second", "unsecond", "unfirst"]
    assert [task.state for task in process.tasks] == [TaskState.UNDONE] * 3 + [TaskState.TODO]
    assert process.percent == 30
    assert trail(meridian)[-2:] == ["process.cancellation_asked", "process.cancelled"]


def test_cancelling_while_a_task_runs_lets_it_finish_and_undoes_it(meridian, worker, script):
    def cancelled_meanwhile(process: Process):
        with meridian.office():
            actions.cancel(whole(key))
        return mark(process, "second")

    script.does["second"] = cancelled_meanwhile
    key = begin(meridian)
    worker.run_due()
    assert seen(meridian, key).state is State.CANCELLED
    assert marks(meridian) == ["first", "second", "unsecond", "unfirst"]


def test_a_task_that_fails_while_it_is_cancelled_is_not_tried_again(meridian, worker, script):
    def cancelled_meanwhile(process: Process):
        with meridian.office():
            actions.cancel(whole(key))
        raise Permanent("it broke, too")

    script.does["second"] = cancelled_meanwhile
    key = begin(meridian)
    worker.run_due()
    assert seen(meridian, key).state is State.CANCELLED
    assert marks(meridian) == ["first", "unsecond", "unfirst"]


def test_from_the_final_task_on_nothing_can_be_cancelled(meridian, worker, script):
    refused = []

    def cancel() -> None:
        with pytest.raises(Conflict) as told, meridian.office():
            actions.cancel(whole(key))
        refused.append(told.value.line.text)

    def too_late(process: Process):
        cancel()
        return mark(process, "last")

    script.does["last"] = too_late
    key = begin(meridian)
    worker.run_due()
    cancel()
    assert "too late" in refused[0]
    assert "over" in refused[1]
    assert marks(meridian) == ["first", "second", "third", "last"]


def test_a_final_task_that_failed_may_still_be_cancelled(meridian, worker, script):
    script.does["last"] = Flaky("last", failures=1, error=Permanent("no"))
    key = begin(meridian)
    worker.run_due()
    with meridian.office():
        actions.cancel(whole(key))
    worker.run_due()
    assert seen(meridian, key).state is State.CANCELLED


def test_an_undoing_that_fails_waits_then_needs_attention_and_goes_on(meridian, worker, script):
    script.does["third"] = Flaky("third", failures=1, error=Permanent("no"))
    script.undoes["second"] = Flaky("unsecond", failures=setbacks.MOST_TRIES)
    key = begin(meridian)
    worker.run_due()
    with meridian.office():
        actions.cancel(whole(key))
    worker.run_due()
    assert seen(meridian, key).next_try_at is not None
    worker.run_all()
    stuck = seen(meridian, key)
    assert (stuck.state, stuck.undoing) == (State.ATTENTION, True)
    with meridian.office():
        actions.retry(whole(key))
    worker.run_due()
    assert seen(meridian, key).state is State.CANCELLED
    assert marks(meridian)[-2:] == ["unsecond", "unfirst"]


def test_the_end_may_start_letters_in_the_makers_name(meridian, north, worker, script):
    script.done = lambda process: mark(process, "told")
    begin(meridian, subject=north)
    worker.run_due()
    assert marks(meridian) == ["told"]


def test_a_letter_that_cannot_be_begun_does_not_keep_the_process_from_ending(meridian, worker, script):
    def fails(process: Process) -> None:
        mark(process, "half told")
        raise ValueError(process)

    script.done = fails
    key = begin(meridian)
    worker.run_due()
    assert seen(meridian, key).state is State.DONE
    assert "half told" not in marks(meridian)


def test_getting_stuck_tells_somebody(meridian, worker, script):
    script.does["first"] = Flaky("first", failures=1, error=Permanent("no"))
    script.stuck = lambda process: mark(process, "called for help")
    begin(meridian)
    worker.run_due()
    assert marks(meridian) == ["called for help"]


def test_a_lost_worker_leaves_its_attempt_and_three_need_attention(meridian, worker, script):
    class Killed(BaseException):
        """What no except clause of the engine catches: the worker is gone."""

    def die(_: Process):
        raise Killed

    script.does["second"] = die
    key = begin(meridian)
    for name in ("worker-1", "worker-2", "worker-3"):
        with pytest.raises(Killed):
            worker.called(name).run_one()
        worker.let_leases_end()
    worker.run_due()
    process = seen(meridian, key)
    assert process.state is State.ATTENTION
    assert "lost" in process.reason["text"]
    assert [attempt.worker for attempt in process.tasks[1].history] == ["worker-1", "worker-2", "worker-3"]
    assert {attempt.outcome for attempt in process.tasks[1].history} == {Outcome.LOST}
    script.does.clear()
    with meridian.office():
        actions.retry(whole(key))
    worker.run_due()
    assert seen(meridian, key).state is State.DONE


def test_every_attempt_says_who_made_it(meridian, worker, script):
    key = begin(meridian)
    worker.called("worker-7").run_due()
    attempts = [attempt for task in seen(meridian, key).tasks for attempt in task.history]
    assert {(attempt.worker, attempt.job_id) for attempt in attempts} == {("worker-7", None)}


def test_attempts_cannot_be_altered(meridian, worker, script):
    key = begin(meridian)
    worker.run_due()
    with meridian.office():
        whole(key).tasks[0].history[0].worker = "somebody else"
        with pytest.raises(Exception, match="permission denied"):
            db.session.flush()
        db.session.rollback()


def test_two_hundred_of_one_do_not_delay_the_first_of_another(north, south, worker, script):
    for _ in range(20):
        begin(north)
    worker.run_one()
    key = begin(south)
    worker.run_one()
    assert seen(south, key).state is State.DONE


def test_a_long_process_takes_turns(north, south, worker, script):
    impatient = worker.called("worker-1", turn=0)
    long, short = begin(north), begin(south)
    states = []
    while impatient.run_one():
        states.append((seen(north, long).done_count, seen(south, short).done_count))
    assert states[1] == (1, 1)
    assert seen(north, long).state is seen(south, short).state is State.DONE


def test_a_worker_that_is_stopped_puts_the_process_back_in_good_order(meridian, worker, script):
    leaving = worker.called("worker-1")

    def told_to_stop(process: Process):
        leaving.hands.stopping.set()
        return mark(process, "second")

    script.does["second"] = told_to_stop
    key = begin(meridian)
    leaving.run_one()
    assert seen(meridian, key).done_count == 2
    worker.run_due()
    process = seen(meridian, key)
    assert process.state is State.DONE
    assert [task.attempts for task in process.tasks] == [1, 1, 1, 1]
