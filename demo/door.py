"""A second story: people at the door. One household, its API, and who gets what from it.

Run as `make demo`, after `story.py`. It starts `bailee serve` over a fresh vault and talks to it
over HTTP alone, as a program of somebody else's would. Every sentence it prints it has checked; a
surprise ends it with a non-zero status.

`pages.py` goes on from here: the pages, in a house that looks lived-in.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from client import PASSWORD, Answer, Program, Someone
from media import MissingToolError, ToolFailedError, speak
from serving import BAILEE, served
from telling import SurpriseError, check, count, table, title

from bailee.clock import to_datetime
from bailee.custody import receipt

HOME = "the lake house"
_HOUR_MS = 3_600_000
_PIECE_BYTES = 16_384


@dataclass(slots=True, kw_only=True)
class Stage:
    """Where the story plays."""

    folder: Path
    port: int
    account: str
    people: dict[str, Someone]
    ids: dict[str, str]
    vkey: str
    speaker: Program
    now_ms: int
    sounds: dict[str, bytes] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def vault(self) -> Path:
        return self.folder / "vault"

    @property
    def ana(self) -> Program:
        return self.people["Ana"].program

    def path(self, rest: str) -> str:
        return f"/v1/households/{self.account}{rest}"


def main() -> int:
    """Tell the story; 0 if every sentence held."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="bailee-demo-"))
    try:
        with opened(folder) as stage:
            for part in (come_in, hand_in, hear, child, forget, break_in, who_looked):
                part(stage)
            print(f"\nAll of it held, in {time.monotonic() - began:.0f} seconds.", flush=True)
    except (SurpriseError, MissingToolError, ToolFailedError) as error:
        print(f"\n   ✗ {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder)
    return 0


# -- a house, and its door ------------------------------------------------------------------


@contextmanager
def opened(folder: Path) -> Iterator[Stage]:
    """A vault, a household in it, and its server; ended with the story."""
    title(9, "A household, and a door: `bailee serve`")
    made = bailee(folder, "init")
    founded = bailee(folder, "household", "found", HOME, "--owner", "Ana")
    with served(folder / "vault", folder / "serve.log") as port:
        ana = Someone(name="Ana", id=founded["owner"], program=Program(port=port))
        print(f"   Ana runs it; her invitation came from the command line. Port {port}.")
        yield Stage(
            folder=folder,
            port=port,
            account=founded["household"],
            people={"Ana": ana},
            ids={"Ana": founded["owner"], "invitation": founded["invitation"]},
            vkey=made["vkey"],
            speaker=Program(port=port),
            now_ms=time.time_ns() // 1_000_000,
        )


def bailee(folder: Path, *words: str) -> dict[str, Any]:
    """What a command of `bailee` answers, as JSON."""
    run = [str(BAILEE), *words, "--home", str(folder / "vault"), "--json"]
    ended = subprocess.run(run, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SurpriseError(ended.stderr.strip())
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


# -- 10: signing in -------------------------------------------------------------------------


def come_in(stage: Stage) -> None:
    title(10, "Coming in")
    ana = stage.people["Ana"]
    weak = {"invitation": stage.ids["invitation"], "name": "ana", "password": "password123"}
    refused = stage.ana.ask("POST", "/v1/invitations/accept", weak)
    check(refused.status == 422, "a password that has leaked is refused, and costs no invitation")
    ana.come_in(stage.ids["invitation"])
    early = stage.ana.ask("GET", stage.path("/recordings"))
    check(early.status == 403, "until she has a second factor, Ana can set one up and nothing else")
    check(ana.add_app().status == 200, f"she adds an app, and gets {len(ana.codes)} recovery codes")
    for name, role in (("Leo", "member"), ("Tom", "guest")):
        let_in(stage, name, role)
    print("   Leo, who lives there, and Tom, a guest from now until tomorrow, come in as she did.")
    who = stage.people["Leo"].program.ask("GET", stage.path(""))
    check(len(who.body["persons"]) == 1, "Leo is shown himself; who keeps house is shown everybody")


def let_in(stage: Stage, name: str, role: str) -> None:
    """Ana adds and invites somebody, who sets up how they sign in."""
    added = stage.ana.ask("POST", stage.path("/persons"), {"name": name})
    stage.ids[name] = added.body["id"]
    person = stage.path(f"/persons/{stage.ids[name]}")
    until_ms = stage.now_ms + 24 * _HOUR_MS
    part = {"role": role} | ({"until": rfc3339(until_ms)} if role == "guest" else {})
    must(stage.ana.ask("PUT", f"{person}/membership", part))
    must(stage.ana.ask("PUT", f"{person}/rights", {"rights": ["hear", "view"]}))
    invited = must(stage.ana.ask("POST", f"{person}/invitation"))
    stage.people[name] = Someone(name=name, id=stage.ids[name], program=Program(port=stage.port))
    must(stage.people[name].come_in(invited.body["invitation"]))
    must(stage.people[name].add_app())


def rfc3339(at_ms: int) -> str:
    return to_datetime(at_ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def must(answer: Answer) -> Answer:
    """An answer that the story cannot go on without."""
    if answer.status >= 300:
        raise SurpriseError(f"{answer.status}: {answer.body}")
    return answer


# -- 11 and 12: handing in, and hearing -----------------------------------------------------


def hand_in(stage: Stage) -> None:
    title(11, "A speaker in the kitchen")
    made = must(
        stage.ana.ask("POST", stage.path("/devices"), {"name": "kitchen", "sort": "speaker"})
    )
    stage.ids["kitchen"] = made.body["id"]
    token = must(stage.ana.ask("POST", stage.path(f"/devices/{made.body['id']}/tokens")))
    stage.speaker.token = token.body["token"]
    said = {
        "Leo": "Remember that I am allergic to walnuts.",
        "Ana": "The dentist moved my appointment to Thursday at nine.",
    }
    for hours, (name, words) in enumerate(said.items(), start=2):
        stage.sounds[name] = speak(words, stage.folder / f"{name}.wav").read_bytes()
        answer = must(deposit(stage, name, stage.sounds[name], hours))
        stage.kept[name] = answer.body["recording"]
    check(len(stage.kept) == 2, "it hands in what Leo and Ana said, with a token of its own")
    closed = [
        stage.speaker.ask("GET", stage.path("/recordings")),
        stage.speaker.ask("GET", content_of(stage, "Leo")),
        stage.speaker.ask("POST", stage.path("/erasures"), {"everything": True}),
    ]
    check({each.status for each in closed} == {401}, "with that token nothing can be read or ended")
    upload_with_a_break(stage)
    again = {"Idempotency_Key": "kitchen-1"}
    twice = [deposit(stage, "Leo", b"a short note" * 9, 1, **again) for _ in range(2)]
    same = twice[0].body["recording"] == twice[1].body["recording"]
    check(same, "a request repeated with its Idempotency-Key is one recording")
    stage.kept["note"] = twice[0].body["recording"]


def deposit(stage: Stage, name: str, content: bytes, hours_ago: int, **headers: str) -> Answer:
    """The speaker hands in what somebody said."""
    at_ms = stage.now_ms - hours_ago * _HOUR_MS
    query = f"kind=audio&person={stage.ids[name]}&captured_at={rfc3339(at_ms)}&duration_ms=3000"
    headers = {"Content-Type": "application/octet-stream"} | headers
    return stage.speaker.ask("POST", stage.path(f"/recordings?{query}"), content, **headers)


def upload_with_a_break(stage: Stage) -> None:
    """A long recording comes in pieces; the line breaks, and it goes on where it was."""
    whole = stage.sounds["Ana"] * 3
    at_ms = stage.now_ms - 5 * _HOUR_MS
    said = {
        "kind": "audio",
        "person_id": stage.ids["Ana"],
        "captured_at": rfc3339(at_ms),
        "duration_ms": "9000",
    }
    tus = {"Tus-Resumable": "1.0.0"}
    begun = must(
        stage.speaker.ask(
            "POST",
            "/v1/uploads",
            b"",
            **tus,
            **{"Upload-Length": str(len(whole)), "Upload-Metadata": metadata(said)},
        )
    )
    place = begun.headers["location"]
    first = send(stage, place, 0, whole[:_PIECE_BYTES])
    lost = send(stage, place, 0, whole[:_PIECE_BYTES])
    check(
        (first.status, lost.status) == (204, 409),
        "a long one comes in pieces; one that does not fit on is refused",
    )
    offset = int(stage.speaker.ask("HEAD", place, **tus).headers["upload-offset"])
    ended = send(stage, place, offset, whole[offset:])
    stage.kept["long"] = ended.headers["content-location"].rsplit("/", 1)[-1]
    check(ended.status == 204 and offset == _PIECE_BYTES, "after a break it goes on where it was")


def metadata(said: Mapping[str, str]) -> str:
    """`Upload-Metadata` of tus 1.0: names, and values in base64."""
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())


def send(stage: Stage, place: str, offset: int, piece: bytes) -> Answer:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": str(offset),
        "Content-Type": "application/offset+octet-stream",
    }
    return stage.speaker.ask("PATCH", place, piece, **headers)


def content_of(stage: Stage, key: str) -> str:
    return stage.path(f"/recordings/{stage.kept[key]}/content")


def hear(stage: Stage) -> None:
    title(12, "Who may hear what")
    ana, leo, tom = (stage.people[name].program for name in ("Ana", "Leo", "Tom"))
    whole = ana.ask("GET", content_of(stage, "Ana"))
    check(whole.body == stage.sounds["Ana"], "Ana hears herself, byte for byte")
    part = ana.ask("GET", content_of(stage, "Ana"), Range="bytes=44-1043")
    check(
        part.status == 206 and part.body == stage.sounds["Ana"][44:1044],
        "a player may ask for a stretch of it",
    )
    own, other = (leo.ask("GET", content_of(stage, name)) for name in ("Leo", "Ana"))
    check((own.status, other.status) == (200, 404), "Leo hears himself; of Ana's he learns nothing")
    seen = must(tom.ask("GET", stage.path("/recordings")))
    check(seen.body["recordings"] == [], "Tom is shown nothing from before he came")
    nobody = Program(port=stage.port).ask("GET", content_of(stage, "Ana"))
    check(nobody.status == 401, "nobody else is answered at all")
    own_leave(stage)


def own_leave(stage: Stage) -> None:
    leo = stage.people["Leo"]
    consent = stage.path(f"/persons/{leo.id}/consents/use")
    offer = must(leo.program.ask("DELETE", consent))
    refused = stage.ana.ask("GET", content_of(stage, "Leo"))
    check(
        refused.status == 403 and refused.policy == "use-ended",
        "Leo ends his consent: at once not even Ana may hear him (policy use-ended)",
    )
    check(
        deposit(stage, "Leo", b"more", 1).policy == "use-ended",
        "nor does the speaker's next recording of him come in",
    )
    check(
        leo.program.ask("GET", content_of(stage, "Leo")).status == 200,
        f"he himself still may, and is offered a second act: forget {offer.body['sentence']}",
    )


# -- 13: a child ----------------------------------------------------------------------------


def child(stage: Stage) -> None:
    title(13, "Mia is nine")
    ana = stage.people["Ana"]
    made = must(stage.ana.ask("POST", stage.path("/persons"), {"name": "Mia", "sort": "child"}))
    stage.ids["Mia"] = mia = made.body["id"]
    sound = speak("Good night, lamp.", stage.folder / "Mia.wav", pitch=80).read_bytes()
    refused = deposit(stage, "Mia", sound, 1)
    check(
        refused.status == 403 and refused.policy == "parental-consent",
        "without a parent's consent nothing of hers comes in (policy parental-consent)",
    )
    must(stage.ana.ask("PUT", stage.path(f"/persons/{mia}/guardians/{ana.id}")))
    bailee(stage.folder, "household", "verify-guardian", HOME, "Mia", "Ana", "--proof", "operator")
    print("   Ana is named her mother, and vouched for at the machine itself.")
    consents = stage.path(f"/persons/{mia}/consents")
    yes: dict[str, Any] = {
        "scope": "use",
        "version": 1,
        "act": {"control": "button", "words": "Yes, keep what Mia says"},
    }
    unread = stage.ana.ask("POST", consents, yes)
    check(unread.status == 409, "a yes before the notice was shown does not count")
    bundled = stage.ana.ask("POST", consents, yes | {"preticked": True})
    check(bundled.status == 422, "a box that was ticked beforehand cannot even be said")
    shown = stage.path(f"/persons/{ana.id}/notices/children")
    must(stage.ana.ask("POST", shown, {"version": 1, "channel": "page"}))
    must(stage.ana.ask("POST", consents, yes))
    stage.kept["Mia"] = must(deposit(stage, "Mia", sound, 1)).body["recording"]
    check(True, "Ana reads the notice and says yes, with her second factor: now it does")
    must(stage.ana.ask("DELETE", f"{consents}/use"))
    ended = deposit(stage, "Mia", sound, 1).policy
    check(ended == "parental-consent", "she takes it back, and the next one is refused again")


# -- 14 to 16: forgetting, an attack, and who looked -----------------------------------------


def forget(stage: Stage) -> None:
    title(14, "Forgetting, over the API")
    chosen = {"person": stage.ids["Mia"]}
    plan = must(stage.ana.ask("POST", stage.path("/erasures/plan"), chosen)).body
    went = count(plan["recordings"], "recording")
    print(f"   Forget {plan['sentence']}: {went}.")
    begun = must(stage.ana.ask("POST", stage.path("/erasures"), chosen))
    gone = stage.ana.ask("GET", content_of(stage, "Mia"))
    check(gone.status in {404, 410}, "from that moment it opens for nobody")
    slip = must(stage.ana.ask("GET", f"{begun.headers['location']}/receipt")).body
    proof = receipt.verify(slip, stage.vkey)
    check(
        proof.unreadable_since_ms > 0 and proof.unrecoverable_since_ms is None,
        "the receipt verifies without the server; the second stamp comes with the rotation",
    )
    late = deposit(stage, "Mia", b"late", 1)
    check(late.status in {403, 404, 409}, "and what comes late of hers is refused")


def break_in(stage: Stage) -> None:
    title(15, "Somebody has Ana's password")
    far = Program(port=stage.port, source="127.66.0.9")
    said = {"name": "ana", "password": PASSWORD, "bearer": True}
    right = far.ask("POST", "/v1/sign-in", said)
    wrong = far.ask("POST", "/v1/sign-in", said | {"password": "another guess"})
    told = [{**each.body, "ticket": ""} for each in (right, wrong)]
    check(told[0] == told[1], "the right password and a wrong one get the same answer")
    ticket = right.body["ticket"]
    tries = [
        far.ask("POST", "/v1/sign-in/code", {"ticket": ticket, "code": f"{at:06}"})
        for at in range(20)
    ]
    check(
        {each.status for each in tries} <= {401, 429},
        "twenty guesses at the code open nothing; soon nobody looks at them any more",
    )
    check(
        stage.ana.ask("GET", "/v1/session").status == 200,
        "Ana, who is signed in, notices nothing of it",
    )


def who_looked(stage: Stage) -> None:
    title(16, "Who looked")
    events = must(stage.ana.ask("GET", stage.path("/history"))).body["events"]
    heads = ("when (UTC)", "who", "whose", "what", "allowed by, or refused by")
    rows = []
    for each in reversed(events):
        who = (each["who"] or {}).get("name") or (each["who"] or {}).get("sort") or "–"
        whose = [(thing["person"] or {}).get("name") or "forgotten" for thing in each["things"]]
        rows.append((each["at"][11:19], who, ", ".join(whose) or "–", each["type"], each["policy"]))
    table(heads, rows)
    print()
    opened = [each for each in events if each["type"] == "release"]
    check(
        {each["who"]["name"] for each in opened} == {"Ana", "Leo"},
        f"{len(opened)} times, by Ana and by Leo; nobody else",
    )
    export = stage.folder / "ledger"
    bailee(stage.folder, "ledger", "export", str(export))
    audited = subprocess.run(
        [BAILEE, "audit", export, "--json"], capture_output=True, text=True, check=False
    )
    check(
        audited.returncode == 0, "and the ledger says the same, audited with nothing else at hand"
    )


if __name__ == "__main__":
    sys.exit(main())
