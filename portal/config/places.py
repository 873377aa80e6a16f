"""Where the checkout is, and what translators wrote in it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "portal" / "translations"


def catalogues() -> list[Path]:
    """One file for each language but the one the source is written in."""
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
