"""Wall 2: row-level security, derived from the models after every migration.

A migration cannot forget it, there is one form of it, and `gaps()` compares what stands with what must stand: at
start, in `doctor` and in a house test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, Table, text
from sqlalchemy.orm import Mapper

from portal.core.db import Model
from portal.core.kinds import Charter, Declaration, Errand, Offering, Owned, is_tenant_table

# Spelled as PostgreSQL prints them back: checking a function or a policy is comparing texts.
# A body that is an expression is read when the function is made: no search_path leads it astray afterwards.
FUNCTIONS = {
    "acting_tenant": ("bigint", "(NULLIF(current_setting('vitrine.tenant'::text, true), ''::text))::bigint"),
    "acting_line": (
        "bigint[]",
        "COALESCE((NULLIF(current_setting('vitrine.line'::text, true), ''::text))::bigint[], '{}'::bigint[])",
    ),
    "acting_process": ("uuid", "(NULLIF(current_setting('vitrine.process'::text, true), ''::text))::uuid"),
}
FUNCTION = "CREATE OR REPLACE FUNCTION public.{}()\n RETURNS {}\n LANGUAGE sql\n STABLE\nRETURN {}\n"

OWN = "(tenant_id = ( SELECT acting_tenant() AS acting_tenant))"
ABOVE = "({} = ANY (( SELECT acting_line() AS acting_line)::bigint[]))"
LENT = f"(({{}} = ( SELECT acting_process() AS acting_process)) AND {ABOVE.format('tenant_id')})"
UNSET = frozenset({"search_path", "row_security", "role", "session_authorization"})  # what no role's settings may say
PARENT = "(parent_id = ( SELECT acting_tenant() AS acting_tenant))"


@dataclass(frozen=True, slots=True)
class Policy:
    table: str
    name: str
    command: str
    using: str
    check: str | None = None

    def sql(self) -> str:
        check = f" with check {self.check}" if self.check else ""
        return f'create policy {self.name} on "{self.table}" for {self.command} using {self.using}{check}'


def functions() -> dict[str, str]:
    """What must stand, by name: what a transaction was told, as the policies read it."""
    return {name: FUNCTION.format(name, kind, body) for name, (kind, body) in FUNCTIONS.items()}


def policies() -> dict[str, set[Policy]]:
    """What must stand, by table."""
    return {_table(mapper).name: set(_of(mapper)) for mapper in _owned()}


def _owned() -> Iterator[Mapper[Model]]:
    yield from (mapper for mapper in Model.registry.mappers if issubclass(mapper.class_, Owned))


def _of(mapper: Mapper[Model]) -> Iterator[Policy]:
    kind, table = mapper.class_, _table(mapper)
    own = OWN
    if issubclass(kind, Errand):
        lent = LENT.format("process_id" if "process_id" in table.columns else "id")
        own = f"({OWN} OR {lent})"
    elif issubclass(kind, Charter) and Declaration not in kind.__mro__:
        own = f"({OWN} OR {PARENT})"
    drawn = [_stands_above(table, column) for column in _pointers(table)]
    check = f"({' AND '.join([own, *drawn])})" if drawn else own
    yield Policy(table.name, "own", "all", own, check)
    if issubclass(kind, Offering):
        yield Policy(table.name, "above", "select", ABOVE.format("tenant_id"))
    elif issubclass(kind, Declaration):
        yield Policy(table.name, "parent", "select", PARENT)


def _table(mapper: Mapper[Any]) -> Table:
    table = mapper.local_table
    if not isinstance(table, Table):
        raise TypeError(f"{mapper.class_.__name__} is not a table")
    return table


def _pointers(table: Table) -> list[str]:
    """Columns that hold the owner of an Offering drawn on; in the table's order."""
    names = {
        constraint.column_keys[0]
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint) and constraint.info.get("above")
    }
    return [column.name for column in table.columns if column.name in names]


def _stands_above(table: Table, column: str) -> str:
    above = ABOVE.format(column)
    return f"(({column} IS NULL) OR {above})" if table.columns[column].nullable else above


def raise_walls(connection: Connection, app_role: str) -> None:
    """Make what stands what must stand, and grant the app's role what it needs, table by table."""
    for function in functions().values():
        connection.exec_driver_sql(function)
    for table, name in connection.execute(
        text("select tablename, policyname from pg_policies where schemaname = 'public'")
    ):
        connection.execute(text(f'drop policy "{name}" on "{table}"'))
    for wanted in policies().values():
        for policy in sorted(wanted, key=lambda policy: policy.name):
            connection.execute(text(policy.sql()))
    for mapper in Model.registry.mappers:
        _close(connection, mapper, app_role)
    connection.execute(text(f'grant usage on schema public to "{app_role}"'))
    connection.execute(text(f'grant usage on all sequences in schema public to "{app_role}"'))
    if connection.scalar(text("select to_regclass('alembic_version')")):
        connection.execute(text(f'grant select on alembic_version to "{app_role}"'))


