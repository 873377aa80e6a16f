"""Letters: right words, right clothes, nothing readable on the way, none lost and none twice."""

import email
import email.policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from sqlalchemy import select, text

from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.core.db import db
from portal.notifications import write
from portal.notifications.letters import LETTERS
from portal.processes.models import Process, State
from tests.workers import InProcessWorker
from tests.world import House

LINK = "http://office.localhost:8000/invitations/a-secret-token-0123456789"
VALUES = {name: f"<{name}>" for letter in LETTERS.values() for name in letter.needs} | {
    "organization": "Nordlicht IT",
    "inviter": "Jonas Lindqvist",
    "client_id": "ABCD-2345",
    "username": "kim",
    "hours": 72,
    "days": 7,
    "minutes": 30,
    "tenant": "Halcyon Works",
    "administrator": "Ada Byron",
    "edition": "Basic",
    "storefront": "http://halcyon.shop.localhost:8000",
    "process": "Halcyon Works",
    "task": "Open the storefront address",
    "why": "the name is taken.",
    "visitor": "Noor Haddad",
    "email": "noor@visitor.example",
    "who": "Jonas Lindqvist",
    "new_email": "kim@winter.example",
    "company": "Haddad & Sons",
    "message": "Is there a discount for schools?",
    "product": "Lumen Mail",
    "plan": "1 year, billed monthly",
    "quantity": 25,
    "line": "Noor Haddad asks for a quote",
    "price": "$10.00",
    "way_out": "http://office.localhost:8000/no-more-letters/a-sealed-word",
}


@pytest.fixture
def worker(app) -> InProcessWorker:
    return InProcessWorker(app)


