"""The rules of the house, asked of its own source, tables and registers.  Each list of exceptions gives a reason."""

from __future__ import annotations

import ast
import re
from dataclasses import replace

import pytest
from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.sql.schema import Table

from portal.commands import schema
from portal.core.db import Model, db
from portal.core.kinds import Charter, Owned
from portal.core.routes import routes
from portal.core.walls import gaps, unwalled
from portal.core.web import PERMISSIONS, unmarked
from portal.local import stores
from portal.processes.plans import PLANS
from portal.users import roles
from tests.house.rules import PROGRAMS, calls, modules, templates, texts
from worker import jobs

# Who commits: the request that answered below 400, the process runner, and commands, which are nobody's request.
COMMITS = {
    "portal/core/answering.py": "the request that answered below 400, and what it does for another tenant after that",
    "portal/processes/hands.py": "between the tasks of a process",
    "portal/commands/importing.py": "a command is a whole piece of work",
    "portal/commands/schema.py": "the owner's connection, which migrates",
    "portal/overview/founding.py": "a command's whole work: tenant first, then in its scope what belongs to it",
    "portal/overview/demo/loading.py": "a command's whole work, tenant by tenant",
}

# Where SQL is written by hand; nowhere else may text() come in, for an `or` in it loosens the fence.
HAND_WRITTEN = {
    "portal/core/jobs.py": "the queue: claim, keep and release are one statement each",
    "portal/core/walls.py": "makes the walls",
    "portal/commands/schema.py": "the lock of the migrations",
    "portal/processes/actions.py": "an advisory lock, which names no table",
}

# Statements that were looked at, because no fence can be put on them; wall 2 holds them.
REVIEWED = {
    "portal/core/db.py": "add_many gives every row the acting tenant",
    "portal/core/finding.py": "a row's words, beside the row, under its own tenant",
    "portal/core/jobs.py": "the queue is a platform table",
    "portal/core/session.py": "the guard itself",
    "portal/users/gate.py": "one statement reads who comes; every join is on the acting tenant",
    "portal/audit/people.py": "an upsert of the acting tenant's own key",
    "portal/accounts/numbers.py": "an upsert of the acting tenant's own counter",
    "portal/catalogue/actions/rates.py": "an upsert of the acting tenant's own rates; the key it meets begins with the tenant",
    "portal/catalogue/actions/ticking.py": "sets of a list's entries, within its tenant",
    "portal/catalogue/sheets/sets.py": "the sheet against the catalogue, in sets, within its tenant",
    "portal/processes/actions.py": "an advisory lock, which names no table",
}

SETTINGS_OF_A_TRANSACTION = {
    "portal/core/session.py": "tells PostgreSQL for whom it acts",
    "portal/catalogue/sheets/sets.py": "turns nested loops off for one statement over a whole sheet",
}

VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "handler", "handlers"} | {
    "processor", "processors", "base", "misc", "data", "info", "tools", "lib", "shared", "stuff"
}  # fmt: skip
NAMED_FOR_OTHERS = {"tests/data": "samples of the vendors' files"}

# What each plan's tasks are called, for ever: rows carry these names, and renaming one is a migration.
FOR_EVER = {
    "tenant.onboarding": (
        "reserve_client_id open_organization apply_edition write_settings create_administrator link_price_list "
        "open_storefront dress_storefront check activate tell"
    ).split(),
    "brand.publication": ["publish"],
    "domain.watch": ["look"],
    "leaks.look": ["look_as_visitor", "look_as_customer", "read_letters"],
    "mail_sender.watch": ["look"],
    "letter": ["deliver"],
    "products.import": ["read_products", "compare_products"],
    "products.apply": ["write_products"],
    "price.import": ["unpack_sheet", "read_sheet", "compare_sheet"],
    "price.apply": ["await_day", "weigh", "write_prices", "end_missing", "open_prices"],
    "price.undo": ["put_prices_back", "put_products_back", "show_former", "compare_again"],
    "price.watch": ["look"],
}


def test_only_three_places_commit():
    found = {path for path, tree in modules(*PROGRAMS) for name, _ in calls(tree) if name == "commit"}
    assert found == set(COMMITS)


