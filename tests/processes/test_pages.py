"""The pages of processes, by the client: who sees them, what they say, what they offer."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy.dialects import postgresql

from portal.catalogue.steps import IMPORT
from portal.core import jobs
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Permanent
from portal.core.keys import new_id, spell
from portal.core.words import say
from portal.processes import actions, queries, setbacks
from portal.processes.models import State
from portal.processes.plans import Later
from tests.processes.rehearsal import TASKS, begin, mark, seen
from tests.queries import MOST

CHICAGO = ZoneInfo("America/Chicago")  # where Meridian is


def soup(answer):
    assert answer.status_code == 200, answer.text[:500]
    return BeautifulSoup(answer.text, "lxml")


def stop_at(script, task, why="The name is taken"):
    def stop(_):
        raise Permanent(say(why))

    script.does[task] = stop


def press(client, page, button):
    """Press a button of the page, as a browser without script would."""
    form = next(form for form in page.find_all("form") if any(button in b.text for b in form.find_all("button")))
    fields = {field["name"]: field.get("value", "") for field in form.find_all("input")}
    if form.get("method", "get") == "get":
        return client.get(form["action"], query_string=fields)
    return client.post(form["action"], data=fields)


def asked_whether_to_cancel(client, key):
    """The page after Cancel."""
    return soup(press(client, soup(client.get(f"/processes/{key}")), "Cancel"))


def test_the_page_shows_every_task_and_asks_for_itself_again(meridian, worker, script):
    key = begin(meridian)
    page = soup(meridian.client().get(f"/processes/{key}"))
    fragment = page.find(id=f"process-{key}")
    assert fragment["hx-trigger"] == "every 2s"
    assert fragment["hx-swap"] == "outerMorph"
    assert [title.text for title in page.select(".stages h2")] == [
        f"Do the {task}: {state}"
        for task, state in zip(("first", "second", "third", "last"), ("Not started",) * 4, strict=True)
    ]
    assert page.select_one("noscript meta")["http-equiv"] == "refresh"


def test_when_it_is_over_it_asks_no_more(meridian, worker, script):
    key = begin(meridian)
    worker.run_due()
    page = soup(meridian.client().get(f"/processes/{key}"))
    assert "hx-trigger" not in page.find(id=f"process-{key}").attrs
    assert page.select_one(".overall b").text == "100 %"
    assert page.select_one("noscript meta") is None
    assert not page.find_all("button", string=re.compile("Cancel|Retry"))


def test_the_poll_answers_304_until_something_moves(meridian, worker, script):
    key = begin(meridian)
    client = meridian.client()
    first = client.get(f"/processes/{key}/progress")
    tag = first.headers["ETag"]
    assert client.get(f"/processes/{key}/progress", headers={"If-None-Match": tag}).status_code == 304
    worker.run_due()
    moved = client.get(f"/processes/{key}/progress", headers={"If-None-Match": tag})
    assert moved.status_code == 200
    assert "100 %" in moved.text
    assert moved.headers["HX-Trigger"] == "moved", "the figures around it are to be fetched again"


def test_the_fragment_names_what_it_shows(meridian, script):
    key = begin(meridian)
    client = meridian.client()
    fragment = soup(client.get(f"/processes/{key}/progress"))
    shown = re.search(
        r'"If-None-Match": "(.*)"\}', fragment.find(id=f"process-{key}")["hx-headers"].replace('\\"', '"')
    )
    assert client.get(f"/processes/{key}/progress", headers={"If-None-Match": shown[1]}).status_code == 304


def test_the_poll_is_one_statement(meridian, script, count_statements):
    key = begin(meridian)
    client = meridian.client()
    tag = client.get(f"/processes/{key}/progress").headers["ETag"]
    with count_statements() as statements:
        client.get(f"/processes/{key}/progress", headers={"If-None-Match": tag})
    assert len(statements) == 1


def test_a_stopped_process_says_which_task_and_why_and_what_to_do(meridian, worker, script):
    stop_at(script, "third", "Choose another name.")
    key = begin(meridian)
    worker.run_due()
    page = soup(meridian.client().get(f"/processes/{key}"))
    notice = page.select_one(".notice.bad")
    assert "Stopped at “Do the third”" in notice.text
    assert "Choose another name." in notice.text
    assert [button.text.strip() for button in notice.find_all("button")] == ["Retry", "Cancel"]
    assert "Do the second, Do the first" in page.text


def test_retry_by_hand(meridian, worker, script):
    stop_at(script, "third")
    key = begin(meridian)
    worker.run_due()
    script.does.clear()
    client = meridian.client()
    assert press(client, soup(client.get(f"/processes/{key}")), "Retry").status_code == 303
    worker.run_due()
    assert seen(meridian, key).state is State.DONE


def test_cancel_asks_first_and_says_what_is_undone(meridian, worker, script):
    stop_at(script, "third")
    key = begin(meridian)
    worker.run_due()
    client = meridian.client()
    question = asked_whether_to_cancel(client, key)
    assert question.h1.text == "Cancel “Rehearse for Meridian Cloud Distribution”?"
    assert [one.text for one in question.select(".named b")] == ["Do the second", "Do the first"]
    assert seen(meridian, key).state is State.ATTENTION, "asking changes nothing"
    back = question.find("a", string="Back")
    assert soup(client.get(back["href"])).h1


def test_cancel_by_hand(meridian, worker, script):
    key = begin(meridian)
    client = meridian.client()
    question = asked_whether_to_cancel(client, key)
    assert "There is nothing to undo." in question.text
    answer = press(client, question, "Cancel “Rehearse for Meridian Cloud Distribution”")
    assert (answer.status_code, answer.location) == (303, f"/processes/{key}")
    worker.run_due()
    page = soup(client.get(f"/processes/{key}"))
    assert "Cancelled" in page.h1.find_next(class_="state").text


def test_too_late_is_a_conflict_in_words(meridian, worker, script):
    key = begin(meridian)
    client = meridian.client()
    question = asked_whether_to_cancel(client, key)
    worker.run_due()
    answer = press(client, question, "Cancel “Rehearse for Meridian Cloud Distribution”")
    assert answer.status_code == 409
    assert "over" in answer.text
    assert client.get(f"/processes/{key}/cancellation").location == f"/processes/{key}", "nothing is asked any more"


def test_who_may_only_look_is_offered_nothing(meridian, worker, script):
    stop_at(script, "third")
    key = begin(meridian)
    worker.run_due()
    page = soup(meridian.client("read_only").get(f"/processes/{key}"))
    assert not page.find_all("button", string=re.compile("Retry"))


@pytest.mark.parametrize(("role", "offered"), [("finance", ["Retry", "Cancel"]), ("sales", []), ("support", [])])
def test_who_may_start_its_kind_may_steer_it(meridian, worker, script, role, offered):
    """A price sheet whose file is lost: finance brought it, finance may try again or give it up."""
    with meridian.office():
        sheet = actions.start(IMPORT, name=say("Import a sheet"), about="sheet:0", facts={"sheet": spell(new_id())})
        key = sheet.key
    worker.run_all()
    assert seen(meridian, key).state is State.ATTENTION
    client = meridian.client(role)
    page = soup(client.get(f"/processes/{key}"))
    buttons = [button.text.strip() for button in page.select("main button")]
    assert buttons == offered
    token = page.find("input", attrs={"name": "csrf_token"})["value"]
    answer = client.post(f"/processes/{key}/resumption", data={"csrf_token": token})
    assert answer.status_code == (303 if offered else 403)


@pytest.mark.parametrize("path", ["", "/progress"])
def test_the_stranger_sees_nothing(meridian, strand, script, path):
    key = begin(meridian)
    answers = [strand.client().get(f"/processes/{one}{path}") for one in (key, "0" * 26, "nonsense")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("path", ["/processes/rows", "/processes/{key}/progress"])
def test_nobody_is_shown_in_without_a_sign_in(meridian, script, path):
    address = path.format(key=begin(meridian))
    visitor = meridian.visitor()
    assert visitor.get(address).headers["Location"].startswith("/sign-in")
    told = visitor.get(address, headers={"HX-Request": "true"})
    assert (told.status_code, told.headers["HX-Redirect"]) == (204, "/sign-in")


def test_the_list_shows_name_status_progress_and_creation_date(meridian, north, worker, script):
    begin(meridian, subject=north)
    worker.run_due()
    begin(meridian)
    page = soup(meridian.client().get("/processes"))
    heads = [head.text.strip() for head in page.select("thead th")]
    assert heads == ["Process Name", "Status", "Progress", "Time", "Creation Date"]
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all("td")][:2] for row in page.select("tbody tr")]
    assert rows == [
        ["Rehearse for Meridian Cloud Distribution", "Queued"],
        ["Rehearse for Nordlicht IT", "Done"],
    ]
    assert page.find(id="processes")["hx-trigger"] == "every 2s"


def test_the_rows_answer_304_until_one_moves(meridian, worker, script):
    begin(meridian)
    client = meridian.client()
    tag = client.get("/processes/rows").headers["ETag"]
    assert client.get("/processes/rows", headers={"If-None-Match": tag}).status_code == 304
    worker.run_due()
    assert client.get("/processes/rows", headers={"If-None-Match": tag}).status_code == 200


def test_the_rows_name_what_they_show(meridian, script):
    begin(meridian)
    client = meridian.client()
    shown = soup(client.get("/processes/rows")).find(id="processes")["hx-headers"].replace('\\"', '"')
    tag = re.search(r'"If-None-Match": "(.*)"\}', shown)[1]
    assert client.get("/processes/rows", headers={"If-None-Match": tag}).status_code == 304


def test_who_looks_again_after_long_sees_what_moved_meanwhile(meridian, worker, script):
    """All of it is past when he asks again, and nothing has moved lately, then as now."""
    client = meridian.client()
    tag = client.get("/processes/rows").headers["ETag"]
    begin(meridian)
    worker.run_due()
    with time_machine.travel(now() + timedelta(minutes=25)):
        assert client.get("/processes/rows", headers={"If-None-Match": tag}).status_code == 200


def test_the_rows_are_watched_by_one_statement_off_an_index(meridian, script, count_statements):
    begin(meridian)
    client = meridian.client()
    tag = client.get("/processes/rows").headers["ETag"]
    with count_statements() as statements:
        client.get("/processes/rows", headers={"If-None-Match": tag})
    assert len(statements) == 1
    with meridian.office():
        db.session.connection().exec_driver_sql("set local enable_seqscan = off")
        question = queries.movements().params(lately=now())
        asked = question.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        plan = db.session.connection().exec_driver_sql(f"explain {asked}").scalars().all()
    scans = [line for line in plan if " on process" in line]
    assert all("Index Scan" in line for line in scans), plan
    assert any("process_tenant_id_moved_at_idx" in line for line in scans), plan


def test_an_empty_list_promises_what_this_tenant_may_have(meridian, north, south):
    def promise(house):
        return soup(house.client().get("/processes")).select_one(".empty-page p").text

    assert (
        promise(meridian)
        == "What takes longer than a click is listed here: Leaks, Price sheets, Products, Rehearsals, Tenant Resellers."
    )
    assert "Tenant Resellers" in promise(north)
    assert "Price sheets" not in promise(north)
    assert promise(south) == "What takes longer than a click is listed here: Leaks, Rehearsals."
    kinds = soup(south.client().get("/processes")).select("select[name=kind] option")
    assert not {"Tenant Resellers", "Price sheets"} & {one.text for one in kinds}


def test_the_list_can_be_searched_and_narrowed(meridian, north, worker, script):
    begin(meridian, subject=north)
    worker.run_due()
    begin(meridian)
    client = meridian.client()
    for question, names in (
        ("?q=nordlicht", ["Rehearse for Nordlicht IT"]),
        ("?state=living", ["Rehearse for Meridian Cloud Distribution"]),
        ("?state=cancelled", []),
        ("?kind=rehearsal&sort=name", ["Rehearse for Meridian Cloud Distribution", "Rehearse for Nordlicht IT"]),
        ("?kind=letter", []),
    ):
        page = soup(client.get(f"/processes{question}"))
        assert [title.text for title in page.select("tbody .title")] == names, question


def test_the_list_asks_few_questions_whatever_it_shows(meridian, worker, script, count_statements):
    for _ in range(12):
        begin(meridian)
    client = meridian.client()
    client.get("/processes")
    with count_statements() as statements:
        client.get("/processes")
    assert len(statements) <= MOST


def test_every_task_shows_state_start_duration_attempts_and_result(meridian, worker, script):
    failures = [ConnectionError()]

    def flaky(process):
        if failures:
            raise failures.pop()
        return mark(process, "second")

    script.does["second"] = flaky
    key = begin(meridian)
    worker.run_all()
    rows = soup(meridian.client().get(f"/processes/{key}")).select(".stages > li")
    told = [row.get_text(" ", strip=True) for row in rows]
    begun = [task.started_at.astimezone(CHICAGO).strftime("%H:%M:%S") for task in seen(meridian, key).tasks]
    for row, task, start, attempts in zip(told, TASKS, begun, (1, 2, 1, 1), strict=True):
        assert re.match(rf"Do the {task} : Done", row), row
        assert f"{task} is done" in row
        assert re.search(r"\d s\b", row), row
        assert f"{start} · {attempts} attempt" in row


def test_a_process_that_was_lost_before_its_first_task_began_can_be_looked_at(app, meridian, worker, script):
    key = begin(meridian)
    for _ in range(setbacks.MOST_CRASHES):
        with app.app_context():
            assert jobs.claim("short-lived", lease=10)
        worker.let_leases_end()
    worker.run_due()
    page = soup(meridian.client().get(f"/processes/{key}"))
    assert "Stopped at “Do the first”" in page.select_one(".notice.bad").text
    assert "1 attempt" in page.select_one(".stages .failed").text


def test_a_task_that_waits_for_the_world_outside_says_what_for_and_when_it_asks_again(meridian, worker, script):
    script.does["second"] = lambda _: Later(1800, say("Waiting until %(name)s is known", name="lumen.example"))
    key = begin(meridian)
    worker.run_due()
    client = meridian.client()
    page = soup(client.get(f"/processes/{key}"))
    assert "Running" in page.h1.find_next(class_="state").text
    row = page.select_one(".stages .running").get_text(" ", strip=True)
    assert "Waiting until lumen.example is known" in row
    assert "1 attempt" in row
    assert page.select_one(".notice") is None
    again = seen(meridian, key).next_try_at.astimezone(CHICAGO).strftime("%H:%M:%S")
    assert f"Asks again at {again}" in page.select_one(".overall").text
    assert f"asks again at {again}" in soup(client.get("/processes")).select_one("tbody tr").text


def test_history_is_opened_where_it_went_wrong(meridian, worker, script):
    failures = [ConnectionError(), ConnectionError()]

    def flaky(process):
        if failures:
            raise failures.pop()
        return mark(process, "second")

    script.does["second"] = flaky
    key = begin(meridian)
    worker.run_due()
    page = soup(meridian.client().get(f"/processes/{key}"))
    assert page.select_one(".waiting details").has_attr("open")
    assert "tried again at" in page.select_one(".notice.warn").text
    worker.run_all()
    page = soup(meridian.client().get(f"/processes/{key}"))
    assert len(page.select("details.tries li")) == 3
