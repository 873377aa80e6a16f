"""`python -m tests.bench [--into FILE] [--short] [what pytest takes]`: every figure, in the long form, as a table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pytest


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--into", type=Path, help="write the table into this file, too")
    parser.add_argument("--short", action="store_true", help="the short form, as in the test command")
    options, more = parser.parse_known_args()
    form = [] if options.short else ["--long"]
    status = pytest.main(["-q", *form, *more, str(Path(__file__).parent)])
    from tests.bench.figures import TOLD, table  # a plugin of pytest's: pytest wants to be the first to load it

    if options.into:
        options.into.write_text("\n".join(table(TOLD)) + "\n", encoding="utf-8")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
