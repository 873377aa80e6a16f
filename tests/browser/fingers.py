"""Somebody without a mouse: goes by Tab, chooses by arrows, presses by Enter, and sees at each stop where he is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

FARTHEST = 120  # stops; no page of ours has more

# Where the focus is: its name, and whether it can be seen.  A radio or a tick shows its ring on the card around it.
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const ring = (some) => { const look = getComputedStyle(some); return look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2; };
  const box = one.getBoundingClientRect(), at = [box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2];
  const on_top = document.elementFromPoint(...at);
  const name = one.getAttribute("aria-label") || [...(one.labels ?? [])].map((label) => label.innerText).join(" ") || one.innerText || "";
  return {
    name: name.replace(/\\s+/g, " ").trim(), tag: one.tagName.toLowerCase(), id: one.id,
    ringed: ring(one) || [...(one.labels ?? [])].some(ring) || ring(one.closest("label, .search, .find") ?? one),
    uncovered: !!on_top && (one.contains(on_top) || on_top.contains(one) || !!on_top.closest("label")?.contains(one)),
    over: on_top?.outerHTML.slice(0, 120), at,
  };
}"""


@dataclass
class Fingers:
    page: Page

    @property
    def at(self) -> dict[str, Any]:
        """Where the focus is now."""
        found: dict[str, Any] | None = self.page.evaluate(HERE)
        assert found, f"{self.page.url}: the focus is nowhere"
        return found

    def go_to(self, name: str, *, backwards: bool = False) -> None:
        """Tab until the focus is on what begins with these words; it must be seen at every stop."""
        passed = []
        for _ in range(FARTHEST):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            if self.page.evaluate("document.activeElement === document.body"):
                continue  # the browser's own bar lies between the last stop and the first
            stop = self.at
            assert stop["ringed"], f"{self.page.url}: the focus cannot be seen on {stop}"
            assert stop["uncovered"], f"{self.page.url}: something lies over {stop}"
            if stop["name"].startswith(name):
                return
            passed.append(stop["name"])
        raise AssertionError(f"{self.page.url}: no {name!r} among {passed}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def write(self, name: str, words: str) -> None:
        """Put these words into the field of this name, in the place of what stands there."""
        self.go_to(name)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(words)

    def follow(self, name: str) -> None:
        """Go to a link or a button and press it; the page it leads to."""
        self.go_to(name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
