"""Whatever colour somebody chooses, everything can be read."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.branding.colours import HOVER, contrast, neutral, palette
from portal.branding.sheet import stylesheet

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
# Every ground of office and shop, plain and themed, at its least favourable: (in light, in dark), see the token tables.
GROUNDS = {
    "light": ("#ffffff", "#f8f9fb", "#f2f4f6", "#eef0f4", "#f5f0e8", "#ebedef"),
    "dark": ("#0e1013", "#121418", "#16191d", "#21252a", "#202329"),
}


def brightened(colour: str) -> str:
    return "#" + "".join(f"{min(255, round(int(colour[at : at + 2], 16) * HOVER)):02x}" for at in (1, 3, 5))


@settings(max_examples=150, deadline=None)
@given(COLOURS, st.none() | COLOURS)
def test_every_pair_keeps_its_ratio(brand, accent):
    tokens = palette(brand, accent).tokens
    for side, grounds in enumerate(GROUNDS.values()):
        worn = {name: pair[side] for name, pair in tokens.items()}
        for button in (worn["brand"], worn["brand-hover"], brightened(worn["brand"])):
            assert contrast(worn["on-brand"], button) >= 4.5, (brand, worn)
        for ground in (*grounds, worn["brand-soft"]):
            assert contrast(worn["brand-text"], ground) >= 4.5, (brand, worn, ground)
            assert contrast(worn["focus"], ground) >= 3, (brand, worn, ground)
            assert contrast(worn["accent"], ground) >= 3, (brand, worn, ground)
        for ground in grounds:
            assert contrast(worn["brand"], ground) >= 3, (brand, worn, ground)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_every_name_has_a_colour_of_its_own_and_keeps_it(name):
    assert re.fullmatch(r"#[0-9a-f]{6}", neutral(name))
    assert neutral(name) == neutral(name.upper().lower()) or name.upper().lower() != name.lower()


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert palette("#2759bc").light("brand") == "#2759bc"


def test_a_colour_that_cannot_is_moved_in_lightness_and_keeps_its_hue():
    yellow = palette("#ffd500")
    assert yellow.light("brand") != "#ffd500"
    assert abs(yellow.tint - palette(yellow.light("brand")).tint) <= 3


def test_the_stylesheet_has_custom_properties_and_nothing_else():
    text = stylesheet(palette("#2759bc", "#00b386"), {}, "plain")
    inner = text.removeprefix("@layer brand { :root { ").removesuffix(" } }\n")
    for part in filter(None, (part.strip() for part in inner.split(";"))):
        assert re.fullmatch(r"--[a-z-]+: (\d+|light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\))", part), part


def test_the_same_colours_give_the_same_stylesheet():
    palette.cache_clear()
    first = stylesheet(palette("#a05020"), {}, "plain")
    palette.cache_clear()
    assert stylesheet(palette("#a05020"), {}, "plain") == first
