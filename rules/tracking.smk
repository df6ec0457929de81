"""What Snakemake does not see by itself: the content of scripts, modules, tables, workbooks.

Snakemake notices a changed script by its time only and an imported module not at all.
Checksums among the parameters of a rule close both holes, whatever the modification times say.
And it compares parameters without their names; `name_parameters` closes that hole.
"""

import ast
import hashlib
import inspect
import sys
from functools import cache
from pathlib import Path

LOCK = "envs/requirements.txt"


@cache
def checksum(path):
    """The sha256 of a file."""
    with open(path, "rb") as file:  # a registry need not fit into memory
        return hashlib.file_digest(file, "sha256").hexdigest()


def imported(node):
    """The project's modules that an import statement may load, and the packages they lie in."""
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        names = [alias.name for alias in node.names]
    parts = [name.split(".") for name in names]
    stems = ["/".join(part[:end]) for part in parts for end in range(1, len(part) + 1)]
    paths = [f"{root}{stem}" for stem in stems for root in ("scripts/", "")]
    places = [place for path in paths for place in (f"{path}.py", f"{path}/__init__.py")]
    return {place for place in places if Path(place).is_file()}


def named(text, folder):
    """The tables and templates that a string in the code names, in schemas/ or beside the module."""
    if len(text) > 80 or not Path(text).suffix:
        return set()
    places = [Path("schemas") / text, folder / text, Path(text)]
    return {str(place) for place in places if place.is_file()}


@cache
def uses(path):
    """The project's modules a file imports, and the files its texts name."""
    found = set()
    for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8"))):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= imported(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= named(node.value, Path(path).parent)
    return found


def sources(path):
    """A script or module, all of the project's modules it imports, and the files they name."""
    found, new = set(), {path}
    while new:
        found |= new
        new = set().union(*(uses(file) for file in new if file.endswith(".py"))) - found
    return found


def code(script):
    """One checksum over all that a script runs on: its sources, the locked packages, Python."""
    files = sorted({*sources(f"scripts/{script}.py"), LOCK})
    listing = [f"{file} {checksum(file)}" for file in files]
    python = "{}.{}".format(*sys.version_info)
    return hashlib.sha256("\n".join([python, *listing]).encode()).hexdigest()


def decisions(*blocks):
    """Some blocks of the cohort's `analysis`, as a function of the wildcards."""

    def of_cohort(wildcards):
        return {name: COHORT[wildcards.cohort]["analysis"][name] for name in blocks}

    return of_cohort


def content(pattern):
    """The checksum of a file that a user keeps, as a function of the wildcards in its path."""

    def of_cohort(wildcards):
        return checksum(pattern.format(cohort=wildcards.cohort))

    return of_cohort


def name_parameters(rules):
    """Give every rule one more parameter, which holds the others by name.

    Snakemake compares parameters as a set of values: 10 and 5 changed to 5 and 5 is no change to it.
    What depends on outputs does not rerun a rule, and is left out.
    """
    for step in rules:
        step.set_params(named=by_name(dict(step.params.items())))


def by_name(parameters):
    """The values of parameters by name, as a function of the wildcards."""
    values = {
        name: value
        for name, value in parameters.items()
        if not callable(value) or len(inspect.signature(value).parameters) == 1
    }

    def of_cohort(wildcards):
        return {
            name: value(wildcards) if callable(value) else value for name, value in values.items()
        }

    return of_cohort
