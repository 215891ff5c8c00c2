"""Whether it lives, and what keeps it from being ready, in words."""

from pathlib import Path

from api.house import House, problem
from bailee.clock import DAY_MS


def late(house: House) -> str:
    """What the problem says is late."""
    found = problem(house.http.get("/health/ready"), 503)
    assert found["type"] == "/v1/problems/unavailable"
    return " ".join(found["late"])


def forgotten(house: House) -> None:
    """Something was: a rotation is due within the horizon."""
    query = f"?kind=audio&captured_at=2026-09-21T14:12:00Z&person={house.ana.id}"
    who = house.token_of(house.device())
    made = house.ask("POST", f"/recordings{query}", who, content=b"walnuts")
    assert made.status_code == 201, made.text
    house.clock.advance(ms=1)
    house.service.vault.rotate()
    answer = house.ask(
        "POST", "/erasures", house.ana, json={"recordings": [made.json()["recording"]]}
    )
    assert answer.status_code == 202, answer.text


def test_it_lives_and_is_ready(house: House) -> None:
    """Anybody may ask; the answer names nothing."""
    assert house.http.get("/health/live").json() == {"alive": True}
    assert house.http.get("/health/ready").json() == {"ready": True}


def test_a_rotation_that_is_late_is_told(house: House) -> None:
    """What was forgotten is not unrecoverable after the horizon: somebody must look."""
    forgotten(house)
    house.clock.advance(ms=DAY_MS - 1)
    assert house.http.get("/health/ready").status_code == 200
    house.clock.advance(ms=2)
    assert "a rotation is due" in late(house)
    house.service.vault.rotate()
    assert house.http.get("/health/ready").status_code == 200


def test_an_expiry_that_is_late_is_told(house: House) -> None:
    """Two days that are over and still there."""
    house.clock.advance(days=2)
    assert "bailee expire" in late(house)
    house.service.vault.expire()
    house.service.vault.rotate()
    assert house.http.get("/health/ready").status_code == 200


def test_a_root_store_that_is_away_is_told_without_its_place(house: House) -> None:
    """The disk with the root was pulled out: it still serves, and is not well."""
    store = Path(house.service.vault.config.root_stores[0])
    store.rename(store.with_name("away"))
    found = late(house)
    assert "root store" in found
    assert str(store) not in found
    store.with_name("away").rename(store)
    assert house.http.get("/health/ready").status_code == 200
