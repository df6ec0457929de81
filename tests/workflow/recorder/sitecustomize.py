"""Write down which files of the project a job opens. Python loads this itself, from PYTHONPATH."""

import atexit
import os
import sys
from importlib.util import source_from_cache
from pathlib import Path

HERE = Path.cwd()
opened: set[str] = set()


def note(event: str, arguments: tuple) -> None:
    if event == "open" and isinstance(arguments[0], str):
        path = os.path.abspath(arguments[0])
        if path.startswith(f"{HERE}{os.sep}"):
            opened.add(path)


def write() -> None:
    """One file per job, named by its rule: Snakemake runs scripts/x.py as tmp….x.py."""
    compiled = {path for path in opened if path.endswith(".pyc")}
    # Python writes x.pyc.12345 first when it has just read and compiled x.py itself.
    written = {path for path in opened if ".pyc." in path}
    files = (opened - compiled - written) | {source_from_cache(path) for path in compiled}
    listing = HERE / ".snakemake" / "opened" / f"{Path(sys.argv[0]).suffixes[-2][1:]}-{os.getpid()}"
    listing.parent.mkdir(exist_ok=True)
    listing.write_text("\n".join(sorted(str(Path(file).relative_to(HERE)) for file in files)))


if sys.argv[0].startswith(str(HERE / ".snakemake" / "scripts")):
    sys.addaudithook(note)
    atexit.register(write)
