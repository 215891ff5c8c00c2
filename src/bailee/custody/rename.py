"""Another name for a person or a device: the same keys, the same recordings."""

import sqlalchemy as sa

from bailee.custody import address, labels
from bailee.custody.acts import keep_beginning
from bailee.custody.premises import Premises
from bailee.errors import ConflictError
from bailee.store.tables import device, person
from bailee.types.ids import AccountId


def rename_part(
    connection: sa.Connection,
    premises: Premises,
    account_id: AccountId,
    whose: labels.Named,
    text: str,
    *,
    until_day: int,
) -> None:
    """Call a person or a device of a locked account *text* from now on.

    A name takes nothing from before it meant whom it means (design §1, late arrivals): the old one,
    used again, begins now; and who takes the name of something erased takes nothing that arrives
    late from before that erasure. What is theirs already stays.

    Raises:
        ConflictError: Another one bears it.
        InputError: It is no name.
    """
    table = person if whose.person_id else device
    part_id = whose.person_id or whose.device_id
    name = address.clean_name(text, f"a {table.name}")
    new = address.part_lookup(connection, premises, account_id, table.name, name)
    mine = table.c.id == part_id
    old = connection.execute(sa.select(table).where(mine)).one()
    if new != old.lookup:
        _require_free(connection, account_id, table, new)
        keep_beginning(connection, account_id, old.lookup, premises.now_ms())
        begins_ms = max(old.begins_ms, address.begins(connection, account_id, new))
        connection.execute(sa.update(table).where(mine).values(lookup=new, begins_ms=begins_ms))
    labels.rewrite(connection, premises, whose, name, until_day=until_day)


def _require_free(
    connection: sa.Connection, account_id: AccountId, table: sa.Table, lookup: bytes
) -> None:
    """Under the account's lock, so that two renamings cannot both find it free."""
    taken = sa.select(table.c.id).where(table.c.account_id == account_id, table.c.lookup == lookup)
    if connection.scalar(taken) is not None:
        raise ConflictError(
            f"Another {table.name} of that name is in the household already.",
            hint="Choose another name.",
        )
