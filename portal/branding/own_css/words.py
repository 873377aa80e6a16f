"""What is taken of CSS: properties, the words some of them are kept to, functions, units, pseudo-classes."""

from collections.abc import Iterator

SIDES = ("top", "right", "bottom", "left", "block", "block-start", "block-end", "inline", "inline-start", "inline-end")
CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right", "start-start", "start-end", "end-start", "end-end")


def _of(stem: str, *endings: str) -> set[str]:
    return {stem, *(f"{stem}-{ending}" for ending in endings)}


def _borders() -> Iterator[str]:
    for side in ("", *(f"-{side}" for side in SIDES)):
        yield from (f"border{side}", *(f"border{side}-{what}" for what in ("color", "style", "width")))
    yield from (f"border-{corner}-radius" for corner in CORNERS)


PROPERTIES = frozenset(
    {
        *_of(
            "background", "color", "image", "position", "position-x", "position-y", "repeat", "size", "origin", "clip"
        ),
        *("background-attachment", "background-blend-mode"),
        *_borders(),
        *("border-radius", "border-collapse", "border-spacing"),
        *_of("outline", "color", "offset", "style", "width"),
        *_of("margin", *SIDES),
        *_of("padding", *SIDES),
        *("width", "height", "min-width", "min-height", "max-width", "max-height", "inline-size", "block-size"),
        *("min-inline-size", "max-inline-size", "min-block-size", "max-block-size", "aspect-ratio", "box-sizing"),
        *("display", "position", "visibility", "opacity", "overflow", "overflow-x", "overflow-y", "overflow-wrap"),
        *("float", "clear", "vertical-align", "object-fit", "object-position"),
        *_of("flex", "basis", "direction", "flow", "grow", "shrink", "wrap"),
        *("order", "gap", "row-gap", "column-gap"),
        *("align-content", "align-items", "align-self", "justify-content", "justify-items", "justify-self"),
        *("place-content", "place-items", "place-self"),
        *("grid-template-columns", "grid-template-rows", "grid-auto-columns", "grid-auto-flow", "grid-auto-rows"),
        *("columns", "column-count", "column-fill", "column-span", "column-width"),
        *_of("column-rule", "color", "style", "width"),
        *("color", "color-scheme", "accent-color", "caret-color"),
        *_of("font", "family", "kerning", "optical-sizing", "size", "stretch", "style", "weight"),
        *("font-variant", "font-variant-caps", "font-variant-ligatures", "font-variant-numeric"),
        *("line-height", "letter-spacing", "word-spacing", "word-break", "white-space", "hyphens", "tab-size"),
        *("text-align", "text-align-last", "text-indent", "text-overflow", "text-shadow", "text-transform"),
        *_of("text-decoration", "color", "line", "skip-ink", "style", "thickness"),
        *("text-underline-offset", "text-underline-position", "text-wrap", "text-wrap-style"),
        *_of("list-style", "position", "type"),
        *("table-layout", "caption-side", "empty-cells", "direction", "writing-mode"),
        *("box-shadow", "filter", "mix-blend-mode", "isolation", "clip-path", "cursor", "scroll-behavior"),
        *_of("transition", "delay", "duration", "property", "timing-function"),
        *("break-after", "break-before", "break-inside", "orphans", "widows"),
    }
)

ONLY = {
    "position": frozenset({"static", "relative"}),
    "display": frozenset(
        {
            *("none", "block", "inline", "inline-block", "flex", "inline-flex", "grid", "inline-grid", "flow-root"),
            *("contents", "list-item", "table", "table-row", "table-cell"),
        }
    ),
}
"""Properties that take one of these words and nothing else."""

FORWARD = frozenset(_of("margin", *SIDES) | {"text-indent"})
"""Properties whose lengths point forward: what is drawn back lies over what stands before it."""

OVER = frozenset(
    {
        *("z-index", "inset", "top", "right", "bottom", "left", "transform", "translate", "scale", "rotate", "offset"),
        *("inset-block", "inset-inline", "pointer-events", "position-anchor", "position-area", "overlay", "zoom"),
        *(
            "grid-area",
            "grid-row",
            "grid-column",
            "grid-row-start",
            "grid-row-end",
            "grid-column-start",
            "grid-column-end",
        ),
    }
)
LOADING = frozenset(
    {"src", "behavior", "-moz-binding", "list-style-image", "border-image", "border-image-source", "mask", "mask-image"}
)
"""Properties that are left out with the reason of their kind."""

COLOURS = frozenset(
    {"rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark"}
)
SUMS = frozenset({"calc", "min", "max", "clamp"})
FUNCTIONS = frozenset(
    {
        *COLOURS,
        *SUMS,
        "var",
        *("linear-gradient", "radial-gradient", "conic-gradient"),
        *("repeating-linear-gradient", "repeating-radial-gradient", "repeating-conic-gradient"),
        *("minmax", "repeat", "fit-content", "cubic-bezier", "steps"),
        *("blur", "brightness", "contrast", "grayscale", "hue-rotate", "invert", "opacity", "saturate", "sepia"),
        *("drop-shadow", "inset", "circle", "ellipse", "polygon"),
    }
)
LOADERS = frozenset(
    {
        *("url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"),
        *("element", "-moz-element", "paint", "local", "url-prefix", "domain", "document"),
    }
)
"""Functions that bring something in from elsewhere."""

UNITS = frozenset(
    {
        *("px", "rem", "em", "ch", "ex", "lh", "rlh", "cap", "ic", "pt", "pc", "cm", "mm", "in", "q", "fr"),
        *("vw", "vh", "vi", "vb", "vmin", "vmax", "svw", "svh", "lvw", "lvh", "dvw", "dvh"),
        *("deg", "rad", "grad", "turn", "s", "ms"),
    }
)
WIDTHS = frozenset({"px", "rem", "em"})

PSEUDO_CLASSES = frozenset(
    {
        *("hover", "focus", "focus-visible", "focus-within", "active", "link", "any-link", "visited", "target"),
        *("first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type", "empty"),
        *("enabled", "disabled", "checked"),
    }
)
COUNTED = frozenset({"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"})
PSEUDO_ELEMENTS = frozenset({"before", "after", "first-line", "first-letter", "marker", "placeholder", "selection"})
