"""The words of letters: one's own instead of the standard text, checked where they are typed, never markup."""

import pytest

from portal.core.languages import LANGUAGES
from portal.notifications import wording
from portal.notifications.letters import LETTERS
from portal.notifications.wording import NEEDED, VALUES, Wording
from tests.browsing import Browser
from tests.notifications.test_letters import parts, sent
from tests.notifications.test_sender import post

AT = "/settings/texts/password_reset/en"


def writer(house, at: str = AT) -> Browser:
    browser = Browser(house.client())
    browser.open(at)
    return browser


def reworded(house, at: str = AT, **typed) -> Browser:
    browser = writer(house, at)
    words = {"subject": "A new key for {organization}", "message": "Dear {name},\n\nthe link lasts {minutes} minutes."}
    browser.send(button="Save", **words | typed)
    return browser


def the_letter(house, worker, mail_folder, **changed):
    post(house, **changed)
    worker.run_due()
    return sent(mail_folder)[-1]


def test_the_letter_says_what_was_written(north, worker, mail_folder):
    assert reworded(north).answer.status_code == 303
    letter = the_letter(north, worker, mail_folder)
    assert letter["Subject"] == "A new key for Nordlicht IT"
    plain, page = parts(letter)
    for said in (plain, page):
        assert "the link lasts 30 minutes." in " ".join(said.split())
        assert "Choose a new password" in said


def test_another_language_keeps_the_standard_text(north, worker, mail_folder):
    reworded(north)
    letter = the_letter(north, worker, mail_folder, language="de")
    assert "A new key" not in letter["Subject"]


def test_the_standard_text_comes_back(north, worker, mail_folder):
    reworded(north)
    browser = writer(north)
    assert "Your text" in browser.text
    browser.send(button="Back to the standard text")
    assert the_letter(north, worker, mail_folder)["Subject"] == "Choose a new password"


def test_nobody_puts_words_into_the_makers_mouth(world, worker, mail_folder):
    """A letter about the office wears the maker's clothes: it says the maker's words, never the tenant's."""
    reworded(world.north, subject="North says {organization}")
    reworded(world.meridian, subject="Meridian says {organization}")
    letter = the_letter(world.north, worker, mail_folder, clothes="office")
    assert letter["Subject"] == "Meridian says Nordlicht IT"
    letter = the_letter(world.fjord, worker, mail_folder, clothes="office")
    assert letter["Subject"] == "North says Nordlicht IT"
    letter = the_letter(world.strand, worker, mail_folder, clothes="shop")
    assert letter["Subject"] == "Choose a new password"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"message": "{organisation} has a link for {organization}."}, "message", "{organisation}"),
        ({"subject": "Hello {password}"}, "subject", "{password}"),
        ({"message": "{organization.__class__}", "subject": "x"}, "message", "{organization.__class__}"),
        ({"subject": "A new key", "message": "Here it is."}, "message", "{organization}"),
        ({"subject": ""}, "subject", "needed"),
        ({"message": ""}, "message", "needed"),
        ({"subject": "One\r\nBcc: all@company.example {organization}"}, "subject", "invisible character"),
        ({"subject": "{organization} \u202egnp.exe"}, "subject", "invisible character"),
    ],
)
def test_what_the_letter_cannot_say_is_said_at_its_field(north, typed, field, said):
    browser = reworded(north, **typed)
    assert browser.answer.status_code == 422
    assert said in browser.errors[field]


def test_a_text_is_words_and_never_markup_or_a_format(north, worker, mail_folder):
    assert reworded(north, message="{organization}: {{ 7*7 }}").answer.status_code == 422
    reworded(north, message="<b>{organization}</b> 100 % %(link)s { $x")
    _, page = parts(the_letter(north, worker, mail_folder))
    assert "&lt;b&gt;Nordlicht IT&lt;/b&gt; 100 % %(link)s { $x" in page


def test_a_value_that_looks_like_a_name_stays_a_value():
    said = Wording("{visitor}", ("{message}",)).filled({"visitor": "{message}", "message": "{visitor}"})
    assert said == Wording("{message}", ("{visitor}",))


def test_one_looks_at_it_before_it_is_saved(north):
    browser = writer(north)
    browser.send(button="Preview", subject="Look: {organization}", message="Only a look, {name}.")
    assert browser.answer.status_code == 200
    assert "Look: Halcyon Works" in browser.text
    assert "Only a look, North Administrator." in browser.text
    with north.office():
        assert wording.own("password_reset", "en") is None


def test_send_me_one(north, worker, mail_folder):
    reworded(north)
    writer(north).send(button="Send me one")
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["To"].addresses[0].addr_spec == "administrator@north.example"
    assert letter["Subject"] == "A new key for Halcyon Works"
    assert letter["From"].startswith("Nordlicht IT <")


def test_every_letter_that_can_be_worded_can_be_previewed_and_reworded_as_it_is(north):
    page = writer(north, "/settings/texts")
    for kind in NEEDED:
        assert f"/settings/texts/{kind}/de" in page.answer.text
        for language in LANGUAGES:
            browser = writer(north, f"/settings/texts/{kind}/{language}")
            assert "%(" not in browser.text
            browser.send(button="Save")
            assert browser.answer.status_code == 303, (kind, language, browser.errors)


def test_every_value_of_a_letter_that_can_be_worded_has_a_name_and_a_sample():
    for kind, needed in NEEDED.items():
        assert LETTERS[kind].needs <= VALUES.keys()
        assert set(needed) <= LETTERS[kind].needs


def test_who_makes_no_tenants_words_no_welcome(south):
    client = south.client()
    assert "welcome" not in client.get("/settings/texts").text
    assert client.get("/settings/texts/welcome/en").status_code == 404


@pytest.mark.parametrize("at", ["nothing/en", "password_reset/xx", "client_id_reminder/en", "sender_test/en"])
def test_what_is_no_text_is_not_there(north, at):
    assert north.client().get(f"/settings/texts/{at}").status_code == 404


def test_two_who_write_at_once_see_each_others_words(north):
    reworded(north)
    first, second = writer(north), writer(north)
    first.send(button="Save", subject="First {organization}")
    second.send(button="Save", subject="Second {organization}")
    assert second.answer.status_code == 409
    assert "First {organization}" in second.text


def test_nobody_else_reads_it(world):
    reworded(world.north)
    for house in (world.meridian, world.fjord, world.strand):
        assert "A new key" not in house.client().get(AT).text
