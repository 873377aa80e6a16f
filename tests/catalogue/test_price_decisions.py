"""What a tenant decides when his costs have moved: follow now or from a day on, or keep; in one, in bulk, and back again."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.audit.models import LogRecord
from portal.catalogue import actions
from portal.catalogue.models import (
    CostDecision,
    Course,
    PriceList,
    PriceListEntry,
    PriceListVersion,
    Product,
    VersionState,
)
from portal.catalogue.pages.deciding import MOST as MOST_AT_ONCE
from portal.catalogue.prices import Tier, Way, terms_of_version
from portal.core.clock import today
from portal.core.db import db
from tests.browsing import Browser
from tests.catalogue.sheets import ask_more, give, imported, price_list, sheet
from tests.queries import MOST, counted
from tests.world import House

MAIL, CHAT, TALK = ("Lumen Mail Plan 1", "Lumen Chat Plan 1", "Lumen Talk Plan 1")
PLAN = "P1Y-monthly-commercial"
SINCE = "2026-11-15"
PLACE = f"/price-changes?since={SINCE}"


@pytest.fixture
def dearer(meridian: House, north: House) -> House:
    """On the 22nd Meridian asks twice what it asked.  North's shop holds Mail at 13.20 and prices all else from its cost."""
    with time_machine.travel("2026-11-10 09:00+00:00"):
        with meridian.office():
            imported(sheet(*({"Market": "DE", "Currency": "EUR", **row} for row in ROWS)))
            give(price_list("Wholesale", currency="EUR", market="DE", percent="10"), north)
        with north.office():
            shop = price_list("Shop", currency="EUR", market=None, percent="20")
            actions.show_in_storefront(shop)
            hold(shop, MAIL, Way(amounts={PLAN: Decimal("13.20")}))
            actions.publish(shop)
    with meridian.office():
        ask_more("120", date(2026, 11, 22))
    return north


ROWS = (
    {},
    {"ProductId": "CFQ7TTC0CHAT", "SkuTitle": CHAT},
    {"ProductId": "CFQ7TTC0TALK", "SkuTitle": TALK, "UnitPrice": "4.00", "ERP Price": "5.00"},
)


def hold(shop: PriceList, name: str, way: Way) -> None:
    product = db.session.scalars(select(Product).where(Product.name == name)).one()
    actions.price_alone(actions.begin_draft(shop), {(product.tenant_id, product.id): way})


def shop_of(house: House) -> PriceList:
    return db.session.scalars(select(PriceList).where(PriceList.for_storefront)).one()


def row_of(page: str, name: str) -> str:
    """What stands in the box before a line."""
    line = next(line for line in page.split('<tr role="row">') if f">{name}</a>" in line)
    found = re.search(r'name="row" value="([^"]+)"', line)
    assert found, line
    return found[1]


def line_of(page: str, name: str) -> str:
    return next(line for line in page.split('<tr role="row">') if f">{name}</a>" in line)


def post(client: FlaskClient, address: str, **typed: Any) -> TestResponse:
    """Send it with what a page's form carries."""
    browser = Browser(client)
    browser.open(PLACE)
    hidden = {
        one["name"]: one.get("value", "") for one in browser.page.select('form[method="post"] input[type=hidden]')
    }
    kept = {name: hidden[name] for name in ("csrf_token", "once") if name in hidden}
    return client.post(address, data={**kept, "since": SINCE, **typed}, follow_redirects=True)


def decide(house: House, verb: str, *names: str, **more: str) -> str:
    """Choose lines, look at the question, confirm it; what the inbox says then."""
    browser = Browser(house.client())
    browser.open(PLACE)
    page = browser.answer.text if browser.answer else ""
    rows = [row_of(page, name) for name in names]
    question = browser.send(button="Continue", verb=verb, row=rows)
    assert question.status_code == 200, browser.text
    answer = browser.send(button=LABELS[verb], row=rows, **more)
    assert answer.status_code == 303, browser.text
    return browser.follow().text


LABELS = {"follow": "Follow now", "schedule": "Follow from a day on", "keep": "Keep the price"}


