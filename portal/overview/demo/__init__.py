"""The demo: a distributor at work.  Everybody in it is invented, everything is done by the verbs a person would use."""

from portal.overview.demo.loading import SHEETS, load

__all__ = ["SHEETS", "load"]
