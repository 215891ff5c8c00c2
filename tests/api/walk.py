"""A walk over every operation of the contract, each with a request that fits it.

The requests are made from the contract itself, so that what keeps a caller out is who they are and
not how they asked. Ids are those of real things: what is not kept out would answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from api.house import PASSWORD, House
from bailee.clock import to_datetime

_METHODS = ("get", "post", "put", "patch", "delete")
BODIES: Mapping[str, Mapping[str, Any]] = {
    "PATCH /v1/households/{account}/persons/{person}": {"name": "x"},
    "PATCH /v1/households/{account}/devices/{device}": {"name": "x"},
    "POST /v1/households/{account}/persons/{person}/notices/{notice}": {"version": 1},
    "POST /v1/households/{account}/persons/{person}/consents": {"version": 1},
    "POST /v1/households/{account}/erasures/plan": {"everything": True},
    "POST /v1/households/{account}/erasures": {"everything": True},
    "POST /v1/households/{account}/export/plan": {"everything": True},
    "POST /v1/households/{account}/export": {"everything": True},
    "PUT /v1/households/{account}/retention": {"everything": True},
    "POST /v1/households/{account}/places/names": {"cell": "871f1d48bffffff"},
}
"""What a body needs that its schema does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path of the contract."""

    method: str
    path: str
    said: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def is_safe(self) -> bool:
        return self.method == "get"


class Walk:
    """The operations, and how to ask for each."""

    def __init__(self, house: House, ids: Mapping[str, str]) -> None:
        """*ids* are of parameters, by name; `account` is the household's."""
        self._house = house
        self._contract = house.ask("GET", "/v1/openapi.json").json()
        self._soon = to_datetime(house.clock.now_ms() + 60_000).isoformat()
        self._ids = {"account": house.account_id, "captured_at": self._soon, **ids}
        self.operations = [
            Operation(method=method, path=path, said=said)
            for path, methods in self._contract["paths"].items()
            for method, said in methods.items()
            if method in _METHODS
        ]

    def ask(self, operation: Operation, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Ask as whoever *headers* make one."""
        path, query, more = operation.path, {}, dict(headers or {})
        for each in operation.said.get("parameters", []):
            if each["in"] == "cookie" or not (each.get("required") or each["name"] in self._ids):
                continue
            value = self._ids.get(each["name"]) or self.sample(each["schema"])
            if each["in"] == "path":
                path = path.replace("{" + each["name"] + "}", str(value))
            elif each["in"] == "query":
                query[each["name"]] = value
            else:
                more[each["name"]] = str(value)
        body = self._body(operation, more)
        return self._house.http.request(
            operation.method.upper(), path, params=query, headers=more, **body
        )

    def _body(self, operation: Operation, headers: dict[str, str]) -> dict[str, Any]:
        content = operation.said.get("requestBody", {}).get("content", {})
        if not content:
            return {}
        if "application/json" in content:
            body = self.sample(content["application/json"]["schema"])
            return {"json": body | BODIES.get(str(operation), {})}
        headers["Content-Type"] = next(iter(content)).replace("*/*", "application/octet-stream")
        return {"content": b"bytes"}

    def sample(self, schema: Mapping[str, Any]) -> Any:
        """The plainest value that fits *schema*."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            return self.sample(self._contract["components"]["schemas"][name])
        chosen = [schema[word][0] for word in ("anyOf", "oneOf", "allOf") if word in schema]
        if chosen:
            return self.sample(chosen[0])
        given = [schema[word] for word in ("const", "default") if schema.get(word) is not None]
        return [*given, *schema.get("enum", []), self._of_type(schema)][0]

    def _of_type(self, schema: Mapping[str, Any]) -> Any:
        match schema.get("type"):
            case "object":
                needed = schema.get("required", [])
                return {each: self.sample(schema["properties"][each]) for each in needed}
            case "array":
                return [self.sample(schema["items"])] * max(1, schema.get("minItems", 0))
            case "integer" | "number":
                return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
            case "boolean":
                return True
            case _:
                return self._text(schema)

    def _text(self, schema: Mapping[str, Any]) -> str:
        known = {"date-time": self._soon, "password": PASSWORD}
        if schema.get("format") in known:
            return known[schema["format"]]
        prefix = re.match(r"\^([a-z]{3})_\[a-z2-7\]\{16\}\$", schema.get("pattern", ""))
        if prefix:
            return f"{prefix[1]}_aaaaaaaaaaaaaaaa"
        return "x" * max(1, int(schema.get("minLength", 1)))


def refused(answer: httpx.Response, nobody: httpx.Response) -> bool:
    """Whether an answer gives no more than *nobody* is given."""
    return answer.status_code in {401, 403, 429} or answer.status_code == nobody.status_code