def take_back(page: str, client: FlaskClient) -> TestResponse:
    found = re.search(r'action="(/price-changes/decisions/\w+/undoing)"', page)
    assert found, page
    return post(client, found[1])


def price_in_shop(house: House, name: str) -> str:
    page = house.shop().get("/products").text
    return page[page.index(name) :].split("€", 1)[1][:6]


def test_each_line_says_whether_it_is_held_or_followed_and_why_it_moved(dearer: House) -> None:
    page = dearer.client().get(PLACE).text
    assert "New prices of your provider" in page
    assert "since 22 Nov 2026" in page
    held, followed = line_of(page, MAIL), line_of(page, CHAT)
    for said in (
        "<s>€8.80</s>",
        "€17.60",
        "+100",
        "€13.20",
        "Held: a fixed price",
        "<s>€4.40</s>",
        "Under cost",
        "To decide",
    ):
        assert said in held, said
    assert "Follow: €26.40" in held
    for said in ("Follows the cost by its rule", "€21.12", "Followed"):
        assert said in followed, said
    assert "Wholesale" not in page
    assert "€8.00" not in page, "what the provider pays"


def test_followed_now_it_is_sold_at_its_margin_and_stays_so(dearer: House) -> None:
    page = decide(dearer, "follow", MAIL)
    assert "1 price follows its cost." in page
    assert "Followed" in line_of(page, MAIL)
    assert "€26.40" in line_of(page, MAIL)
    assert price_in_shop(dearer, MAIL).startswith("26.40")
    with dearer.office():
        assert shop_of(dearer).published.number == 3  # type: ignore[union-attr] # it is published
        assert db.session.scalars(select(CostDecision)).one().price == Decimal("26.40")
        assert db.session.scalars(select(LogRecord).where(LogRecord.verb == "price_list.price_followed")).one()


def test_every_amount_of_a_price_follows(dearer: House) -> None:
    with dearer.office():
        tiers = (Tier(10, amounts={PLAN: Decimal("12.00")}),)
        hold(shop_of(dearer), MAIL, Way(amounts={PLAN: Decimal("13.20")}, tiers=tiers))
        actions.publish(shop_of(dearer))
    decide(dearer, "follow", MAIL)
    with dearer.office():
        entry = newest_entry(dearer)
        assert entry.amounts == {PLAN: "26.40"}
        assert entry.tiers == [{"from": 10, "amounts": {PLAN: "24.00"}}]


def newest_entry(house: House) -> PriceListEntry:
    version = shop_of(house).current
    return db.session.scalars(select(PriceListEntry).where(PriceListEntry.version_id == version.id)).one()


def test_what_was_followed_is_taken_back_by_one_press(dearer: House) -> None:
    page = decide(dearer, "follow", MAIL)
    client = dearer.client()
    assert "1 is as before." in take_back(page, client).text
    assert "To decide" in line_of(client.get(PLACE).text, MAIL)
    assert take_back(page, client).status_code == 404, "once"
    with dearer.office():
        assert newest_entry(dearer).amounts == {PLAN: "13.20"}


def test_what_somebody_changed_since_is_not_taken_back(dearer: House) -> None:
    page = decide(dearer, "follow", MAIL)
    with dearer.office():
        hold(shop_of(dearer), MAIL, Way(amounts={PLAN: Decimal("30.00")}))
        actions.publish(shop_of(dearer))
    take_back(page, dearer.client())
    with dearer.office():
        assert newest_entry(dearer).amounts == {PLAN: "30.00"}


def test_from_a_day_on_it_is_held_till_then(dearer: House) -> None:
    page = decide(dearer, "schedule", MAIL, day="2026-12-01")
    line = line_of(page, MAIL)
    assert "Scheduled" in line
    assert "€26.40 from 1 Dec 2026 on" in line
    with dearer.office():
        (coming,) = shop_of(dearer).coming
        assert coming.valid_from == date(2026, 12, 1)
    with time_machine.travel("2026-12-01 09:00+00:00"):
        line = line_of(dearer.client().get(PLACE).text, MAIL)
        assert "Followed" in line
        assert "€26.40" in line


