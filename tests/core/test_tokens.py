"""What a brand may say of a theme's tokens: read by its kind, and nothing of what was typed reaches a stylesheet as it was."""

import pytest

from portal.core import themes
from portal.core.tokens import Token, declarations

TOKENS = themes.theme("plain").tokens


@pytest.mark.parametrize(
    ("name", "value", "css"),
    [
        ("r-card", "1.250", "--r-card: 1.25rem;"),
        ("display-weight", "300", "--display-weight: 300;"),
        ("media", "square", "--media: 1;"),
        ("color-scheme", "dark", "color-scheme: dark;"),
        ("font-body", "inter", '--font-body: "Inter Variable", "Inter Fallback", system-ui, sans-serif;'),
    ],
)
def test_a_value_becomes_a_declaration(name, value, css):
    kept = TOKENS[name].taken(value)
    assert kept is not None
    assert declarations(TOKENS, {name: kept}) == css


@pytest.mark.parametrize("value", ["", "-1", "2.5", "NaN", "1e400", "Infinity", "1; } body { display: none", "1rem"])
def test_a_length_takes_numbers_within_its_bounds_alone(value):
    assert TOKENS["r-card"].taken(value) is None
    assert declarations(TOKENS, {"r-card": value}) == ""


@pytest.mark.parametrize("name", ["media", "font-body", "color-scheme"])
def test_a_choice_takes_its_own_words_alone(name):
    assert TOKENS[name].taken("url(https://evil.example)") is None
    assert declarations(TOKENS, {name: "url(https://evil.example)"}) == ""


def test_what_the_theme_has_no_token_for_is_left_out():
    assert declarations(TOKENS, {"gone": "1"}) == ""


def test_every_default_can_be_taken():
    """The editor shows it as what stands without a choice."""
    for theme in themes.shipped():
        odd = [
            token.name
            for token in theme.tokens.values()
            if token.is_chosen_by_itself and token.taken(token.default) is None
        ]
        assert odd == [], theme.name


@pytest.mark.parametrize("words", [{"kind": "colours"}, {"kind": "choice"}, {"kind": "number", "group": "nowhere"}])
def test_a_file_that_says_what_no_token_can_be_is_refused(words):
    with pytest.raises(ValueError, match=r"odd|colours"):
        Token.read("odd", {"label": "Odd", "default": "1", **words})
