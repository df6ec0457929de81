"""What Snakemake does not see by itself: the content of scripts, modules, tables, workbooks.

Snakemake notices a changed script by its time only and an imported module not at all.
Checksums among the parameters of a rule close both holes.
"""

import ast
import hashlib
from functools import cache
from pathlib import Path

ENDS = (".py", "/__init__.py")


@cache
def checksum(path):
    """The sha256 of a file."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def imported(node):
    """The project's modules that an import statement may load."""
    if isinstance(node, ast.ImportFrom):
        names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        names = [alias.name for alias in node.names]
    stems = [name.replace(".", "/") for name in names]
    places = [f"{root}{stem}{end}" for stem in stems for root in ("scripts/", "") for end in ENDS]
    return {place for place in places if Path(place).is_file()}


def named(text, folder):
    """The tables and templates that a string in the code names, in schemas/ or beside the module."""
    if len(text) > 80 or not Path(text).suffix:
        return set()
    places = [Path("schemas") / text, folder / text, Path(text)]
    return {str(place) for place in places if place.is_file()}


@cache
def sources(path):
    """A script or module, all of the project's modules it imports, and the files they name."""
    found = {path}
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for module in imported(node) - found:
                found |= sources(module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= named(node.value, Path(path).parent)
    return frozenset(found)


def code(script):
    """One checksum over all that a script runs: a change of any of it reruns the rule."""
    files = sorted(sources(f"scripts/{script}.py"))
    listing = "\n".join(f"{file} {checksum(file)}" for file in files)
    return hashlib.sha256(listing.encode()).hexdigest()
