"""The look as work in the background: a storefront has some hundred pages, files and letters."""

from __future__ import annotations

from portal.core.clock import now
from portal.core.errors import NotFound
from portal.core.words import N_, Line, say
from portal.leaks import looking, queries
from portal.leaks.models import LeakLook
from portal.leaks.report import Find, Report, gathered
from portal.processes.models import Process
from portal.processes.plans import Plan, Step


def look_as_visitor(process: Process) -> Line:
    report = looking.visitor()
    return _keep(_look_of(process), report)


def look_as_customer(process: Process) -> Line:
    report = looking.customer()
    look = _look_of(process)
    look.had_customer = report is not None
    return _keep(look, report) if report else say(N_("There is no customer yet to look as"))


def read_letters(process: Process) -> Line:
    report = looking.letters()
    look = _look_of(process)
    line = _keep(look, report)
    look.finished_at = now()
    return line


def _look_of(process: Process) -> LeakLook:
    found = queries.look_of(process.id)
    if found is None:
        raise NotFound
    return found


def _keep(look: LeakLook, report: Report) -> Line:
    look.looked += len(report.looked)
    look.tainted += len(report.tainted)
    look.finds = [one.stored() for one in gathered([*map(Find.of, look.finds), *report.finds])]
    return say(
        N_("%(count)s thing looked at, %(tainted)s of it not clean"),
        N_("%(count)s things looked at, %(tainted)s of them not clean"),
        count=len(report.looked),
        tainted=len(report.tainted),
    )


# The names of plans and steps are for ever: rows carry them.
LOOK = Plan(
    "leaks.look",
    (
        Step("look_as_visitor", N_("Look as a visitor"), look_as_visitor, weight=3, usual=3.0),
        Step("look_as_customer", N_("Look as a customer"), look_as_customer, weight=3, usual=3.0),
        Step("read_letters", N_("Read the letters"), read_letters, weight=2, usual=1.5),
    ),
    topic=N_("Leaks"),
    home="leaks.show",
    steered_by="branding.edit",
    ready="leaks/process_ready.html",
)
