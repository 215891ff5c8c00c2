"""Every way a command can end: an exit code, a sentence, and what to type next."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import Result

import bailee.cli
from bailee.cli.desk import Desk
from bailee.custody.vault import Vault
from bailee.errors import UnavailableError
from cli.conftest import written
from cli.shell import WHO, Shell, python

NOBODY = "rec_aaaaaaaaaaaaaaaa"


def _told(result: Result, code: int) -> None:
    """What every refusal looks like: no traceback, a sentence, a command to type."""
    assert result.exit_code == code, result.output
    assert result.stderr.count("\n") >= 2
    assert "`bailee" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sound: bytes) -> Shell:
    """A vault with one recording, in which nothing that is typed changes anything."""
    made = Shell(tmp_path_factory.mktemp("house"))
    made.ok("init")
    made.deposit(written(made.folder / "talk.wav", sound, made.clock.at_ms - 60_000))
    return made


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", NOBODY), 4),
        (("show", "what"), 2),
        (("list", "--person", "Leo"), 2),
        (("list", "--account", "nobody"), 4),
        (("list", "--account", "home", "--from", "soon"), 2),
        (("list", "--after", "nonsense"), 2),
        (("list", "--limit", "0"), 2),
        (("deposit",), 2),
        (("deposit", "nothing.wav", *WHO), 2),
        (("deposit", "nothing.wav"), 2),
        (("deposit", ".", "--account", "home"), 2),
        (("deposit", ".", *WHO, "--keep", "for ever"), 2),
        (("deposit", ".", *WHO, "--kind", "label"), 2),
        (("erase", "--account", "home"), 2),
        (("erase", "--everything"), 2),
        (("erase", "--account", "nobody", "--everything", "--yes"), 4),
        (("erase", "--account", "home", "--from", "today", "--to", "yesterday"), 2),
        (("erase", "--account", "home", "--recording", NOBODY, "--person", "x"), 2),
        (("erase", "--account", "home", "--recording", "era_aaaaaaaaaaaaaaaa"), 2),
        (("retain", "--account", "home", "--everything"), 2),
        (("retain", "--account", "home", "--everything", "--keep", "20y"), 2),
        (("reassign", NOBODY, "--account", "home", "--to", "Ana"), 4),
        (("hold", "--account", "home", "--recording", NOBODY), 2),
        (("lift", "hld_aaaaaaaaaaaaaaaa"), 4),
        (("receipt", "show", "nothing.json"), 2),
        (("receipt", "show", "era_aaaaaaaaaaaaaaaa"), 4),
        (("receipt", "verify", "vault/vault.json"), 2),
        (("scan",), 2),
        (("scan", "--hex", "zz"), 2),
        (("scan", "--hex", "aabb"), 2),
        (("scan", "--for", "nothing"), 2),
        (("audit", "nothing"), 2),
        (("audit", ".", "--vkey", "@nothing"), 2),
        (("restore", "."), 2),
        (("backup", "vault"), 6),
        (("init",), 6),
        (("delete",), 2),
        (("list", "--what"), 2),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_wrong_command_says_what_to_type_next(
    house: Shell, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int
) -> None:
    """For people a sentence and a command; for programs the same, as one document."""
    monkeypatch.chdir(house.folder)
    _told(house.run(*words), code)
    told = house.run(*words, "--json")
    assert (told.exit_code, told.stdout) == (code, "")
    error = json.loads(told.stderr)["error"]
    assert (error["exit_code"], "`" in error["hint"] or "`" in error["message"]) == (code, True)


def test_commands_known_from_elsewhere_are_pointed_to(shell: Shell) -> None:
    """The word that was meant is one line away."""
    for typed, meant in {"forget": "erase", "ls": "list", "depsit": "deposit"}.items():
        assert f"Did you mean `bailee {meant}`?" in shell.run(typed).stderr


def test_without_a_vault_the_way_to_one_is_told(tmp_path: Path) -> None:
    """The first error a newcomer meets."""
    result = Shell(tmp_path).run("list")
    assert result.exit_code == 4
    assert "`bailee init`" in result.stderr


def test_without_its_root_nothing_opens(shell: Shell) -> None:
    """8, and nothing was changed."""
    root = Path(f"{shell.home}.root")
    root.rename(shell.folder / "taken")
    _told(shell.run("list"), 8)
    (shell.folder / "taken").rename(root)
    shell.ok("list")


def test_a_tampered_content_or_ledger_is_found(shell: Shell, talk: Path) -> None:
    """`fsck` and `audit` exit 7 and name what does not hold."""
    shell.deposit(talk)
    export = shell.folder / "export"
    shell.ok("ledger", "export", export)
    tile = next((export / "tile" / "entries").rglob("*.p/*"))
    tile.write_bytes(tile.read_bytes().replace(b"audio", b"video"))
    _told(shell.run("audit", export), 7)
    content = next(each for each in (shell.home / "content").rglob("*") if each.is_file())
    content.write_bytes(content.read_bytes()[:-1] + b"x")
    broken = shell.run("fsck", "--deep")
    _told(broken, 7)
    assert "· " in broken.stdout
    assert shell.json("fsck", "--deep", code=7)["problems"]


def test_what_is_found_in_the_clear_exits_7(shell: Shell, talk: Path) -> None:
    """The positive control of the hunt: a copy that somebody left in the vault's folder."""
    (shell.home / "copy.wav").write_bytes(talk.read_bytes())
    _told(shell.run("scan", "--for", talk), 7)
    found = shell.json("scan", "--hex", talk.read_bytes()[5000:5040].hex(), code=7)["found"]
    assert {each["place"] for each in found} == {str(shell.home / "copy.wav")}
    assert shell.run("scan", "--for", "-", given=talk.read_bytes()).exit_code == 7


