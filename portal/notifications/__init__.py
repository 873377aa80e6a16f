"""Letters: to whom, in which words, in whose clothes; carried out as processes, so that none is lost or sent twice."""

from portal.notifications.actions import write

__all__ = ["write"]
