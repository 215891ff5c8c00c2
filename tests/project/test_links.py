"""Links between documents are followed as a reader would follow them."""

from pathlib import Path

import pytest
from tools import links

TARGET = """# One thing & another

```
# not a heading
```

## Twice
## Twice
"""


def test_headings_are_named_as_code_hosts_name_them() -> None:
    """Punctuation goes, spaces become dashes, a second of the same name is numbered."""
    assert links.anchors(TARGET) == {"one-thing--another", "twice", "twice-1"}


@pytest.mark.parametrize(
    "link",
    ["[a](missing.md)", "[a](there.md#missing)", "[a](#missing)", "![a](missing.png)"],
    ids=["no such file", "no such heading there", "no such heading here", "no such picture"],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, link: str) -> None:
    """Files, headings and pictures alike."""
    (tmp_path / "there.md").write_text(TARGET)
    document = tmp_path / "here.md"
    document.write_text(f"See {link} and [b](there.md#twice-1).\n")
    assert len(links.broken(document)) == 1


@pytest.mark.parametrize(
    "link",
    ["[a](there.md)", "[a](there.md#twice)", "[a](https://example.org/x)", "`[a](no.md)`"],
    ids=["a file", "a heading", "another's site", "a sample of Markdown"],
)
def test_a_link_that_leads_somewhere_is_left_alone(tmp_path: Path, link: str) -> None:
    """What lies outside the project is not asked for."""
    (tmp_path / "there.md").write_text(TARGET)
    document = tmp_path / "here.md"
    document.write_text(f"See {link}.\n")
    assert links.broken(document) == []


def test_every_link_of_the_project_leads_somewhere() -> None:
    """README, the guides, the design, the decisions."""
    found = {str(each): links.broken(each) for each in links.documents()}
    assert {name: each for name, each in found.items() if each} == {}