def sent(folder: Path) -> list[EmailMessage]:
    files = sorted(folder.glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, page = message.get_body(("plain",)), message.get_body(("html",))
    return plain.get_content(), page.get_content()


def post(house: House, kind: str = "invitation", **changed) -> None:
    with house.office():
        write(
            kind,
            **{"to": ("Kim Winter", "kim@nordlicht.example"), "language": "en", "values": VALUES, "link": LINK}
            | changed,
        )


def test_a_letter_arrives_as_words_and_as_a_page(north, worker, mail_folder):
    post(north)
    worker.run_due()
    (letter,) = sent(mail_folder)
    plain, page = parts(letter)
    assert letter["To"] == "Kim Winter <kim@nordlicht.example>"
    assert letter["Subject"] == "Your invitation to Nordlicht IT"
    for said in (plain, page):
        for word in ("Hello Kim Winter", "ABCD-2345", "kim", LINK, "Set your password", "Jonas Lindqvist"):
            assert word in said
    assert "style=" in page
    assert "<link" not in page


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_can_be_written_and_says_the_same_twice(north, worker, mail_folder, kind):
    post(north, kind)
    worker.run_due()
    (letter,) = sent(mail_folder)
    plain, page = parts(letter)
    assert "%(" not in plain + page + letter["Subject"]
    body = BeautifulSoup(page, "lxml").body
    words = " ".join([body.get_text(" "), *(link["href"] for link in body.select(".foot a"))])
    said, mark, foot = plain.replace("\r\n", "\n").partition("\n\n-- \n")
    assert mark, plain.encode()
    assert "\n\n\n" not in said
    for line in [*said.splitlines(), *foot.splitlines()]:
        assert flat(line) in flat(words)


def flat(said: str) -> str:
    """The words alone: pages put facts in cells where plain text puts a colon."""
    return " ".join(said.replace(":", " ").split())


def test_an_address_in_a_letter_can_be_followed(north, worker, mail_folder):
    post(north, "welcome")
    worker.run_due()
    page = BeautifulSoup(parts(sent(mail_folder)[0])[1], "lxml")
    assert VALUES["storefront"] in [link["href"] for link in page.find_all("a")]


def test_a_letter_that_lacks_something_is_not_begun(north):
    with north.office(), pytest.raises(ValueError, match="client_id, username"):
        write(
            "client_id_reminder",
            to=("Kim", "kim@nordlicht.example"),
            language="en",
            values={"organization": "N"},
            link=LINK,
        )
    with north.office(), pytest.raises(ValueError, match="link"):
        write("password_reset", to=("Kim", "kim@nordlicht.example"), language="en", values=VALUES)


def test_nothing_of_a_letter_lies_readable_while_it_waits(north, app, server):
    post(north)
    with app.app_context(), north.office():
        found = [str(vars(process)) for process in db.session.scalars(select(Process))]
    assert found
    for secret in ("a-secret-token", "kim@nordlicht.example", "ABCD-2345"):
        assert not any(secret in one for one in found)


def test_and_nothing_is_kept_when_it_has_gone(north, worker, mail_folder):
    post(north)
    worker.run_due()
    with north.office():
        process = db.session.scalars(select(Process)).one()
        assert process.state is State.DONE
        assert process.facts == {"kind": "invitation"}


def test_a_letter_about_the_office_wears_the_makers_clothes(world, worker, mail_folder):
    with world.meridian.office():
        branding.dress(Wish("Meridian Cloud", brand_colour="#7a1fa2"))
    with world.north.office():
        branding.dress(Wish("Nordlicht", brand_colour="#00796b"))
    post(world.north)
    worker.run_due()
    (letter,) = sent(mail_folder)
    _, page = parts(letter)
    assert letter["From"].startswith("Meridian Cloud <")
    assert "#7a1fa2" in page
    assert "#00796b" not in page


def test_a_letter_of_the_shop_wears_the_tenants_own_and_names_nobody_above(world, worker, mail_folder):
    with world.meridian.office():
        branding.dress(Wish("Meridian Cloud", brand_colour="#7a1fa2"))
    with world.north.office():
        branding.dress(Wish("Nordlicht", brand_colour="#00796b"))
    post(world.north, "password_reset", clothes="shop")
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["From"].startswith("Nordlicht <")
    assert "meridian" not in letter.as_string().lower()
    assert "#7a1fa2" not in letter.as_string()


def test_a_letter_carries_its_logo_with_it(world, worker, mail_folder):
    with world.meridian.office():
        branding.dress(Wish("Meridian Cloud"))
    post(world.meridian)
    worker.run_due()
    (letter,) = sent(mail_folder)
    (picture,) = [part for part in letter.walk() if part.get_content_type() == "image/png"]
    assert f"cid:{picture['Content-ID'].strip('<>')}" in parts(letter)[1]
    assert picture.get_content().startswith(b"\x89PNG")


def test_a_letter_handed_over_twice_is_one_letter(north, worker, mail_folder, app):
    post(north)
    with app.app_context():
        process_id = db.session.execute(
            text("select process_id from work").execution_options(reviewed=True)
        ).scalar_one()
    worker.run_due()
    before = [(file.name, file.read_bytes()) for file in mail_folder.iterdir()]
    with north.office():
        process = db.session.get(Process, (north.tenant_id, process_id))
        transport = app.extensions["vitrine.mail"]
        transport.deliver(sent(mail_folder)[0], name=process.effect_key("deliver").replace(":", "-"))
    assert [(file.name, file.read_bytes()) for file in mail_folder.iterdir()] == before


def test_an_address_the_server_refuses_needs_a_person(north, worker, mail_folder):
    post(north, to=("Nobody", "nobody@rejected.invalid"))
    worker.run_due()
    with north.office():
        process = db.session.scalars(select(Process)).one()
        assert process.state is State.ATTENTION
        assert "refuses this address" in str(process.reason)
    assert sent(mail_folder) == []


def test_a_server_that_is_down_is_tried_again(north, worker, mail_folder):
    post(north, to=("Later", "later@down.invalid"))
    worker.run_due()
    with north.office():
        process = db.session.scalars(select(Process)).one()
        assert process.asks_again
        assert "Nobody answers" in str(process.tasks[0].line)


def test_a_name_cannot_smuggle_a_header_in(north, worker, mail_folder):
    post(north, to=("Kim\r\nBcc: all@nordlicht.example", "kim@nordlicht.example"))
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["Bcc"] is None
    assert letter["To"].addresses[0].display_name == "Kim Bcc: all@nordlicht.example"


def test_a_domain_with_umlauts_is_reached(north, worker, mail_folder):
    post(north, to=("Zoë Łuk", "zoe@müller.example"))
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["To"].addresses[0].addr_spec == "zoe@xn--mller-kva.example"
    assert letter["To"].addresses[0].display_name == "Zoë Łuk"


def test_a_name_is_a_word_and_never_markup(north, worker, mail_folder):
    post(north, to=("<b>Kim</b>", "kim@nordlicht.example"), values=VALUES | {"inviter": "<script>alert(1)</script>"})
    worker.run_due()
    _, page = parts(sent(mail_folder)[0])
    assert "<script" not in page
    assert "<b>Kim" not in page


def test_a_per_cent_sign_in_a_value_stays_itself(north, worker, mail_folder):
    post(north, values=VALUES | {"organization": "100 % Cloud %(x)s"})
    worker.run_due()
    assert sent(mail_folder)[0]["Subject"] == "Your invitation to 100 % Cloud %(x)s"


def test_only_its_owner_may_read_the_outbox(north, worker, mail_folder):
    post(north)
    worker.run_due()
    (file,) = mail_folder.glob("*.eml")
    assert file.stat().st_mode & 0o077 == 0
    assert [one.name for one in mail_folder.iterdir()] == [file.name]


def test_a_stranger_sees_nothing_of_it(world, worker):
    post(world.north)
    with world.strand.office():
        assert db.session.scalars(select(Process)).all() == []


def test_initials_stand_beside_the_name_and_a_logo_alone(world, worker, mail_folder):
    with world.meridian.office():
        branding.dress(Wish("Meridian Cloud", brand_colour="#7a1fa2"))
    post(world.meridian)
    worker.run_due()
    assert head_of(sent(mail_folder)[0]) == "Meridian Cloud"
    drawn = BytesIO()
    Image.new("RGB", (320, 80), "#7a1fa2").save(drawn, "PNG")
    with world.north.office():
        branding.dress(Wish("Nordlicht"), drawn.getvalue())
    post(world.fjord)
    worker.run_due()
    (letter,) = [one for one in sent(mail_folder) if one["From"].startswith("Nordlicht")]
    assert head_of(letter) == ""
    assert BeautifulSoup(parts(letter)[1], "lxml").select_one("td.from img")["alt"] == "Nordlicht"


def head_of(letter: EmailMessage) -> str:
    return BeautifulSoup(parts(letter)[1], "lxml").select_one("td.from").get_text(strip=True)


@pytest.mark.parametrize("kind", sorted(kind for kind, letter in LETTERS.items() if not letter.action))
def test_a_letter_without_a_way_to_go_has_no_button(north, worker, mail_folder, kind):
    post(north, kind)
    worker.run_due()
    assert BeautifulSoup(parts(sent(mail_folder)[0])[1], "lxml").select("td.button") == []


@pytest.mark.parametrize("field", ["subject", "from"])
def test_a_value_cannot_smuggle_a_header_in(north, worker, mail_folder, field):
    evil = "Nordlicht\r\nBcc: all@nordlicht.example"
    if field == "from":
        with north.office():
            branding.dress(Wish(evil))
        post(north, clothes="shop")
    else:
        post(north, values=VALUES | {"organization": evil})
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["Bcc"] is None
    assert len(letter["From"].addresses) == 1