def test_two_are_said_of_one_day_one_after_the_other_and_each_is_taken_back_alone(dearer: House) -> None:
    with dearer.office():
        hold(shop_of(dearer), TALK, Way(amounts={PLAN: Decimal("6.00")}))
        with time_machine.travel("2026-11-21 09:00+00:00"):
            actions.publish(shop_of(dearer))
    decide(dearer, "schedule", MAIL, day="2026-12-01")
    page = decide(dearer, "schedule", TALK, day="2026-12-01")
    with dearer.office():
        (coming,) = shop_of(dearer).coming
        entries = db.session.scalars(select(PriceListEntry).where(PriceListEntry.version_id == coming.id)).all()
        assert sorted(entry.amounts[PLAN] for entry in entries if entry.amounts) == ["12.00", "26.40"]
    take_back(page, dearer.client())
    page = dearer.client().get(PLACE).text
    assert "Scheduled" in line_of(page, MAIL)
    assert "Scheduled" not in line_of(page, TALK)


def test_what_was_scheduled_alone_is_called_off(dearer: House) -> None:
    page = decide(dearer, "schedule", MAIL, day="2026-12-01")
    take_back(page, dearer.client())
    assert "To decide" in line_of(dearer.client().get(PLACE).text, MAIL)
    with dearer.office():
        assert (shop_of(dearer).coming, shop_of(dearer).draft) == ([], None)


def test_taking_back_what_joined_a_version_of_that_day_leaves_what_else_it_says(dearer: House) -> None:
    with dearer.office():
        hold(shop_of(dearer), MAIL, Way(amounts={PLAN: Decimal("14.00")}))
        begun = shop_of(dearer).draft
        assert begun is not None
        begun.percent = Decimal(55)
        actions.publish_from(shop_of(dearer), date(2026, 12, 1))
    page = decide(dearer, "schedule", MAIL, day="2026-12-01")
    assert "1 is as before." in take_back(page, dearer.client()).text
    with dearer.office():
        (coming,) = shop_of(dearer).coming
        (entry,) = db.session.scalars(select(PriceListEntry).where(PriceListEntry.version_id == coming.id))
        assert (coming.percent, entry.amounts) == (55, {PLAN: "14.00"})


def test_taking_back_opens_no_list_that_was_withdrawn_meanwhile(dearer: House) -> None:
    page = decide(dearer, "follow", MAIL)
    with dearer.office():
        actions.withdraw(shop_of(dearer))
    assert "Nothing of this list is published." in take_back(page, dearer.client()).text
    with dearer.office():
        assert shop_of(dearer).all_published == []


def test_a_version_that_begins_later_is_not_ended_unseen(dearer: House) -> None:
    decide(dearer, "schedule", MAIL, day="2026-12-01")
    client = dearer.client()
    row = row_of(client.get(PLACE).text, CHAT)
    sent = {"verb": "keep", "row": row, "confirmed": "yes"}
    answer = post(client, "/price-changes/decisions", **sent)
    assert answer.status_code == 409
    assert "begins on 1 Dec 2026" in answer.text
    with dearer.office():
        assert len(shop_of(dearer).coming) == 1


def test_a_draft_somebody_began_takes_it_and_is_not_published(dearer: House) -> None:
    with dearer.office():
        actions.begin_draft(shop_of(dearer)).percent = Decimal(70)
    page = decide(dearer, "follow", MAIL)
    assert "That stands in the draft" in page
    assert "In the draft" in line_of(page, MAIL)
    with dearer.office():
        shop = shop_of(dearer)
        assert (shop.draft.number, shop.published.number) == (3, 2)  # type: ignore[union-attr] # both are there
        actions.discard_draft(shop)
    assert "To decide" in line_of(dearer.client().get(PLACE).text, MAIL)
    answer = scheduled_beside_a_draft(dearer)
    assert "Publish or discard the draft" in answer


def scheduled_beside_a_draft(house: House) -> str:
    with house.office():
        actions.begin_draft(shop_of(house))
    client = house.client()
    row = row_of(client.get(PLACE).text, MAIL)
    sent = {"verb": "schedule", "row": row, "day": "2026-12-01", "confirmed": "yes"}
    answer = post(client, "/price-changes/decisions", **sent)
    assert answer.status_code == 409
    return answer.text


