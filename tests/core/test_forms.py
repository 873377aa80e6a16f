"""Fields take what people type, refuse what nobody means to type, and lose nothing."""

from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from portal.core.errors import Invalid
from portal.core.forms import Amount, Email, Form, LongText, Text


class Sheet(Form):
    class Meta:
        csrf = False

    name = Text("Name", longest=10)
    note = LongText("Note")
    mail = Email("E-mail", required=False)
    amount = Amount("Amount", required=False)


def sent(app, **fields):
    with app.test_request_context("/", method="POST"):
        form = Sheet(MultiDict({"name": "Nora", **fields}))
        form.accepted()
        return form


@pytest.fixture(scope="module")
def app(app_of_session):
    return app_of_session


def test_outer_blanks_go_and_inner_letters_are_composed(app):
    assert sent(app, name="  Rene\u0301 ").name.data == "Ren\u00e9"


@pytest.mark.parametrize("name", ["a\x00b", "a\x07", "a\u202eb", "\u200fa", "a\nb"])
def test_an_invisible_letter_is_refused_by_its_code_and_kept_in_the_field(app, name):
    form = sent(app, name=name)
    assert "U+" in form.name.errors[0]
    assert form.name.data == name.strip()
    assert form.status == 422


@pytest.mark.parametrize("name", ["Ελένη", "李小龙", "🦊🦊", "O'Brien", "<b>x</b>"])
def test_other_scripts_and_odd_but_visible_letters_are_welcome(app, name):
    assert not sent(app, name=name).errors


def test_too_long_says_how_long_it_may_be(app):
    assert "10" in sent(app, name="x" * 11).name.errors[0]


def test_several_lines_may_hold_line_breaks(app):
    assert sent(app, note="one\r\ntwo").note.data == "one\r\ntwo"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1250.50", "1250.50"), ("1.250,50", "1250.50"), ("1,250.50", "1250.50"), ("1250,5", "1250.5"), (" 7 ", "7")],
)
def test_an_amount_is_read_with_point_or_comma(app, typed, amount):
    assert sent(app, amount=typed).amount.data == Decimal(amount)


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "1e9", "-", "1.2.3x", "٣", "-1", "9" * 40])
def test_what_is_no_amount_is_said_at_the_field_and_kept(app, typed):
    form = sent(app, amount=typed)
    assert form.amount.errors
    assert form.amount.raw_data == [typed]


@pytest.mark.parametrize("typed", ["nora", "nora@", "@x.example", "a b@x.example", "n@x", "n@x..example"])
def test_what_is_no_address_is_refused(app, typed):
    assert sent(app, mail=typed).mail.errors


def test_a_verbs_objection_lands_at_its_field(app):
    with app.test_request_context("/", method="POST"):
        form = Sheet(MultiDict({"name": "Nora"}))
        with form.catching():
            raise Invalid("This name is taken.", field="name")
        assert form.name.errors == ["This name is taken."]
        assert form.status == 422


def test_an_objection_without_a_field_stands_at_the_form(app):
    with app.test_request_context("/", method="POST"):
        form = Sheet(MultiDict({"name": "Nora"}))
        with form.catching():
            raise Invalid("Not on a Sunday.")
        assert form.errors == {"": ["Not on a Sunday."]}
