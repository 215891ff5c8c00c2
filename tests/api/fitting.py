"""A request for every route that fits: who may, is answered; who may not, is told no."""

import io
import wave
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from api.house import PASSWORD
from api.scene import Scene
from bailee.clock import to_datetime
from bailee.household.endpoints import NewEndpoint
from bailee.types.consent import Notice
from bailee.types.endpoint import Way
from bailee.types.scope import Scope
from support.vaults import HOUR_MS

Made = tuple[Mapping[str, str], Mapping[str, Any]]
"""What stands in the path, and what is sent beside it."""
Make = Callable[[Scene, str], Made]
_ACT = {"control": "button", "words": "Yes"}


def sent(scene: Scene, route: str, caller: str) -> tuple[str, str, Mapping[str, Any]]:
    """Method, path and the rest of a request of *caller*'s for *route*."""
    method, template = route.split(" ")
    fields, more = REQUESTS.get(route, plain)(scene, caller)
    return method, template.format(**{**_usual(scene), **fields}), more


def plain(scene: Scene, caller: str) -> Made:
    """Nothing but the path."""
    del scene, caller
    return {}, {}


def _usual(scene: Scene) -> dict[str, str]:
    return {
        "account": scene.account,
        "person": scene.leo.id,
        "child": scene.mia,
        "device": scene.kitchen,
        "recording": scene.words.recording_id,
        "artefact": scene.words.artefact_id,
        "erasure": scene.erasure,
        "notice": "train",
        "version": "1",
        "scope": "disclose",
        "session": "ses_aaaaaaaaaaaaaaaa",
        "passkey": "pky_aaaaaaaaaaaaaaaa",
        "name": "denied",
        "path": "0/000",
        "path:path": "0/000",
    }


def body(**said: Any) -> Make:
    """The same body for everybody."""
    return lambda _scene, _caller: ({}, {"json": said})


def at(**fields: Callable[[Scene], str]) -> Make:
    """Something made for this request alone."""
    return lambda scene, _caller: ({name: make(scene) for name, make in fields.items()}, {})


def chosen(**said: Any) -> Make:
    """A fresh recording, by its id."""
    return lambda scene, _caller: ({}, {"json": {"recordings": [_fresh(scene)], **said}})


def _fresh(scene: Scene) -> str:
    return scene.recording().recording_id


def _stranger(scene: Scene) -> str:
    return scene.person(invited=False)


def _invited(scene: Scene) -> str:
    return scene.person(invited=True)


def _named(**said: Any) -> Make:
    return lambda scene, _caller: ({}, {"json": {"name": scene.name(), **said}})


def _let_in(scene: Scene, _caller: str) -> Made:
    return {"person": _stranger(scene)}, {"json": {"role": "member"}}


def _guardian(scene: Scene, _caller: str) -> Made:
    return {"person": scene.guardian()}, {}


def _step_up(scene: Scene, caller: str) -> Made:
    return {}, {"json": {"code": scene.code(caller)}}


def _deposit(scene: Scene, _caller: str) -> Made:
    at_ms = scene.house.clock.now_ms() - HOUR_MS
    params = {
        "kind": "audio",
        "person": scene.leo.id,
        "device": scene.kitchen,
        "captured_at": to_datetime(at_ms).isoformat(),
    }
    return {}, {"params": params, "content": b"words", "headers": {"Content-Type": "audio/wav"}}


def _reassign(scene: Scene, _caller: str) -> Made:
    return {"recording": _fresh(scene)}, {"json": {"person": scene.house.ana.id}}


def _tus(**headers: str) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", **{each.replace("_", "-"): headers[each] for each in headers}}


def _begin(scene: Scene, _caller: str) -> Made:
    said = {
        "kind": "audio",
        "person_id": scene.leo.id,
        "device_id": scene.kitchen,
        "captured_at": to_datetime(scene.house.clock.now_ms() - HOUR_MS).isoformat(),
    }
    metadata = ",".join(f"{key} {b64encode(text.encode()).decode()}" for key, text in said.items())
    return {}, {"headers": _tus(Upload_Length="5", Upload_Metadata=metadata)}


def _upload(**headers: str) -> Make:
    return lambda scene, _caller: ({"upload": scene.upload()}, {"headers": _tus(**headers)})


def _continue(scene: Scene, _caller: str) -> Made:
    headers = _tus(Upload_Offset="0", Content_Type="application/offset+octet-stream")
    return {"upload": scene.upload()}, {"headers": headers, "content": b"words"}


def _rule(scene: Scene, **said: Any) -> dict[str, Any]:
    return {"kind": "location", "person": scene.leo.id, **said}


def _keep_for(scene: Scene, _caller: str) -> Made:
    return {}, {"json": _rule(scene, keep_days=5)}


def _ruled(scene: Scene, _caller: str) -> Made:
    for who in (scene.leo, scene.house.ana):
        scene.house.ask("PUT", "/keep-for", who, json=_rule(scene, keep_days=5))
    return {}, {"params": _rule(scene)}


def _asked(scene: Scene, caller: str) -> Made:
    scene.archive()  # the one before is given up
    for who in (scene.owner, scene.member):
        scene.household.exports.cancel(who, scene.account)
    return chosen()(scene, caller)


def _archive(scene: Scene, _caller: str) -> Made:
    scene.archive()
    return {}, {}


def _set(scene: Scene, _caller: str) -> Made:
    path = f"unix:///run/{scene.name()}.sock".replace(" ", "-")
    return {}, {"json": {"way": "listen", "address": path}}


def _speaker(scene: Scene, _caller: str) -> Made:
    return {"device": scene.endpoint()}, {"json": {"person": scene.leo.id}}


