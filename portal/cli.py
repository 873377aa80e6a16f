"""`python3 -m portal`: the commands, and how a fault is told."""

import argparse
import sys

from portal.commands import (
    catalogues,
    checks,
    database,
    doctor,
    founding,
    importing,
    leaking,
    maintenance,
    maps,
    serving,
    theming,
    up,
)
from portal.config import Fault, table


def main(arguments: list[str]) -> int:
    """Carry out one command; the exit status."""
    options = _understood(arguments)
    try:
        return int(options.run(options) or 0)
    except Fault as fault:
        print(f"vitrine: {fault.reason}\n         {fault.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has seen enough
        sys.stderr.close()
        return 0


def _understood(arguments: list[str]) -> argparse.Namespace:
    """What was asked.  Only `test` takes more than it knows, for pytest."""
    whole = parser()
    options, more = whole.parse_known_args(arguments)
    if more and not getattr(options, "takes_more", False):
        whole.error(f"unknown: {' '.join(more)}")
    options.more = [one for one in more if one != "--"]
    return options


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    settings = "\n".join(f"  {name:<22}{says}{f' ({default})' if default else ''}" for name, default, says in table())
    whole = argparse.ArgumentParser(
        prog="python3 -m portal",
        description="Vitrine: offices for those who sell, storefronts for those who buy.",
        epilog=f"Settings, by environment or in instance/settings.toml:\n{settings}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for room in (
        up,
        checks,
        serving,
        database,
        founding,
        importing,
        leaking,
        doctor,
        maintenance,
        maps,
        catalogues,
        theming,
    ):
        room.offer(commands)
    return whole
