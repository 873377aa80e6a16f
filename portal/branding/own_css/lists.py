"""Lists with commas, as selectors and conditions are."""

from collections.abc import Iterator, Sequence
from typing import Any


def split(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    """The tokens between the commas."""
    part: list[Any] = []
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part
