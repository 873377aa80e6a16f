"""`up`: everything here, in one tree of processes, from the first start on.

The order matters.  Leftovers are buried before the port is looked at, or those of a killed supervisor hold it and
somebody else is blamed.  While the stores start, the application is loaded; then a copy of this process migrates and
founds, so that this one never opens a connection; then the web server, the workers and the schedule are forked from it
and share its memory.
"""

from __future__ import annotations

import argparse
import http.client
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from portal import config
from portal.commands import first_start, serving
from portal.config import Settings
from portal.core import collecting
from portal.local import children, stores
from portal.local.places import Places, settle
from portal.local.register import Register
from portal.local.supervisor import Program, Stopped, Supervisor, alone, need_port

if TYPE_CHECKING:
    from flask import Flask


def offer(commands: Any) -> None:
    parser = commands.add_parser("up", help="start everything here", description=__doc__)
    parser.add_argument("--port", help="the web server's port (setting PORT, 8000)")
    parser.add_argument("--empty", action="store_true", help="found only the distributor; load no demo")
    parser.set_defaults(run=up)


def up(options: argparse.Namespace) -> None:
    settings = config.read(**({"PORT": options.port} if options.port else {}))
    with alone(settings.instance):
        register = Register(settings.instance / "running.json")
        register.bury()
        need_port(settings.bind, settings.port)
        supervisor = Supervisor(register)
        try:
            _stand_up(supervisor, settings, empty=options.empty)
            supervisor.watch()
        except Stopped:
            print("vitrine: stopping …", flush=True)
        finally:
            supervisor.stop()


def _stand_up(supervisor: Supervisor, settings: Settings, *, empty: bool) -> None:
    places = settle(settings.instance)
    embedded = stores.embedded(settings, places)
    for store in embedded:
        supervisor.listen()
        store.prepare()
    supervisor.begin(*(_of_store(store) for store in embedded))
    settings = stores.standing_on(settings, places)
    serving.preload()
    from portal.app import create_app

    supervisor.await_ready()
    stores.furnish(embedded)
    prepare = partial(first_start.prepare, settings, empty=empty)
    facts = children.ask(prepare, places.logs / "prepare.log", supervisor.listen)
    app = create_app(settings)
    collecting.settle()
    supervisor.begin(*_programs(app, settings, places))
    supervisor.await_ready()
    print(first_start.told(settings, first_start.keep(settings, facts)), flush=True)


def _of_store(store: stores.Store) -> Program:
    return Program(name=store.name, begin=store.begin, log=store.log, word=store.word, ready=store.ready, store=True)


def _programs(app: Flask, settings: Settings, places: Places) -> list[Program]:
    workers = [f"worker-{number}" for number in range(1, settings.workers + 1)]
    runs = {
        "web": partial(serving.serve, app, settings),
        "schedule": partial(serving.keep_schedule, app),
        **{name: partial(serving.work, app, name) for name in workers},
    }
    return [
        Program(
            name=name,
            begin=partial(children.fork, run, places.logs / f"{name}.log"),
            log=places.logs / f"{name}.log",
            ready=partial(_answers, settings) if name == "web" else lambda: True,
        )
        for name, run in runs.items()
    ]


def _answers(settings: Settings) -> bool:
    """Whether the web server answers at all; what it answers is the tests' business."""
    line = http.client.HTTPConnection(settings.reached_at, settings.port, timeout=2)
    with closing(line), suppress(OSError, http.client.HTTPException):
        line.request("HEAD", "/", headers={"Host": settings.office_host})
        return line.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    return False
