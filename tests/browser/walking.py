"""One tab that walks from page to page and says what is wrong with each: for axe, and for the eye at 360 px.

In the short form a page is seen in the next of the four looks, so that all pages together are seen in all of them; in
the long form every page is seen in every look.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import cycle, product
from typing import TYPE_CHECKING

from tests.browser import parts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE, HEIGHT = 360, 900
LOOKS = tuple(product(parts.SCHEMES, (PHONE, 1440)))

# The forms that something can be typed into; and the same form left as nobody may leave it, sent past its buttons.
FORMS = """[...document.querySelectorAll("main form")].map((form, number) => ({ form, number,
  typed: [...form.elements].filter((one) => (one.tagName === "TEXTAREA" || one.tagName === "INPUT") && !one.readOnly
    && !["hidden", "checkbox", "radio", "file", "search"].includes(one.type)) }))
  .filter(({ form, typed }) => form.method === "post" && typed.length)"""
MISTYPE = f"""number => {{
  const {{ form, typed }} = {FORMS}[number];
  const wrong = {{ number: "-1", email: "nobody@", password: "short" }};
  for (const one of typed) one.value = wrong[one.type] ?? "";
  HTMLFormElement.prototype.submit.call(form);
}}"""


@dataclass
class Walker:
    browser: Browser
    is_long: bool
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page: Page = self.browser.new_context(bypass_csp=True).new_page()
        self.page.add_init_script(path=parts.AXE)
        self._turn = cycle(LOOKS)
        self._change_look()

    def bring(self, name: str, value: str, address: str) -> None:
        """A cookie for this address."""
        self.page.context.add_cookies([{"name": name, "value": value, "url": address}])

    def see(self, address: str) -> int:
        """Open the page and look at it; what it answered."""
        self._change_look()
        answer = self.page.goto(address)
        assert answer is not None, address
        self.look(f"{address} ({answer.status})")
        return answer.status

    def mistype(self, address: str) -> list[int]:
        """Send each form of the page that is open here wrongly filled in, and look at what it says; what it answered."""
        answers = []
        for number in range(self.page.evaluate(f"{FORMS}.length")):
            if number:
                self.page.goto(address)
            self._change_look()
            with self.page.expect_navigation() as news:
                self.page.evaluate(MISTYPE, number)
            answers.append(news.value.status)
            self.look(f"{address}, mistyped ({answers[-1]})")
        return answers

    def _change_look(self) -> None:
        scheme, width = next(self._turn)
        self._wear(scheme, width)

    def _wear(self, scheme: str, width: int) -> None:
        self.scheme, self.width = scheme, width
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size({"width": width, "height": HEIGHT})

    def look(self, what: str) -> None:
        """At the page that is open."""
        self._note(what)
        if self.is_long:
            for scheme, width in set(LOOKS) - {(self.scheme, self.width)}:
                self._wear(scheme, width)
                self._note(what)
        elif self.width > PHONE:
            self.page.set_viewport_size({"width": PHONE, "height": HEIGHT})
            self.found += [f"{what} at {PHONE}: {fault}" for fault in parts.sideways(self.page, PHONE)]

    def _note(self, what: str) -> None:
        faults = parts.faults(self.page, self.width, is_page=True)
        self.found += [f"{what} at {self.width} in {self.scheme}: {fault}" for fault in faults]