def _close(connection: Connection, mapper: Mapper[Model], app_role: str) -> None:
    table, kind = _table(mapper).name, mapper.class_
    if issubclass(kind, Owned):
        connection.execute(text(f'alter table "{table}" enable row level security'))
        connection.execute(text(f'alter table "{table}" force row level security'))
    rights = ", ".join(sorted(_rights(kind)))
    connection.execute(text(f'revoke all on "{table}" from "{app_role}"'))
    connection.execute(text(f'grant {rights} on "{table}" to "{app_role}"'))


def _rights(kind: type) -> set[str]:
    return {"select", "insert"} if getattr(kind, "__append_only__", False) else {"select", "insert", "update", "delete"}


def gaps(connection: Connection) -> list[str]:
    """Every difference between the walls that stand and those that must, in words; empty when all is well.

    Asked with the app's own connection: it is that role's powers that matter.
    """
    looks = (_powers, _settings, _open_tables, _wrong_functions, _wrong_policies, _back_doors)
    return [gap for look in looks for gap in look(connection)]


def _powers(connection: Connection) -> Iterator[str]:
    role = connection.execute(
        text(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user"
        )
    ).one()
    for power, held in zip(("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB"), role[1:], strict=True):
        if held:
            yield f"the app's role {role.rolname} has {power}: it must be a role without powers"
    owned = connection.scalar(
        text(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and pg_has_role(current_user, c.relowner, 'MEMBER')"
        )
    )
    if owned:
        yield f"the app's role {role.rolname} owns {owned} tables: they must belong to the owner's role"


def _settings(connection: Connection) -> Iterator[str]:
    """What every connection of the role begins with.

    A role may always change its own settings, and a transaction that says for whom it acts overrules `vitrine.…`; but one
    that does not say it must see nothing, and names must be looked up, and rows hidden, as everywhere.
    """
    for (settings,) in connection.execute(
        text(
            "select s.setconfig from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole"
            " left join pg_database d on d.oid = s.setdatabase"
            " where coalesce(r.rolname, current_user) = current_user"
            " and coalesce(d.datname, current_database()) = current_database()"
        )
    ):
        for setting in settings:
            name, _, value = setting.partition("=")
            if name.startswith("vitrine.") or name in UNSET:
                yield f"connections of the app's role begin with {name} set to {value}: alter role (or database) reset it"


def _open_tables(connection: Connection) -> Iterator[str]:
    standing = {
        name: (enabled, forced, truncate, update, delete)
        for name, enabled, forced, truncate, update, delete in connection.execute(
            text(
                "select c.relname, c.relrowsecurity, c.relforcerowsecurity, has_table_privilege(c.oid, 'TRUNCATE'),"
                " has_table_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE')"
                " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                " where n.nspname = 'public' and c.relkind in ('r', 'p')"
            )
        )
    }
    for mapper in Model.registry.mappers:
        name = _table(mapper).name
        if name not in standing:
            yield f"table {name} is missing: run the migrations"
            continue
        enabled, forced, truncate, update, delete = standing[name]
        if issubclass(mapper.class_, Owned) and not (enabled and forced):
            yield f"table {name} has no forced row-level security"
        if truncate:
            yield f"the app's role may TRUNCATE {name}"
        if getattr(mapper.class_, "__append_only__", False) and (update or delete):
            yield f"the app's role may change {name}, which is append-only"


def _wrong_functions(connection: Connection) -> Iterator[str]:
    asked = text(
        "select p.proname, pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = 'public' and p.prokind = 'f' and p.pronargs = 0"
    )
    standing = {row.proname: row.pg_get_functiondef for row in connection.execute(asked)}
    for name, wanted in functions().items():
        if standing.get(name) != wanted:
            yield f"function {name} is missing or changed"


def _wrong_policies(connection: Connection) -> Iterator[str]:
    standing: dict[str, set[Policy]] = {}
    for row in connection.execute(
        text(
            "select tablename, policyname, permissive, lower(cmd) as cmd, qual, with_check from pg_policies where schemaname = 'public'"
        )
    ):
        if row.permissive == "PERMISSIVE":
            policy = Policy(row.tablename, row.policyname, row.cmd, row.qual, row.with_check)
            standing.setdefault(row.tablename, set()).add(policy)
    wanted = policies()
    for table in sorted(wanted | standing):
        for policy in wanted.get(table, set()) - standing.get(table, set()):
            yield f"policy {policy.name} of {table} is missing or changed"
        for policy in standing.get(table, set()) - wanted.get(table, set()):
            yield f"policy {policy.name} of {table} is not ours: {policy.using}"


def _back_doors(connection: Connection) -> Iterator[str]:
    for (name,) in connection.execute(
        text(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public'"
            " and c.relkind in ('v', 'm') and not coalesce('security_invoker=true' = any(c.reloptions), false)"
        )
    ):
        yield f"view {name} reads with its owner's rights: make it security_invoker"
    for (name,) in connection.execute(
        text(
            "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.prosecdef"
        )
    ):
        yield f"function {name} is SECURITY DEFINER"


def unwalled() -> list[str]:
    """Tables that say neither whose they are nor that they are the platform's."""
    return [
        _table(mapper).name
        for mapper in Model.registry.mappers
        if (not issubclass(mapper.class_, Owned) and not mapper.class_.__platform__)
        or (issubclass(mapper.class_, Owned) and not is_tenant_table(_table(mapper)))
    ]
