r"""CSS that somebody typed, read and written anew: what is known to be harmless stays, all else is listed.

    clean("a { color: red; position: fixed }")
    # (".shop a { color: red; }\n", [Removed(1, "position: fixed", "…")])

What comes out is no part of what was typed: it is written here, of words that stand in `words.py`, plain names and
numbers.  It has no address, no escape and no text of its own, loads nothing, is laid over nothing, and reaches nothing
outside the storefront.  Cleaned again it stays as it is.
"""

from portal.branding.own_css.reading import Removed, clean

__all__ = ["MOST_BYTES", "Removed", "clean"]
MOST_BYTES = 64 << 10
