"""What `geometry` says of a page that was laid out badly on purpose; and that it says nothing of one that was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import geometry

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SOUND = """<h1>One</h1><p>Some words <a href="#">a link</a> in them.</p><button style="height: 24px">Press</button>
<label style="display: flex"><input type="checkbox" style="width: 12px; height: 12px"><span style="line-height: 24px">A box</span></label>
<div style="overflow-x: auto"><p style="width: 5000px">Wide, and it scrolls by itself</p></div><p class="hide" style="display: none">Hidden</p>"""
FAULTS = {
    "scrolls sideways": "<p style='width: 5000px'>Wide</p>",
    "past the edge": "<div style='overflow: hidden'><p style='margin-left: -3em'>Off to the left</p></div>",
    "2 h1": "<h1>Another</h1>",
    "lies over": "<p>Below</p><p style='margin-top: -2.4em'>Above</p>",
    "cut off at the side": "<p style='width: 3em; overflow: hidden; white-space: nowrap'>Too long for its place</p>",
    "cut off below": "<p style='height: 1em; width: 4em; overflow: hidden'>Too high for its place</p>",
    "px to hit: a": "<a href='#' style='display: inline-block; line-height: 20px; height: 20px'>Small</a>",
    "px to hit: input": "<label><input type='radio' style='margin: 0'></label>",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_nothing_else(page: Page, fault: str) -> None:
    page.set_content(f"<body style='line-height: 1.4'>{SOUND}{FAULTS[fault]}</body>")
    found = geometry.faults(page)
    assert found
    assert all(fault in one for one in found), found


def test_a_sound_page_has_none(page: Page) -> None:
    page.set_content(f"<body style='line-height: 1.4'>{SOUND}</body>")
    assert geometry.faults(page) == []