def test_kept_prices_are_held_from_now_on(dearer: House) -> None:
    page = decide(dearer, "keep", MAIL, CHAT)
    assert "2 prices stay as they are." in page
    assert "Overridden" in line_of(page, MAIL)
    assert "Overridden" in line_of(page, CHAT)
    with dearer.office():
        version = shop_of(dearer).current
        entries = db.session.scalars(select(PriceListEntry).where(PriceListEntry.version_id == version.id)).all()
        assert sorted(entry.amounts[PLAN] for entry in entries if entry.amounts) == ["13.20", "21.12"]


def test_what_was_held_already_is_kept_without_a_new_version(dearer: House) -> None:
    page = decide(dearer, "keep", MAIL)
    assert "Overridden" in line_of(page, MAIL)
    with dearer.office():
        assert db.session.scalar(select(PriceListVersion.number).order_by(PriceListVersion.number.desc())) == 2
    take_back(page, dearer.client())
    assert "To decide" in line_of(dearer.client().get(PLACE).text, MAIL)


def test_when_the_cost_moves_again_it_is_open_again(dearer: House, meridian: House) -> None:
    decide(dearer, "keep", MAIL)
    with time_machine.travel("2026-11-25 09:00+00:00"):
        with meridian.office():
            row = db.session.scalars(select(PriceList)).one()
            actions.begin_draft(row).percent = Decimal(150)
            actions.publish(row)
        line = line_of(dearer.client().get(PLACE).text, MAIL)
        assert "To decide" in line
        assert "<s>€17.60</s>" in line, "it is compared with what was decided about"


def test_what_follows_by_itself_cannot_be_let_follow(dearer: House) -> None:
    client = dearer.client()
    row = row_of(client.get(PLACE).text, CHAT)
    page = post(client, "/price-changes/decisions", verb="follow", row=row).text
    assert "None of them can be changed so" in page
    assert "It follows its list’s rule by itself." in page


def test_whoever_decides_decides_about_what_he_saw(dearer: House) -> None:
    client = dearer.client()
    page = client.get(PLACE).text
    row = row_of(page, MAIL)
    with dearer.office():
        hold(shop_of(dearer), MAIL, Way(amounts={PLAN: Decimal("15.00")}))
        actions.publish(shop_of(dearer))
    sent = {"verb": "follow", "row": row, "confirmed": "yes"}
    assert "was changed meanwhile" in post(client, "/price-changes/decisions", **sent).text
    with dearer.office():
        assert newest_entry(dearer).amounts == {PLAN: "15.00"}
        assert db.session.scalars(select(CostDecision)).one().course is Course.SET


def test_the_one_button_of_a_line_is_enough(dearer: House) -> None:
    client = dearer.client()
    row = row_of(client.get(PLACE).text, MAIL)
    question = post(client, "/price-changes/decisions", alone=f"follow:{row}", verb="")
    assert "Let 1 price follow its cost?" in question.text
    assert "€13.20 → €26.40" in question.text


def test_strangers_and_readers_decide_nothing(dearer: House, strand: House, meridian: House) -> None:
    row = row_of(dearer.client().get(PLACE).text, MAIL)
    for house in (strand, meridian):
        for verb in ("follow", "keep", "schedule"):
            sent = {"verb": verb, "row": row, "confirmed": "yes", "day": "2026-12-01"}
            assert post(house.client(), "/price-changes/decisions", **sent).status_code == 404
    assert post(dearer.client("sales"), "/price-changes/decisions", verb="keep", row=row).status_code == 403
    page = dearer.client("sales").get(PLACE).text
    assert "Follow: " not in page
    assert 'name="row"' not in page
    with strand.office():
        assert db.session.scalars(select(CostDecision)).all() == []


def test_a_colleague_cannot_take_back_what_was_not_his(dearer: House, strand: House) -> None:
    page = decide(dearer, "keep", MAIL)
    assert take_back(page, dearer.client("finance")).status_code == 404
    assert take_back(page, strand.client()).status_code == 404


