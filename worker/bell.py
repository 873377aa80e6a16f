"""The doorbell: a Redis queue whose entries only say that something is due.

All that RQ offers beyond ringing (retry, dependencies, scheduling, timeouts) stays unused: PostgreSQL knows the truth,
and two sources of truth would argue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import DequeueTimeout, StopRequested
from rq.serializers import JSONSerializer
from rq.timeouts import BaseDeathPenalty
from rq.worker import WorkerStatus

from worker.desk import BREATH, Desk

if TYPE_CHECKING:
    from rq.job import Job

QUEUE: Final = "work"
LISTEN: Final = 2  # seconds one listens before looking up
ANSWER: Final = 3  # seconds Redis may take for anything; more than LISTEN


def line(url: str) -> Redis:
    """A connection that fails at once when Redis is away, instead of trying for long."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=ANSWER, retry=Retry(NoBackoff(), 0))


def queue(connection: Redis) -> Queue:
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


class NoPenalty(BaseDeathPenalty):
    """RQ's alarm strikes anywhere, also within a commit; a lease that is not renewed strikes nobody."""

    def setup_death_penalty(self) -> None:
        pass

    def cancel_death_penalty(self) -> None:
        pass


class Listener(SimpleWorker):
    """An RQ worker that, whenever the bell is silent, also looks for work nobody rang for."""

    death_penalty_class = NoPenalty

    def __init__(self, desk: Desk, connection: Redis, name: str) -> None:
        super().__init__([queue(connection)], name=name, connection=connection, serializer=JSONSerializer)
        self._desk = desk

    def dequeue_job_and_maintain_ttl(
        self,
        timeout: int | None,  # noqa: ARG002 - RQ's own signature
        max_idle_time: int | None = None,  # noqa: ARG002 - likewise
    ) -> tuple[Job, Queue]:
        """The next ring.  RQ's own waits ever longer for a Redis that is away; here that ends the listening."""
        try:
            self.set_state(WorkerStatus.IDLE)
            while True:
                self.heartbeat()
                rung = self._listen()
                if rung is not None:
                    return rung
                self._desk.find_work(patience=self._desk.tempo.patience)
        except RedisError:
            raise StopRequested from None

    def _listen(self) -> tuple[Job, Queue] | None:
        with self._desk.interruptible():
            if self._desk.resting:
                self._desk.stopping.wait(BREATH)
                return None
            try:
                rung = self.queue_class.dequeue_any(
                    self._ordered_queues, LISTEN, self.connection, self.job_class, self.serializer, NoPenalty
                )
            except DequeueTimeout:
                return None
        if rung is not None:
            rung[0].redis_server_version = self.get_redis_server_version()  # type: ignore[no-untyped-call]  # RQ's
        return rung

    def subscribe(self) -> None:
        """No commands by Redis: whoever wants a worker to stop sends it a signal."""

    def _install_signal_handlers(self) -> None:
        """The desk hears signals."""

    def procline(self, message: Any) -> None:
        """The supervisor names the programs."""
