"""What a house finds when its costs have changed: why, what that did to its prices, and what it made of it.

causes     what made a cost move: read off two days of the same chain
lines      each plan whose cost moved, with whether its price follows by itself, is held, or was decided about
following  what a held price comes to when it keeps the margin it had
reading    all of it, as the acting house sees it today
"""

from portal.catalogue.inbox.reading import Seen, day_to_compare, look, usual_day

__all__ = ["Seen", "day_to_compare", "look", "usual_day"]
