"""`maintenance on|off`: every page answers 503 with a friendly word, and workers finish what they hold and rest.

It is a file in `instance/`, because it must be answerable while the database is away.
"""

from __future__ import annotations

import argparse
from typing import Any

from portal import config
from portal.config import Fault


def offer(commands: Any) -> None:
    parser = commands.add_parser(
        "maintenance", help="close the doors for a while, and open them again", description=__doc__
    )
    parser.add_argument("state", choices=("on", "off"))
    parser.set_defaults(run=maintenance)


def maintenance(options: argparse.Namespace) -> None:
    mark = config.read().maintenance_mark
    try:
        if options.state == "on":
            mark.touch()
        else:
            mark.unlink(missing_ok=True)
    except OSError as error:
        raise Fault(f"{mark} cannot be written ({error.strerror})", "run it as the owner of instance/") from None
    print(f"Maintenance is {options.state}.")
