"""One request, asked again and again at the app's door: a browser's own cost is none of the app's."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.test import EnvironBuilder

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class Asker:
    """Asks one address; keeps the status, the headers and the body of the last answer."""

    def __init__(self, app: WSGIApplication, address: str, *, headers: Mapping[str, str] | None = None) -> None:
        builder = EnvironBuilder(base_url=address, headers=dict(headers or {}))
        self._app, self._environ = app, builder.get_environ()
        builder.close()
        self._environ["PATH_INFO"] = self._environ.pop("SCRIPT_NAME") or "/"
        self._environ["SCRIPT_NAME"] = ""
        self.status, self.body = 0, b""
        self.headers: dict[str, str] = {}

    def __call__(self) -> bytes:
        answer = self._app({**self._environ, "wsgi.input": BytesIO()}, self._begin)
        self.body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return self.body

    def _begin(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        self.status, self.headers = int(status[:3]), dict(headers)
