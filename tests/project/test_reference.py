"""The reference names every error, command and option."""

import inspect

import click
from tools import reference
from tools.generated import DOCS

import bailee.cli
from bailee import errors


@click.group()
def sample() -> None:
    """Keep and forget."""


@sample.command()
@click.option("--kind", type=click.Choice(["audio", "video"]), help="Only this kind.")
@click.argument("recording")
def forget(kind: str, recording: str) -> None:
    """Forget a recording."""


@sample.command(hidden=True)
def secret() -> None:
    """Stay out of the book."""


def test_every_error_class_is_documented_with_its_exit_code() -> None:
    """An error that can be met can be looked up."""
    page = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    for name, error in inspect.getmembers(errors, inspect.isclass):
        if issubclass(error, errors.BaileeError):
            section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
            assert inspect.cleandoc(error.__doc__ or "") in section, name
            assert f"Exit code {error.exit_code}." in section, name


def test_a_command_is_written_with_its_usage_options_and_help() -> None:
    """The page is made of what click itself would print; bars do not break the table."""
    page = reference.cli_page(sample)
    assert "## `bailee forget`\n\nForget a recording.\n" in page
    assert "bailee forget [OPTIONS] RECORDING" in page
    assert "| `--kind [audio\\|video]` | Only this kind. |" in page
    assert "secret" not in page


def test_every_exit_code_is_explained() -> None:
    """Codes 0 to 8, each once."""
    page = reference.cli_page(sample)
    assert [line[2] for line in page.splitlines() if line[:3].strip("| ").isdigit()] == [
        *"012345678"
    ]


def test_every_command_of_bailee_is_in_the_reference() -> None:
    """A command, an option or an argument that is not in the book fails here."""
    main = getattr(bailee.cli, "main", None)
    assert (DOCS / "reference" / "cli.md" in reference.pages()) == isinstance(main, click.Command)
    for path, make in reference.pages().items():
        assert path.read_text(encoding="utf-8") == make(), f"{path.name}: run `make docs`"
