"""Who is shown a household."""

from api.house import House, problem
from bailee.types.role import Right, Role


def test_the_owner_is_shown_everybody(house: House) -> None:
    """Whoever keeps house sees its people and devices by name."""
    house.person("Leo", Role.MEMBER, Right.VIEW)
    house.device("kitchen")
    shown = house.ask("GET", "", house.ana).json()
    assert shown["name"] == "home"
    assert [each["name"] for each in shown["persons"]] == ["Ana", "Leo"]
    assert [each["name"] for each in shown["devices"]] == ["kitchen"]


def test_a_member_is_shown_themselves_alone(house: House) -> None:
    """Who does not keep house learns nothing of the others."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    shown = house.ask("GET", "", leo).json()
    assert [each["name"] for each in shown["persons"]] == ["Leo"]


def test_nobody_is_let_in_without_a_token(house: House) -> None:
    """No token, a wrong one and a device's are one answer."""
    device = house.token_of(house.device())
    for who in (None, {"Authorization": "Bearer nonsense"}, device):
        found = problem(house.ask("GET", "", who), 401)
        assert found["type"] == "/v1/problems/sign-in"


def test_a_stranger_is_told_that_there_is_none(house: House) -> None:
    """Another household's id and one that never was are one answer."""
    house.http.headers.update(house.ana.auth)
    one = problem(house.http.get("/v1/households/acc_aaaaaaaaaaaaaaaa"), 404)
    assert one["detail"] == "There is no such household."