def test_a_store_that_is_full_stops_the_run_at_once(
    shell: Shell, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going on with the next thousand files would help nobody."""
    tries = []

    def full(self: Vault, items: list[object]) -> None:
        tries.append(len(items))
        raise UnavailableError("Nothing was stored: the disk is full.", hint="Free some space.")

    monkeypatch.setattr("bailee.cli.carrier.TOGETHER", 1)
    monkeypatch.setattr(Vault, "deposit_many", full)
    stopped = shell.run("deposit", folder, *WHO)
    _told(stopped, 8)
    assert "Nothing was deposited." in stopped.stderr
    assert tries == [1]


def test_what_nobody_foresaw_is_one_line(
    shell: Shell, talk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback and nothing of what was inside, unless BAILEE_DEBUG=1 asks for it."""

    def surprising(*_args: object) -> None:
        raise RuntimeError("walnuts")

    monkeypatch.setattr(Vault, "list", surprising)
    result = shell.run("list")
    _told(result, 1)
    assert "RuntimeError" in result.stderr
    assert "walnuts" not in result.stderr
    monkeypatch.setenv("BAILEE_DEBUG", "1")
    assert "Traceback" in shell.run("list").stderr


def test_help_waits_for_no_library() -> None:
    """`bailee --help` imports neither the database nor the media library."""
    script = (
        "import sys\nfrom bailee.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'sqlalchemy', 'av', 'cryptography'} & set(sys.modules)), file=sys.stderr)"
    )
    assert python(script, home=Path("nowhere")).stderr.strip() == "[]"


def test_every_command_is_helped_with_an_example_and_one_line() -> None:
    """The line in `bailee --help` stands apart from the command, so that nothing is imported."""
    main = bailee.cli.main
    context = bailee.cli.main.make_context("bailee", ["list"], obj=Desk())
    for name, (_, line) in bailee.cli.COMMANDS.items():
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert line.endswith(".")
        assert f"bailee {name}" in (command.help or "") or hasattr(command, "commands"), name


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("init", "--root-store --root-replica"),
        ("deposit", "--account --person --device --kind --captured-at --keep --derived-from"),
        ("list", "--account --person --device --kind --from --to"),
        ("show", "--account --person --device --kind --from --to"),
        ("release", "--kind --purpose --out"),
        (
            "erase",
            (
                "--account --recording --kind --person --device --from --to --everything "
                "--dry-run --yes --receipt"
            ),
        ),
        ("retain", "--account --keep"),
        ("reassign", "--account --to"),
        ("expire", "--as-of --confirm"),
        ("rotate", "--detach"),
        ("hold", "--account --list"),
        ("lift", ""),
        ("backup", ""),
        ("restore", "--root-store"),
        ("fsck", "--deep"),
        ("scan", "--for --hex"),
        ("audit", "--checkpoint --vkey"),
        ("policy", ""),
    ],
)
def test_the_names_that_were_promised_exist(name: str, options: str) -> None:
    """Scripts rely on them; `--json` and `--home` are everywhere."""
    context = bailee.cli.main.make_context("bailee", ["list"], obj=Desk())
    command = bailee.cli.main.get_command(context, name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert set(options.split()) | {"--json", "--home"} <= known


def test_json_may_stand_before_and_after(shell: Shell, talk: Path) -> None:
    """Both say the same, in one document."""
    shell.deposit(talk)
    before, after = shell.run("--json", "list"), shell.run("list", "--json")
    assert json.loads(before.stdout) == json.loads(after.stdout)
    assert sys.getsizeof(before.stderr) == sys.getsizeof("")


def test_every_command_answers_with_one_document(shell: Shell, folder: Path) -> None:
    """Stable keys; times in RFC 3339 and in milliseconds."""
    first = shell.json("deposit", folder, *WHO)["deposited"][0]
    assert first["begin"].endswith("Z")
    assert isinstance(first["begin_ms"], int)
    recording = first["recording"]
    page = shell.json("list", "--limit", "2")
    assert len(page["recordings"]) == 2
    assert len(shell.json("list", "--after", page["next"])["recordings"]) == 3
    assert shell.json("show", recording)["id"] == recording
    out = shell.folder / "out"
    assert shell.json("release", recording, "--purpose", "export", "--out", out)["out"] == str(out)
    assert shell.json("retain", "--account", "home", "--everything", "--keep", "60d")["longer"] == 5
    assert shell.json("expire")["artefacts"] == {}
    assert shell.json("rotate")["unrecoverable"] == 0
    hold = shell.json("hold", "--account", "home", "--kind", "video")
    assert shell.json("hold", "--list")["holds"][0]["id"] == hold["id"]
    assert shell.json("lift", hold["id"])["lifted_ms"] == shell.clock.at_ms
    erased = shell.json("erase", "--account", "home", "--recording", recording, "--yes")
    assert erased["receipt"]["salt"]
    saved = shell.folder / "r"
    saved.write_text(json.dumps(erased["receipt"]))
    assert shell.json("receipt", "verify", saved)["verified"] is True
    assert shell.json("receipt", "show", erased["erasure"])["sentence"] is None
    assert shell.json("fsck")["clean"] is True
    assert shell.json("scan", "--hex", "00112233445566778899")["found"] == []
    assert shell.json("ledger", "head")["size"] == shell.json("ledger", "export", "x")["size"]
    assert shell.json("audit", "x")["clean"] is True
    assert shell.json("backup", "b")["contents"] == 4
    assert {each["kind"] for each in shell.json("policy")["policy"]} > {"audio", "fact"}
    other = Shell(shell.folder)
    other.home = shell.folder / "other"
    roots = ("--root-store", f"{shell.home}.root")
    assert other.json("restore", "b", *roots)["root_stores"] == [f"{shell.home}.root"]
    other.home = shell.folder / "third"
    assert other.json("init")["vkey"].startswith("bailee.invalid/")