def _hear(scene: Scene, _caller: str) -> Made:
    scene.household.endpoints.set(
        scene.owner, scene.account, scene.kitchen, NewEndpoint(way=Way.POST)
    )
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    return {}, {"content": out.getvalue(), "headers": {"Content-Type": "audio/wav"}}


def _share(scene: Scene, _caller: str) -> Made:
    until = to_datetime(scene.house.clock.now_ms() + HOUR_MS).isoformat()
    artefact = scene.words.artefact_id
    return {}, {"json": {"artefact": artefact, "rights": ["hear"], "until": until}}


def _where(scene: Scene, _caller: str) -> Made:
    now_ms = scene.house.clock.now_ms()
    times = {"from": now_ms - HOUR_MS, "to": now_ms}
    return {}, {"params": {name: to_datetime(at).isoformat() for name, at in times.items()}}


def _rename(scene: Scene, _caller: str) -> Made:
    return {"place": scene.place()}, {"json": {"name": "the old bench"}}


def _agree(scene: Scene, _caller: str) -> Made:
    scene.show(Notice.TRAIN)
    return {}, {"json": {"scope": "train", "version": 1, "act": _ACT}}


def _withdraw(scene: Scene, _caller: str) -> Made:
    scene.agree(Scope.REVIEW)
    return {"scope": "review"}, {}


_HOUSE = "/v1/households/{account}"
_PERSON = f"{_HOUSE}/persons/{{person}}"
_GUARDIAN = f"{_HOUSE}/persons/{{child}}/guardians/{{person}}"
_DEVICE = f"{_HOUSE}/devices/{{device}}"
_ENDPOINT = f"{_HOUSE}/endpoints/{{device}}"

REQUESTS: Mapping[str, Make] = {
    "POST /v1/session/step-up/code": _step_up,
    "POST /v1/session/step-up/passkey": body(credential={}),
    "POST /v1/sign-in": body(),
    "POST /v1/sign-in/code": body(),
    "POST /v1/sign-in/recovery": body(),
    "POST /v1/sign-in/passkey": body(),
    "POST /v1/password-resets": body(),
    "POST /v1/password-resets/use": body(),
    "POST /v1/invitations/accept": body(),
    "POST /v1/me/totp/confirm": body(code="000000"),
    "POST /v1/me/passkeys": body(name="key", credential={}),
    "PATCH /v1/me/passkeys/{passkey}": body(name="key"),
    "PUT /v1/me/password": body(old=PASSWORD, new="short"),
    f"POST {_PERSON}/invitation": at(person=_invited),
    f"POST {_HOUSE}/persons": _named(),
    f"PATCH {_PERSON}": body(language="en"),
    f"PUT {_PERSON}/membership": _let_in,
    f"DELETE {_PERSON}/membership": at(person=_invited),
    f"PUT {_PERSON}/rights": body(rights=["view", "hear"]),
    f"PUT {_GUARDIAN}": at(person=_stranger),
    f"PUT {_GUARDIAN}/verified": _guardian,
    f"DELETE {_GUARDIAN}": _guardian,
    f"POST {_HOUSE}/devices": _named(sort="camera"),
    f"PATCH {_DEVICE}": body(room="hall"),
    f"DELETE {_DEVICE}": at(device=Scene.device),
    f"DELETE {_DEVICE}/tokens/{{token}}": at(token=Scene.token),
    "POST /v1/stt": _hear,
    f"PUT {_ENDPOINT}": _set,
    f"PUT {_ENDPOINT}/speaker": _speaker,
    f"DELETE {_ENDPOINT}": at(device=Scene.endpoint),
    f"POST {_PERSON}/notices/{{notice}}": body(version=1),
    f"POST {_PERSON}/consents": _agree,
    f"DELETE {_PERSON}/consents/{{scope}}": _withdraw,
    "DELETE /v1/inbox/{message}": at(message=Scene.message),
    "POST /v1/channels": body(url="pigeon://loft"),
    "DELETE /v1/channels/{channel}": at(channel=Scene.channel),
    f"POST {_HOUSE}/recordings": _deposit,
    "POST /v1/uploads": _begin,
    "HEAD /v1/uploads/{upload}": _upload(),
    "OPTIONS /v1/uploads/{upload}": _upload(),
    "PATCH /v1/uploads/{upload}": _continue,
    "DELETE /v1/uploads/{upload}": _upload(),
    "POST /v1/uploads/{upload}": _upload(X_HTTP_Method_Override="DELETE"),
    f"POST {_HOUSE}/recordings/{{recording}}/reassign": _reassign,
    f"POST {_HOUSE}/erasures/plan": chosen(),
    f"POST {_HOUSE}/erasures": chosen(),
    f"POST {_HOUSE}/export/plan": chosen(),
    f"POST {_HOUSE}/export": _asked,
    f"GET {_HOUSE}/export": _archive,
    f"DELETE {_HOUSE}/export": _archive,
    f"GET {_HOUSE}/export/archive": _archive,
    f"PUT {_HOUSE}/retention": chosen(keep_days=5),
    f"POST {_HOUSE}/keep-for/plan": _keep_for,
    f"PUT {_HOUSE}/keep-for": _keep_for,
    f"DELETE {_HOUSE}/keep-for": _ruled,
    f"GET {_HOUSE}/places": _where,
    f"POST {_HOUSE}/places/names": body(name="home", cell="871f1d48bffffff"),
    f"PATCH {_HOUSE}/places/names/{{place}}": _rename,
    f"DELETE {_HOUSE}/places/names/{{place}}": at(place=Scene.place),
    f"POST {_HOUSE}/links": _share,
    f"DELETE {_HOUSE}/links/{{link}}": at(link=Scene.link),
}
"""Routes that need more than their path."""
