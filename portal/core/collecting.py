"""Python's collector of cycles, told how our programs live.

All that is loaded stays, and a page makes thousands of values that go with it, hardly one of them in a cycle.
"""

from __future__ import annotations

import gc

SELDOM = (20_000, 20, 20)
"""After how many new values it looks at those, then at older ones: at Python's own 700 it does so eleven times within one
page of a shop, a twentieth of its time.
"""


def settle() -> None:
    """What was loaded so far is looked at no more, and copies of this process share it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
