"""Figures for Prometheus: right, for whoever watches the machine, and about nobody."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from api.house import House, problem
from bailee.api.app import DoorSettings
from bailee.clock import FixedClock
from bailee.custody.vault import Vault
from bailee.types.role import Right, Role


def figures(house: House) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = house.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def of(house: House, name: str, **labels: str) -> float:
    return figures(house).get((f"bailee_{name}", tuple(sorted(labels.items()))), 0)


def test_requests_are_counted_by_route(house: House) -> None:
    """By template, whatever id was in the path; what no route has is one row for all."""
    house.ask("GET", "", house.ana)
    house.ask("GET", "", house.ana)
    house.http.get("/wp-admin/walnuts.php")
    route = "/v1/households/{account}"
    assert of(house, "requests_total", method="GET", route=route, status="200") == 2
    assert of(house, "requests_total", method="GET", route="-", status="404") == 1
    assert of(house, "request_seconds_count", route=route) == 2
    assert of(house, "answer_bytes_total", route=route) > 100


def test_a_method_that_nobody_knows_is_one_row(house: House) -> None:
    """No label grows by what strangers type."""
    house.http.request("WALNUTS", "/health/live")
    assert of(house, "requests_total", method="other", route="/health/live", status="405") == 1


def test_decisions_are_counted_by_policy(house: House) -> None:
    """What was allowed and what was not, and what decided."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    problem(house.ask("POST", "/devices", leo, json={"name": "porch", "sort": "camera"}), 403)
    rows = [
        dict(labels)
        for (name, labels), value in figures(house).items()
        if name == "bailee_decisions_total" and value
    ]
    assert {"yes", "no"} == {row["allowed"] for row in rows}
    assert all(re.fullmatch(r"[a-z0-9-]+", row["policy"]) for row in rows)


def test_the_state_of_the_house_is_counted(house: House) -> None:
    """Sessions, erasures, the ledger, the generation."""
    assert of(house, "sessions_open") == 1
    house.person("Leo", Role.MEMBER, Right.VIEW)
    assert of(house, "sessions_open") == 2
    waiting = of(house, "ledger_waiting")
    assert waiting > 0
    size = house.service.vault.publish()
    assert (of(house, "ledger_waiting"), of(house, "ledger_entries")) == (0, size)
    age = of(house, "generation_age_seconds")
    house.clock.advance(ms=5000)
    assert of(house, "generation_age_seconds") == age + 5
    house.service.vault.rotate()
    assert (of(house, "generation"), of(house, "generation_age_seconds")) == (2, 0)
    assert of(house, "under_attack") == 0
    assert of(house, "erasures_open") == 0


def test_no_figure_is_about_anybody(house: House) -> None:
    """Not one label holds an id, a name, an address or a token."""
    house.person("Walnut", Role.OWNER, *Right)
    house.ask("GET", "/persons", house.ana)
    house.ask("GET", f"/persons/{house.ana.id}", house.ana)
    text = house.http.get("/metrics").text
    for needle in (house.account_id, house.ana.id, house.ana.entered.token, "Walnut", "127.0.0.1"):
        assert needle not in text
    assert not re.search(r"(acc|per|dev|rec|art|era|ses|tok)_[a-z2-7]{16}", text)


def test_figures_are_for_the_machine_and_named_networks(tmp_path: Path, clock: FixedClock) -> None:
    """To all others there is no such page. (Behind a proxy nobody is the machine itself.)"""
    Vault.create(tmp_path / "vault", clock=clock).close()
    settings = DoorSettings(behind_proxy=True, metrics_networks=("10.0.0.0/8",))
    with House(tmp_path / "vault", clock, settings) as house:
        for address, status in (("10.1.2.3", 200), ("203.0.113.9", 404), ("127.0.0.1", 404)):
            headers = {**house.ana.auth, "X-Forwarded-For": address}
            assert house.http.get("/metrics", headers=headers).status_code == status, address
