"""Two services in one process, with pages: their routes are the same, and nothing else is."""

from pathlib import Path

from api.house import House, problem
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.web import create_site
from web.site import Reader


def test_each_answers_for_itself(house: House, tmp_path: Path, clock: FixedClock) -> None:
    """Whoever is signed in at one is nobody at the other: by the API, and in the pages."""
    Vault.create(tmp_path / "other", clock=clock).close()
    with House(tmp_path / "other", clock, create=create_site) as other:
        for here, there in ((house, other), (other, house), (house, other)):
            assert here.ask("GET", "", here.ana).json()["id"] == here.account_id
            problem(here.ask("GET", "", there.ana), 401)
            assert Reader(here, here.ana).get("/privacy").status_code == 200
            away = Reader(here, there.ana).get("/privacy")
            assert (away.status_code, away.headers["location"][:8]) == (303, "/sign-in")
