"""What a real browser makes of CSS that was cleaned: it loads nothing, lies over nothing, and reaches nothing outside."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from portal.branding.own_css import clean
from tests.branding.css_attacks import ATTACKS, GOOD, mutants

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SHOP = "http://shop.example/"
PAGE = """<!doctype html><html><body class="shop"><main><a class="x card btn" href="#">a</a><b>b</b><form><input value="a">
<ul class="cards"><li>c</li></ul></form></main></body></html>"""
WALK = r"""([css, layered]) => {
  const found = [], sheet = document.createElement("style");
  sheet.textContent = layered ? `@layer own {\n${css}}` : css;
  document.head.append(sheet);
  const walk = (rules) => { for (const rule of rules) {
    if (rule instanceof CSSMediaRule) { walk(rule.cssRules); continue; }
    if (layered && rule instanceof CSSLayerBlockRule && rule.parentRule === null) { walk(rule.cssRules); continue; }
    if (!(rule instanceof CSSStyleRule)) { found.push(rule.constructor.name); continue; }
    if (rule.cssRules.length) found.push("nested in " + rule.selectorText);
    for (const one of rule.selectorText.split(","))
      if (!/^\s*\.shop\b(?!\s*[+~])/.test(one) || /\[|:has|:not|:is|:where|:root|:host/.test(one)) found.push("chooses " + one);
    for (const name of rule.style) {
      const said = rule.style.getPropertyValue(name);
      if (name.startsWith("--") || /^(content|z-index|inset|top|left|right|bottom|transform|translate|scale|mask|behavior|animation)/.test(name)) found.push(name);
      if (name === "position" && !/^(static|relative)$/.test(said)) found.push("position " + said);
      if (/url\(|image-set|cross-fade|element\(|paint\(|attr\(|src\(|expression/i.test(said)) found.push(name + ": " + said);
      if (rule.style.getPropertyPriority(name)) found.push("important " + name);
    }
  } };
  walk(sheet.sheet.cssRules);
  for (const one of document.querySelectorAll("*")) for (const part of [null, "::before", "::after"]) {
    const worn = getComputedStyle(one, part);
    if (/fixed|absolute|sticky/.test(worn.position)) found.push(one.tagName + " is " + worn.position);
    if (worn.zIndex !== "auto") found.push(one.tagName + " has a z-index");
    if (part && !["none", "normal"].includes(worn.content)) found.push(one.tagName + " says " + worn.content);
  }
  const count = sheet.sheet.cssRules.length;
  sheet.remove();
  return [found, count];
}"""


def made_of(page: Page, css: str, *, layered: bool = True) -> tuple[list[str], int]:
    found, count = page.evaluate(WALK, [css.encode("utf-8", "replace").decode(), layered])
    return found, count


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The addresses the page asks for."""
    asked: list[str] = []

    def answer(route: Any) -> None:
        if route.request.url == SHOP:
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            asked.append(route.request.url)
            route.abort()

    page.route("**/*", answer)
    page.goto(SHOP)
    asked.clear()  # its icon
    return asked


def test_a_browser_finds_nothing_that_lives_in_what_was_cleaned(page: Page, asked: list[str], is_long) -> None:
    count = 0
    for text in chain(ATTACKS.values(), [GOOD], mutants(1_000 if is_long else 100)):
        worn, _ = clean(text)
        found, rules = made_of(page, worn)
        assert found == [], (text, worn)
        count += rules
    assert asked == []
    assert count > 100


def test_the_same_browser_finds_much_where_nothing_was_cleaned(page: Page, asked: list[str]) -> None:
    with page.expect_request("**/evil.example/**"):
        found = {name for name, text in ATTACKS.items() if made_of(page, text, layered=False)[0]}
    assert len(found) > 30
