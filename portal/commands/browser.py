"""The Chromium of the browser tests: found, or installed when that is asked for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal.config import Fault

NAME = "chromium"  # as `tests/browser` looks for it


def find() -> Path | None:
    """The system's Chromium, else Playwright's own."""
    if found := shutil.which(NAME):
        return Path(found)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def need(*, install: bool) -> Path:
    """The browser; installed first when it is missing and may be.  Raises Fault."""
    found = find()
    if found is None and install:
        _install()
        found = find()
    if found is None:
        raise Fault(
            "the browser tests need Chromium, and there is none",
            "python3 -m portal test --install-browser (or leave them out: -m 'not browser')",
        )
    return found


def _install() -> None:
    apt = shutil.which("apt-get")
    if os.geteuid() == 0 and apt:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, "update", "-qq"], env=quiet, check=False)
        done = subprocess.run(
            [apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"], env=quiet, check=False
        )
        if done.returncode == 0:
            return
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        raise Fault("Chromium could not be installed", "install your system's chromium package, then start again")