def test_sql_is_written_by_hand_in_few_places():
    found = {path for path, tree in modules(*PROGRAMS) if any(_speaks_sql(tree))}
    assert {path for path in found if not path.startswith("migrations/")} == set(HAND_WRITTEN)


def _speaks_sql(tree):
    """Calls of text(), except those that say what a partial index is about."""
    conditions = {id(word.value) for _, call in calls(tree) for word in call.keywords if word.arg == "postgresql_where"}
    indexed = {id(one) for name, call in calls(tree) if name == "Index" for one in call.args}
    named = {
        id(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and "LivingOnly" in ast.dump(node.targets[0])
    }
    for name, call in calls(tree):
        of_ours = isinstance(call.func, ast.Name) or ast.unparse(call.func) in {"sa.text", "sqlalchemy.text"}
        if name == "text" and of_ours and id(call) not in conditions | indexed | named:
            yield call


def test_every_reviewed_statement_is_in_the_list():
    found = {
        path
        for path, tree in modules("portal", "worker")
        for name, call in calls(tree)
        if any(word.arg == "reviewed" for word in call.keywords)
    }
    found |= {path for path, tree in modules("portal", "worker") if any(text == "reviewed" for _, text in texts(tree))}
    assert found == set(REVIEWED)


def test_only_the_session_says_for_whom_it_acts():
    spoken = {path for path, tree in modules("portal", "worker") for name, _ in calls(tree) if name == "set_config"}
    written = {path for path, tree in modules("portal", "worker") for _, text in texts(tree) if "set_config(" in text}
    assert spoken | written == set(SETTINGS_OF_A_TRANSACTION)
    asked = {path for path, tree in modules("portal", "worker") for _, text in texts(tree) if "vitrine.tenant'" in text}
    assert asked == {"portal/core/session.py", "portal/core/walls.py"}


def test_nobody_switches_the_walls_off():
    words = re.compile(
        r"bypassrls|row_security|security definer|disable row level|set role|session authorization", re.IGNORECASE
    )
    found = {(path, text[:40]) for path, tree in modules(*PROGRAMS) for _, text in texts(tree) if words.search(text)}
    # the walls look for these; the embedded one makes roles without them
    assert {path for path, _ in found} <= {
        "portal/core/walls.py",
        "portal/local/postgres.py",
        "portal/commands/doctor.py",
    }


# ------------------------------------------------------------------------------------------------------------ tables


def owned_tables() -> list[Table]:
    schema.meet_tables()
    return [mapper.local_table for mapper in Model.registry.mappers if issubclass(mapper.class_, Owned)]  # type: ignore[misc]


def test_every_table_says_whose_it_is():
    schema.meet_tables()
    assert unwalled() == []


def test_every_key_of_a_tenants_row_begins_with_its_tenant():
    for table in owned_tables():
        assert [column.name for column in table.primary_key][:2] == ["tenant_id", "id"], table.name


def test_every_unique_key_of_a_tenants_row_begins_with_its_tenant():
    for table in owned_tables():
        keys = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        keys += [one for one in table.indexes if isinstance(one, Index) and one.unique]  # type: ignore[misc]
        for key in keys:
            names = [column.name for column in key.columns]
            assert names[0] == "tenant_id" or names == ["id"], f"{table.name}: {key.name}"  # an id is made up by us


def test_every_key_between_tenants_rows_begins_with_the_tenant():
    owned = {table.name for table in owned_tables()}
    for table in owned_tables():
        for key in (one for one in table.constraints if isinstance(one, ForeignKeyConstraint)):
            if key.referred_table.name not in owned:
                continue
            # to one's own row by one's own tenant; to an Offering by its owner's, which the walls hold to the line
            starts = key.column_keys[0]
            assert starts == "tenant_id" or key.info.get("above"), f"{table.name}: {key.name}"
            assert key.elements[0].column.name == "tenant_id", f"{table.name}: {key.name}"


def test_a_charter_is_held_to_the_tree():
    for mapper in Model.registry.mappers:
        if issubclass(mapper.class_, Charter):
            keys = {
                tuple(one.column_keys)
                for one in mapper.local_table.constraints
                if isinstance(one, ForeignKeyConstraint)
            }  # type: ignore[attr-defined]
            assert ("tenant_id", "parent_id") in keys


def test_the_walls_that_stand_are_those_that_must(app):
    with app.app_context(), db.engine.connect() as connection:
        assert gaps(connection.execution_options(reviewed=True)) == []


def test_the_migrations_make_what_the_models_say(settings, addresses, server):
    server.execute(f"create database migrated owner {stores.OWNER}")
    there = replace(
        settings,
        database_url=addresses.database_url.replace("/vitrine?", "/migrated?"),
        database_owner_url=addresses.database_owner_url.replace("/vitrine?", "/migrated?"),
    )
    assert schema.migrate(there) != []
    assert schema.differences(there) == []
    assert schema.wall_gaps(there) == []
    assert schema.migrate(there) == []


# -------------------------------------------------------------------------------------------------- names, doors, plans


def test_rooms_are_named_after_ideas():
    found = [
        path
        for path, _ in modules("portal", "worker", "tests")
        for part in path.removesuffix(".py").split("/")
        if part.removeprefix("_") in VAGUE and not any(path.startswith(one) for one in NAMED_FOR_OTHERS)
    ]
    assert found == []


def test_pages_bring_no_script_of_their_own():
    inline = re.compile(
        r"<script(?! type=\"application/ld\+json\">)(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|\shx-on|javascript:|[\"']js:|\sstyle\s*=\s*[\"']",
        re.IGNORECASE,
    )
    assert [(path, found[0]) for path, source in templates() for found in inline.finditer(source)] == []


def test_every_view_says_who_may_enter(app_of_session):
    assert list(unmarked(app_of_session)) == []


def test_every_permission_that_is_asked_for_is_given_by_a_role(app_of_session):
    asked = {route["permission"] for route in routes(app_of_session) if route["permission"]}
    assert asked <= PERMISSIONS <= roles.PERMISSIONS
    given = {permission for role in roles.Role for permission in role.permissions}
    assert given == roles.PERMISSIONS
    assert roles.PERMISSIONS - asked == set(), "no page asks for these"


def test_administrators_may_everything():
    assert roles.Role.ADMINISTRATOR.permissions == roles.PERMISSIONS


def test_every_task_of_every_plan_is_registered_under_its_name(app_of_session):
    for name, plan in PLANS.items():
        names = [step.name for step in plan.steps]
        assert len(names) == len(set(names)) > 0, name
        assert all(re.fullmatch(r"[a-z][a-z_]*", one) for one in names), name
        assert plan.final in {"", *names}, name
        assert all(callable(step.run) and (step.undo is None or callable(step.undo)) for step in plan.steps), name


def test_every_plan_is_in_the_list(app_of_session):
    ours = {name for name, plan in PLANS.items() if plan.steps[0].run.__module__.startswith("portal.")}
    assert ours == set(FOR_EVER)


@pytest.mark.parametrize("name", FOR_EVER)
def test_a_tasks_name_is_for_ever(app_of_session, name):
    assert [step.name for step in PLANS[name].steps] == FOR_EVER[name]


def test_the_one_job_is_where_its_name_says():
    module, _, function = jobs.NAME.rpartition(".")
    assert module == jobs.__name__
    assert callable(getattr(jobs, function))


def test_only_the_worker_knows_redis_jobs():
    """A web request never talks to Redis."""
    found = {path for path, tree in modules("portal") for _, text in texts(tree) if text.startswith("worker.jobs")}
    assert found == set()
    importing = [path for path, tree in modules("portal") if any(_imports(tree, "rq"))]
    assert importing == []


def _imports(tree, name):
    for node in tree.body:
        module = getattr(node, "module", None) or ""
        yield (
            any(alias.name.split(".")[0] == name for alias in getattr(node, "names", []))
            or module.split(".")[0] == name
        )


def test_no_address_of_a_machine_is_in_the_source():
    places = re.compile(r"/(?:work|farm|tmp/v|home)/")
    found = [
        (path, line) for path, tree in modules(*PROGRAMS, "tests") for line, text in texts(tree) if places.search(text)
    ]
    assert [one for one in found if "house/test_rules.py" not in one[0]] == []
