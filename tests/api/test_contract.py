"""The contract: complete, of one mind with what is served, and readable."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from tools import api_reference

from api.house import House, problem
from bailee.api import contract
from bailee.api.app import outline
from bailee.api.problems import SORTS

APP, ROUTES = outline()
DOCUMENT = APP.openapi()
SAMPLES = {
    "account": "acc_aaaaaaaaaaaaaaaa",
    "notice": "privacy",
    "version": "1",
    "kind": "audio",
    "path": "0/000",
    "scope": "use",
    "name": "denied",
}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def schemas(found: Any) -> Iterator[dict[str, Any]]:
    """Every schema, however deep."""
    if isinstance(found, dict):
        yield found
        for each in found.values():
            yield from schemas(each)
    elif isinstance(found, list):
        for each in found:
            yield from schemas(each)


def test_every_operation_has_its_name_its_words_and_its_way_to_say_no() -> None:
    """One name each; a sentence; one of the known tags; a problem document by default."""
    names = Counter(operation["operationId"] for _, _, operation in operations())
    assert [name for name, count in names.items() if count > 1] == []
    known = {each["name"] for each in contract.TAGS}
    for method, path, operation in operations():
        where = f"{method} {path}"
        assert operation["description"].strip().endswith((".", "!", "?", "`")), where
        assert set(operation["tags"]) <= known, where
        assert operation["responses"]["default"] == contract._REFUSED, where
        assert any(each.startswith("2") for each in operation["responses"]), where


def test_public_operations_exist() -> None:
    """No name in the list is of nothing."""
    names = {operation["operationId"] for _, _, operation in operations()}
    assert names >= contract.PUBLIC


def test_the_frameworks_own_shape_of_errors_is_not_promised() -> None:
    """There is one shape, and every sort of problem is in it."""
    assert "HTTPValidationError" not in str(DOCUMENT)
    problem_schema = DOCUMENT["components"]["schemas"]["Problem"]
    assert {
        each.rpartition("/")[2] for each in problem_schema["properties"]["type"]["enum"]
    } == set(SORTS)


def test_a_field_that_nobody_knows_is_refused_in_every_body() -> None:
    """Every object that is taken in is closed."""
    components = DOCUMENT["components"]["schemas"]
    taken: set[str] = set()

    def gather(found: Any) -> None:
        for each in schemas(found):
            name = str(each.get("$ref", "")).rpartition("/")[2]
            if name and name not in taken:
                taken.add(name)
                gather(components[name])

    for _, _, operation in operations():
        gather(operation.get("requestBody", {}))
    assert taken
    loose = {
        name
        for name in taken
        if components[name].get("type") == "object"
        and "properties" in components[name]
        and components[name].get("additionalProperties") is not False
    }
    assert loose == set()


def test_every_text_that_is_taken_in_has_an_end() -> None:
    """A length, a pattern, a format or a list of words: no field takes 64 KiB of anything."""
    components = DOCUMENT["components"]["schemas"]
    bounds = {"maxLength", "pattern", "format", "enum", "const"}
    loose = []

    def look(found: Any, where: str) -> None:
        for each in schemas(found):
            name = str(each.get("$ref", "")).rpartition("/")[2]
            if name and f" {name}" not in where:
                look(components[name], f"{where} {name}")
            if each.get("type") == "string" and not bounds & set(each):
                loose.append(where)

    for method, path, operation in operations():
        look(operation.get("requestBody", {}), f"{method} {path}")
    assert sorted(set(loose)) == []


def filled(path: str) -> str:
    """The path with ids that are well formed and of nothing."""

    def sample(match: re.Match[str]) -> str:
        return SAMPLES.get(match[1], f"{match[1][:3]}_aaaaaaaaaaaaaaaa")

    return re.sub(r"{(\w+)}", sample, path)


def test_what_needs_somebody_turns_nobody_away(house: House) -> None:
    """Without a token every operation but the public ones is refused, and the document says so."""
    for method, path, operation in operations():
        if method == "head" or operation["operationId"] == "show_tile":  # that one asks where from
            continue
        answer = house.http.request(method.upper(), filled(path))
        open_to_all = "security" not in operation
        assert open_to_all == (operation["operationId"] in contract.PUBLIC) or "health" in path
        if open_to_all:
            assert answer.status_code != 401, path
        else:
            assert answer.status_code in {401, 412, 422}, (method, path, answer.status_code)
            if method == "get" and not operation.get("parameters"):
                problem(answer, 401)


def test_the_document_is_served(house: House) -> None:
    """At its path, as it is here."""
    assert house.http.get("/v1/openapi.json").json() == DOCUMENT


@pytest.mark.parametrize("name", sorted(SORTS))
def test_every_problem_is_explained(house: House, name: str) -> None:
    """At the address that its `type` is, in text."""
    answer = house.http.get(f"/v1/problems/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert SORTS[name].title in answer.text


def test_a_problem_that_is_none_is_unknown(house: House) -> None:
    """And says which there are."""
    assert "denied" in problem(house.http.get("/v1/problems/walnuts"), 404)["hint"]


def test_every_path_is_known_to_the_log() -> None:
    """The templates of logs and figures are those of the contract."""
    assert set(DOCUMENT["paths"]) == ROUTES.templates


def test_streams_are_what_the_contract_calls_bytes() -> None:
    """An operation whose body is JSON is never a stream."""
    for method, path, operation in operations():
        content = operation.get("requestBody", {}).get("content", {})
        stream = ROUTES.takes_stream(method.upper(), filled(path))
        assert stream == (bool(content) and "application/json" not in content), path


def test_the_reference_has_every_operation() -> None:
    """Each with its words, in the order of the contract."""
    page = api_reference.page()
    for method, path, operation in operations():
        assert f"`{method.upper()} {path}`" in page
        assert operation["description"].split(".")[0] in page
