"""What is remembered, and what is let go of."""

from __future__ import annotations

from portal.catalogue.kept import Kept


def test_what_was_asked_for_longest_ago_is_crowded_out() -> None:
    kept: Kept[str] = Kept(2)
    for word in ("one", "two"):
        kept.put(word, word)
    assert kept.get("one", lambda: "anew") == "one"
    kept.put("three", "three")
    assert (kept.look("one"), kept.look("two"), kept.look("three")) == ("one", None, "three")


def test_answers_that_are_weighed_are_kept_by_their_weight() -> None:
    kept: Kept[str] = Kept(10, len)
    kept.put("a", "four")
    kept.put("b", "five5")
    assert (kept.look("a"), kept.look("b")) == ("four", "five5")
    kept.put("a", "six6six")  # in the place of the former
    assert (kept.look("a"), kept.look("b")) == ("six6six", None)
    kept.put("c", "much too much for all")
    assert (kept.look("a"), kept.look("c")) == (None, "much too much for all")
    kept.clear()
    kept.put("d", "nine9nine")
    assert kept.look("d") == "nine9nine"
