"""Parents and guardians, over HTTP: named by who keeps house, verified by nobody here."""

from api.house import House, problem
from bailee.types.household import PersonSort
from bailee.types.role import Right, Role
from household.told import told


def guardians(house: House, child: str) -> list[dict[str, object]]:
    found = house.ask("GET", f"/persons/{child}/guardians", house.ana)
    assert found.status_code == 200, found.text
    shown: list[dict[str, object]] = found.json()["guardians"]
    return shown


def test_a_name_counts_for_nothing_yet(house: House) -> None:
    """Named twice is named once; taken back it is gone; the ledger has both."""
    mia = house.add("Mia", PersonSort.CHILD)
    path = f"/persons/{mia}/guardians/{house.ana.id}"
    for _ in range(2):
        assert house.ask("PUT", path, house.ana).status_code == 204
    assert guardians(house, mia) == [{"person": house.ana.id, "proof": None, "verified": None}]
    assert house.ask("DELETE", path, house.ana).status_code == 204
    assert guardians(house, mia) == []
    problem(house.ask("DELETE", path, house.ana), 404)
    assert [each["act"] for each in told(house.service.vault, "guardian")] == ["named", "ended"]


def test_nobody_verifies_by_being_signed_in(house: House) -> None:
    """Not even the owner: the words say who can. What was verified they do not end either."""
    mia = house.child()
    path = f"/persons/{mia}/guardians/{house.ana.id}"
    refused = problem(house.ask("PUT", f"{path}/verified", house.ana), 403)
    assert refused["detail"] == "Only whoever runs this vault can vouch for a guardian."
    problem(house.ask("DELETE", path, house.ana), 403)
    [shown] = guardians(house, mia)
    assert shown["proof"] == "operator"
    assert shown["verified"] is not None


def test_who_names(house: House) -> None:
    """Who keeps house; a member is told no, and a neighbour that there is nothing."""
    leo = house.person("Leo", Role.MEMBER, Right.VIEW)
    mia = house.add("Mia", PersonSort.CHILD)
    _, eve = house.neighbour()
    device = house.token_of(house.device())
    path = f"/persons/{mia}/guardians/{leo.id}"
    for who, status in ((leo, 403), (eve, 404), (None, 401), (device, 401)):
        problem(house.ask("PUT", path, who), status)
        problem(house.ask("DELETE", path, who), status)
    for who, status in ((leo, 404), (eve, 404), (None, 401), (device, 401)):
        problem(house.ask("GET", f"/persons/{mia}/guardians", who), status)
    assert guardians(house, mia) == []


def test_what_is_no_guardian(house: House) -> None:
    """A grown-up has none, and a child is none."""
    mia = house.add("Mia", PersonSort.CHILD)
    leo = house.add("Leo")
    problem(house.ask("PUT", f"/persons/{leo}/guardians/{house.ana.id}", house.ana), 422)
    problem(house.ask("PUT", f"/persons/{mia}/guardians/{mia}", house.ana), 422)
    problem(house.ask("PUT", f"/persons/{mia}/guardians/nobody", house.ana), 422)
