"""Letters: to whom, in which words, in whose clothes; carried out as processes, so that none is lost and none sent twice.

write("password_reset", to=(user.name, user.email), language="de", values={…}, link=address)
"""

from portal.notifications.actions import write

__all__ = ["write"]
