"""What RQ calls: one job, by its name, with the id of a process and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rq import get_current_job

if TYPE_CHECKING:
    from worker.desk import Desk

NAME: Final = "worker.jobs.run"

_here: list[Desk] = []


def sit_down(desk: Desk) -> None:
    """From now on the jobs of this program are done at this desk."""
    _here[:] = [desk]


def run(process_id: str) -> None:  # noqa: ARG001 - it tells people which process rang
    """Somebody rang for a process.  Rings are only counted: what is done is whatever is due and fairest."""
    job = get_current_job()
    _here[0].carry_on(job_id=job.id if job else None)