def test_a_sheet_of_the_vendor_is_told_as_such(meridian: House, north: House) -> None:
    with time_machine.travel("2026-11-10 09:00+00:00"):
        with meridian.office():
            imported(sheet({"Market": "DE", "Currency": "EUR"}))
            give(price_list("Wholesale", currency="EUR", market="DE", percent="10"), north)
        with north.office():
            price_list("Shop", currency="EUR", market=None, percent="20").for_storefront = True
    with meridian.office():
        begins = "11/20/2026 12:00:00 AM"
        imported(
            sheet({"Market": "DE", "Currency": "EUR", "UnitPrice": "9.00", "EffectiveStartDate": begins}), "next.csv"
        )
    page = north.client().get(PLACE).text
    assert "New prices of the vendor" in page
    assert "<s>€8.80</s>" in line_of(page, MAIL)
    assert "€9.90" in line_of(page, MAIL)
    assert "€9.00" not in page
    own = meridian.client().get(PLACE).text
    assert "Your storefront sells by no list yet" in own


def test_a_price_is_held_beside_the_cost_it_was_made_for_also_when_the_vendor_corrects_a_day_that_is_over(
    dearer: House, meridian: House
) -> None:
    decide(dearer, "follow", MAIL)
    with meridian.office():
        imported(sheet({"Market": "DE", "Currency": "EUR", "UnitPrice": "9.00"}), "corrected.csv")
    line = line_of(dearer.client().get(PLACE).text, MAIL)
    for said in ("<s>€17.60</s>", "€19.80", "To decide", "Follow: €29.70"):
        assert said in line, said
    page = dearer.client().get("/price-changes?since=2026-11-21").text
    assert "To decide" in line_of(page, MAIL)


def test_what_was_set_by_hand_for_this_cost_is_answered(dearer: House) -> None:
    with dearer.office():
        hold(shop_of(dearer), MAIL, Way(amounts={PLAN: Decimal("20.00")}))
        actions.publish(shop_of(dearer))
    line = line_of(dearer.client().get(PLACE).text, MAIL)
    assert "Overridden" in line
    assert "Follow: " not in line


def test_the_inbox_asks_little_and_its_file_says_all(dearer: House) -> None:
    client = dearer.client()
    client.get(PLACE)
    with counted(dearer.app) as asked:
        page = client.get(f"{PLACE}&standing=open").text
    assert len(asked) <= MOST, asked
    assert CHAT not in page.split("<main")[1]
    file = client.get(f"{PLACE}&format=csv").text
    assert "Held: a fixed price" in file
    assert "26.40" in file
    assert today().isoformat() in file
    with dearer.office():
        assert shop_of(dearer).published.state is VersionState.PUBLISHED  # type: ignore[union-attr] # it is published


def test_whoever_has_just_begun_to_buy_finds_no_changes(dearer: House) -> None:
    page = dearer.client().get("/price-changes?since=2025-12-01").text
    assert CHAT not in page
    assert "To decide" in line_of(page, MAIL), "the price it was made for is known"


def test_everything_that_was_found_is_decided_at_once(dearer: House) -> None:
    browser = Browser(dearer.client())
    browser.open(f"{PLACE}&show=up")
    browser.send(button="Continue", verb="keep-all")
    assert "Keep 3 prices?" in browser.text
    assert browser.send(button="Keep the price").status_code == 303
    page = browser.follow().text
    assert "3 prices stay as they are." in page
    for name in (MAIL, CHAT, TALK):
        assert "Overridden" in line_of(page, name)


def test_everything_is_what_was_seen(dearer: House) -> None:
    browser = Browser(dearer.client())
    browser.open(PLACE)
    browser.send(button="Continue", verb="keep-all")
    with dearer.office():
        hold(shop_of(dearer), CHAT, Way(amounts={PLAN: Decimal("15.00")}))
        actions.publish(shop_of(dearer))
    browser.send(button="Keep the price")
    assert "What was found has changed meanwhile" in browser.follow().text
    with dearer.office():
        assert {row.course for row in db.session.scalars(select(CostDecision))} == {Course.SET}


