"""The map of the doors: every address, what it asks of whoever comes, and its parameters.

`routes --json` prints it, and the house's tests ask every door by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask

IMPLIED = frozenset({"HEAD", "OPTIONS"})  # answered wherever GET, or anything, is


def routes(app: Flask) -> Iterator[dict[str, Any]]:
    """One entry for each method of each rule: method, rule, door, endpoint, permission, feature, parameters."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.subdomain or "", one.rule)):
        entry = getattr(app.view_functions[rule.endpoint], "entry", None)
        for method in sorted((rule.methods or set()) - IMPLIED):
            yield {
                "method": method,
                "rule": rule.rule,
                "door": rule.subdomain or "any",
                "endpoint": rule.endpoint,
                "permission": getattr(entry, "permission", None),
                "feature": getattr(entry, "feature", None),
                "parameters": sorted(rule.arguments),
            }
