"""`serve`, `worker` and `schedule`: one program each, for whoever has a supervisor of his own (systemd, a container)."""

from __future__ import annotations

import argparse
import multiprocessing
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from portal.commands.standing import in_app

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings

DRAIN = 4  # seconds the requests under way are given when the server stops


def offer(commands: Any) -> None:
    serve = commands.add_parser("serve", help="run the web server alone", description=__doc__)
    serve.add_argument("--port", help="listen there (setting PORT)")
    serve.set_defaults(run=serve_alone)
    worker = commands.add_parser("worker", help="run one worker that carries out processes", description=__doc__)
    worker.add_argument(
        "--schedule", action="store_true", help="run the schedule instead: it rings the workers for due work"
    )
    worker.add_argument("--name", default="", help="how the worker is called in attempts and logs")
    worker.set_defaults(run=work_alone)


def serve_alone(options: argparse.Namespace) -> None:
    with in_app(**({"PORT": options.port} if options.port else {})) as app:
        serve(app, app.config["VITRINE"])


def work_alone(options: argparse.Namespace) -> None:
    with in_app() as app:
        if options.schedule:
            keep_schedule(app)
        else:
            work(app, options.name or f"worker-{os.getpid()}")


def serve(app: Flask, settings: Settings) -> None:
    """Answer requests until told to stop.  The server's one worker is a copy of this process, the app in it."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings

    multiprocessing.set_start_method("fork", force=True)
    Granian(
        "portal",
        address=settings.bind,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        blocking_threads=settings.web_threads,
        backlog=1024,
        websockets=False,
        workers_kill_timeout=DRAIN,
        log_access=False,
    ).serve(target_loader=lambda *_: _own(app), wrap_loader=False)


def preload() -> None:
    """Load all that any of the programs will need: copies of this process then share it."""
    from portal.commands import schema

    schema.meet_tables()
    for name in ("granian", "worker.program"):
        import_module(name)


def work(app: Flask, name: str) -> None:
    """Carry out processes until told to stop."""
    from worker import program

    program.work(_own(app), name)


def keep_schedule(app: Flask) -> None:
    """Ring the workers for what is due until told to stop."""
    from worker import program

    program.keep_schedule(_own(app))


def _own(app: Flask) -> Flask:
    """The app, in a process that is a copy: connections of the one it was copied from are left to that one."""
    from portal.core import collecting
    from portal.core.db import db

    collecting.settle()
    with app.app_context():
        db.engine.dispose(close=False)
    return app