def test_what_stood_in_a_draft_that_is_gone_is_said_so(dearer: House) -> None:
    with dearer.office():
        actions.begin_draft(shop_of(dearer)).percent = Decimal(70)
    page = decide(dearer, "follow", MAIL)
    with dearer.office():
        actions.discard_draft(shop_of(dearer))
    answer = take_back(page, dearer.client())
    assert answer.status_code == 200
    assert "stood in a draft that was discarded" in answer.text
    assert "To decide" in line_of(answer.text, MAIL)


def test_another_draft_of_the_same_number_is_not_taken_for_the_one_it_stood_in(dearer: House) -> None:
    with dearer.office():
        actions.begin_draft(shop_of(dearer)).percent = Decimal(70)
    page = decide(dearer, "follow", MAIL)
    with dearer.office():
        actions.discard_draft(shop_of(dearer))
        hold(shop_of(dearer), MAIL, Way(amounts={PLAN: Decimal("26.40")}))  # what had been decided, typed by somebody
    assert "stood in a draft that was discarded" in take_back(page, dearer.client()).text
    with dearer.office():
        draft = shop_of(dearer).draft
        assert draft is not None
        assert [way.amounts for way in terms_of_version(draft).ways.values()] == [{PLAN: Decimal("26.40")}]


def test_more_than_can_be_decided_at_once_is_said_with_how_to_narrow_it(meridian: House, north: House) -> None:
    goods = ({"ProductId": f"CFQ7TTC0{at:04}", "SkuTitle": f"Lumen {at:04}"} for at in range(MOST_AT_ONCE + 1))
    with time_machine.travel("2026-11-10 09:00+00:00"):
        with meridian.office():
            imported(sheet(*({"Market": "DE", "Currency": "EUR", **row} for row in goods)))
            give(price_list("Wholesale", currency="EUR", market="DE"), north)
        with north.office():
            price_list("Shop", currency="EUR", market=None, percent="20").for_storefront = True
    with meridian.office():
        ask_more("120", date(2026, 11, 22))
    browser = Browser(north.client())
    browser.open(PLACE)
    assert browser.send(button="Continue", verb="keep-all").status_code == 303
    told = browser.follow().text
    assert f"{MOST_AT_ONCE + 1} prices were found" in told
    assert "Narrow the list" in told
    browser.open(f"{PLACE}&q=0007")
    assert "Keep 1 price?" in (browser.send(button="Continue", verb="keep-all"), browser.text)[1]
    rows = [f"row-{at}" for at in range(MOST_AT_ONCE + 1)]
    assert "Narrow the list" in post(north.client(), "/price-changes/decisions", verb="keep", row=rows).text


@pytest.mark.parametrize("meanwhile", ["withdrawn", "withdrawn above", "another list", "archived"])
def test_what_is_gone_between_question_and_answer_is_said_so(dearer: House, meridian: House, meanwhile: str) -> None:
    browser = Browser(dearer.client())
    browser.open(PLACE)
    rows = [row_of(browser.answer.text, MAIL)]  # type: ignore[union-attr] # it was opened
    assert browser.send(button="Continue", verb="follow", row=rows).status_code == 200
    with (meridian if meanwhile == "withdrawn above" else dearer).office():
        if meanwhile == "withdrawn above":
            actions.withdraw(db.session.scalars(select(PriceList)).one())
        elif meanwhile == "withdrawn":
            actions.withdraw(shop_of(dearer))
        else:
            shop = shop_of(dearer)
            actions.show_in_storefront(price_list("Other", currency="EUR", market=None, percent="30"))
            if meanwhile == "archived":
                actions.archive(shop)
    assert browser.send(button="Follow now", row=rows).status_code in {200, 303}
    told = browser.follow().text if browser.answer.status_code == 303 else browser.text  # type: ignore[union-attr] # likewise
    assert "changed meanwhile" in told
    with dearer.office():
        courses = {row.course for row in db.session.scalars(select(CostDecision))}
        assert Course.FOLLOW not in courses
