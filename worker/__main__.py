"""`python3 -m worker [NAME]`: one worker on the settings of the environment."""

from __future__ import annotations

import os
import sys

from portal import config
from portal.app import create_app
from worker.program import work

if __name__ == "__main__":
    work(create_app(config.read()), sys.argv[1] if len(sys.argv) > 1 else f"worker-{os.getpid()}")
