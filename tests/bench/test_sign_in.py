"""The sign-in page of a stranger beside a bare Flask page: it stands open to everybody, at any pace."""

from __future__ import annotations

from flask import Flask
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField

from tests.bench.asking import Asker
from tests.bench.figures import Tell
from tests.bench.stopwatch import Work, hello, milliseconds
from tests.queries import counted
from tests.world import OFFICE, World

RATIO = 3.3
"""At least 0.3 of a bare page's answers for each second of a processor."""


def test_the_sign_in_page(world: World, tell: Tell, is_long) -> None:
    app = world.meridian.app
    page = Asker(app, f"{OFFICE}/sign-in")
    with counted(app) as asked:
        page()
    assert page.status == 200
    assert b'name="password"' in page.body
    works = {"page": page, "bare": bare(), "hello": hello()}
    took = milliseconds(works, rounds=15 if is_long else 7, times=200 if is_long else 60)
    ratio = took["page"] / took["bare"]
    tell(
        "Sign-in page of a stranger: CPU beside a bare Flask page",
        f"{ratio:.2f}× ({took['page']:.2f} / {took['bare']:.2f} ms; Flask's smallest answer {took['hello']:.2f} ms)",
        f"{RATIO}×",
        kept=ratio <= RATIO,
    )
    assert asked == [], asked


def bare() -> Work:
    """The same three fields on a page of nothing else: Flask, one form with its token, one template."""
    app = Flask("bare")
    app.secret_key = "x" * 32

    class Bare(FlaskForm):  # type: ignore[misc] # it knows no types
        client_id, username, password = StringField("Client ID"), StringField("Username"), PasswordField("Password")

    page = app.jinja_env.from_string(
        "<!doctype html><title>Sign in</title><form method=post>{{ form.csrf_token }}"
        "{% for field in (form.client_id, form.username, form.password) %}{{ field.label }}{{ field }}{% endfor %}"
        "<button>Sign in</button></form>"
    )
    app.add_url_rule("/", view_func=lambda: page.render(form=Bare()))
    return Asker(app, "http://bare.localhost/")
