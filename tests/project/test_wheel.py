"""What is installed is whole: every file of the package is in the wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tools.generated import ROOT


def test_the_wheel_has_every_file_of_the_package(tmp_path: Path) -> None:
    """Policies, notices and lists of passwords travel with the code that reads them."""
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    build = [sys.executable, "-m", "pip", "wheel", *options, "-w", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True)
    [wheel] = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    here = {
        each.relative_to(source).as_posix()
        for each in (source / "bailee").rglob("*")
        if each.is_file() and "__pycache__" not in each.parts
    }
    assert here - packed == set()
