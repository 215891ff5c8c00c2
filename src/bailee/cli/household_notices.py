"""`bailee household notices`: the disclosures in force, as people are shown them (R-32)."""

import click

from bailee.cli import say
from bailee.cli.desk import Desk
from bailee.cli.options import common
from bailee.cli.served import served
from bailee.types.consent import Notice


@click.command()
@click.option(
    "--read",
    type=click.Choice([each.value for each in Notice]),
    metavar="NOTICE",
    help="Print the text of this one.",
)
@common
def notices(desk: Desk, read: str | None) -> None:
    """Show which notices are in force, or read one.

    A consent is given to a version of a notice. Where the text changes in what matters, consents
    to an earlier version count no more.

      bailee household notices
      bailee household notices --read children
    """
    with served(desk) as service:
        chosen = [Notice(read)] if read else list(Notice)
        found = [service.household.notices.text(each) for each in chosen]
    rows = [
        (each.notice.value, str(each.version), ", ".join(sorted(each.covers))) for each in found
    ]
    desk.answer(
        {
            "notices": [
                {
                    "notice": each.notice,
                    "version": each.version,
                    "covers": sorted(each.covers),
                    "text_sha256": each.text_hash.hex(),
                    **({"text": each.body} if read else {}),
                }
                for each in found
            ]
        },
        [found[0].body.rstrip()] if read else say.table(("notice", "version", "covers"), rows),
    )
