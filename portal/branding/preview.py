"""How a brand would look, beside its form: the draft's own tokens, for one part of the page only.

A page may not carry styles of its own, so the preview has a stylesheet with an address like everything else.
"""

from collections.abc import Mapping

from portal.branding.models import Brand

SELECTOR = ".brand-preview"
SHAPE = """
.brand-preview { display: grid; gap: 16px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 240px), 1fr)); }
.brand-preview > div { display: grid; gap: 12px; align-content: start; padding: 20px; border: 1px solid var(--line);
  border-radius: var(--r-card); background: var(--surface); color: var(--text); }
.brand-preview .by-day { color-scheme: light; }
.brand-preview .by-night { color-scheme: dark; }
.brand-preview .shown { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; font-weight: 600; overflow-wrap: anywhere; }
.brand-preview .shown img { width: 32px; height: 32px; border-radius: 8px; }
.brand-preview .whole { max-width: 160px; max-height: 48px; padding: 4px; border-radius: 6px; background: #fff; }
.brand-preview .filled { justify-self: start; padding: 8px 14px; border-radius: var(--r-control); background: var(--brand);
  color: var(--on-brand); font-weight: 600; }
.brand-preview .said { color: var(--brand-text); text-decoration: underline; }
.brand-preview .soft { padding: 8px 12px; border-radius: var(--r-control); background: var(--brand-soft); color: var(--brand-text); }
.brand-preview .ringed { justify-self: start; padding: 6px 12px; border: 1px solid var(--line-strong); border-radius: var(--r-control);
  outline: 2px solid var(--focus); outline-offset: 2px; }
.brand-preview .spark-bar { height: 6px; border-radius: 3px; background: var(--accent); }
"""


def stylesheet(brand: Brand) -> str:
    """The brand's tokens for `.brand-preview`, and the shape of what stands in it."""
    return f"{SELECTOR} {{ {_tokens(brand.colours)} }}\n{SHAPE}"


def _tokens(colours: Mapping[str, tuple[str, str]]) -> str:
    return " ".join(f"--{token}: light-dark({light}, {dark});" for token, (light, dark) in colours.items())
