"""Whether a page stands as it should, asked in the page itself: nothing sideways, laid over, cut off or too small to hit.

What axe cannot see: it knows the rules of the markup and of colours, not where things lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEAST_TARGET = 24
# Letters reach less far than their line: of each line a fifth above and below is air, in which neighbours may stand.
FAULTS = """least => {
  const faults = [];
  const said = (one) => `${one.tagName.toLowerCase()}.${[...one.classList].join(".")} “${(one.textContent || one.ariaLabel || "").trim().slice(0, 40)}”`;
  const hidden = (one) => !one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || one.closest(".hide, .skip, [popover], [aria-hidden=true] text");
  const style = (one) => getComputedStyle(one);
  const scrolls = (one) => { for (; one && one !== document.body; one = one.parentElement) if (/auto|scroll/.test(style(one).overflowX)) return true; return false; };
  const floats = (one) => { for (; one && one !== document.body; one = one.parentElement) if (/fixed|sticky/.test(style(one).position)) return one; return null; };

  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) faults.push(`scrolls sideways, ${wide} px wide`);
  const heads = [...document.querySelectorAll("h1")].filter((one) => !hidden(one));
  if (heads.length !== 1) faults.push(`${heads.length} h1`);

  const lines = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const owner = node.parentElement;
    if (!node.data.trim() || hidden(owner) || ["SCRIPT", "STYLE", "OPTION", "NOSCRIPT"].includes(owner.tagName)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 2 || box.height < 2) continue;
      if ((box.left < -1 || box.right > innerWidth + 1) && !scrolls(owner)) faults.push(`past the edge: ${said(owner)}`);
      const air = box.height / 5;
      lines.push({ owner, floats: floats(owner), left: box.left + 1, right: box.right - 1, top: box.top + air, bottom: box.bottom - air });
    }
  }
  lines.sort((one, other) => one.top - other.top);
  for (let at = 0; at < lines.length; at++) {
    const one = lines[at];
    for (let next = at + 1; next < lines.length && lines[next].top < one.bottom; next++) {
      const other = lines[next];
      if (one.owner === other.owner || one.floats !== other.floats) continue;
      if (other.left < one.right && one.left < other.right) faults.push(`${said(one.owner)} lies over ${said(other.owner)}`);
    }
  }

  for (const one of document.body.querySelectorAll("*")) {
    if (hidden(one) || one instanceof SVGElement || ["INPUT", "SELECT", "TEXTAREA"].includes(one.tagName)) continue;
    const worn = style(one);
    const cut = (axis) => /hidden|clip/.test(worn[`overflow${axis}`]);
    if (one === document.body || !one.textContent.trim() || worn.display === "inline") continue;
    if (cut("X") && one.scrollWidth > one.clientWidth + 1) faults.push(`cut off at the side: ${said(one)}`);
    if (cut("Y") && one.scrollHeight > one.clientHeight + 1) faults.push(`cut off below: ${said(one)}`);
  }

  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    const inLabel = ["checkbox", "radio"].includes(one.type) && one.closest("label");
    const target = inLabel || one;
    if (hidden(target) || (!inLabel && style(target).display === "inline")) continue;
    const box = target.getBoundingClientRect();
    if (Math.min(box.width, box.height) < least - .01) faults.push(`${box.width.toFixed(1)} × ${box.height.toFixed(1)} px to hit: ${said(one)}`);
  }
  return [...new Set(faults)];
}"""


# A window that was made another size a moment ago is drawn in it: before, what hangs on its width may still be of the old.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"


def faults(page: Page) -> list[str]:
    """Of the page that is open, at the width it has."""
    page.evaluate(DRAWN)
    found: list[str] = page.evaluate(FAULTS, LEAST_TARGET)
    return found
