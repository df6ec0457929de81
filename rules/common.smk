"""Functions of the workflow, no rules.

Where a rule says `decision("screening.alpha")` the value comes from config/config.yaml
or, if the cohort decides otherwise, from the `analysis:` block of its cohort.yaml.
"""

from copy import deepcopy
from pathlib import Path

from snakemake.exceptions import WorkflowError

from scripts.study.problems import missing_workbook


def cohorts_to_run(config):
    """The names of the cohorts, after `config` has been checked."""
    check(config, "config.schema.yaml", "config/config.yaml or --config")
    names = config["cohorts"]
    return [names] if isinstance(names, str) else names


def merged(base, override):
    """`base` with the leaves of `override` in their place."""
    result = deepcopy(base)
    for key, value in (override or {}).items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def load_cohort(name, config):
    """The cohort's own file, its `analysis` completed by the common decisions."""
    path = Path("config/cohorts") / name / "cohort.yaml"
    if not path.exists():
        known = ", ".join(
            sorted(p.parent.name for p in Path("config/cohorts").glob("*/cohort.yaml"))
        )
        raise WorkflowError(f"There is no cohort '{name}': {path} does not exist. Known: {known}.")
    cohort = read_yaml(path)
    check(cohort, "cohort.schema.yaml", str(path))
    if cohort["name"] != name:
        raise WorkflowError(
            f"{path}: 'name' is '{cohort['name']}'. It must be '{name}', as its folder."
        )
    period = cohort.get("study_period") or {}
    if period.get("start", "") > period.get("end", "9"):
        raise WorkflowError(f"{path}: 'study_period' starts after it ends. Swap the two days.")
    analysis = merged(config["analysis"], cohort.get("analysis"))
    check(
        {**config, "cohorts": name, "analysis": analysis},
        "config.schema.yaml",
        f"{path} (with config/config.yaml)",
    )
    require_workbook(name, cohort["workbook"])
    return {"synthetic": False, **cohort, "analysis": analysis}


def require_workbook(name, book):
    """Stop where a workbook is missing: with where to get it and where to put it.

    Told while the cohort is loaded, for an input function could tell it by a traceback only.
    """
    if book["path"] != made_here(name) and not Path(book["path"]).exists():
        raise WorkflowError(missing_workbook(book["path"], book.get("source", "")))


def made_here(name):
    """Where `reconstruct_workbook` writes the workbook of a cohort."""
    return f"results/{name}/cohort/workbook.xlsx"


def fact(key, default=None):
    """What cohort.yaml says under `key`, as a function of the wildcards."""

    def of_cohort(wildcards):
        return COHORT[wildcards.cohort].get(key, default)

    return of_cohort


def facts(*keys):
    """What cohort.yaml says under several keys, as a function of the wildcards."""

    def of_cohort(wildcards):
        return [COHORT[wildcards.cohort].get(key) for key in keys]

    return of_cohort


def decision(path):
    """One leaf of the cohort's `analysis`, as a function of the wildcards."""

    def of_cohort(wildcards):
        leaf = COHORT[wildcards.cohort]["analysis"]
        for key in path.split("."):
            leaf = leaf[key]
        return leaf

    return of_cohort


def layout(wildcards):
    """What cohort.yaml says about reading the workbook; who made it and where reruns nothing."""
    told = ("source", "citation", "licence")
    book = COHORT[wildcards.cohort]["workbook"]
    return {key: value for key, value in book.items() if key not in told}


def cohort_file(wildcards):
    """The path of the cohort's own file, for messages and for its codebook."""
    return f"config/cohorts/{wildcards.cohort}/cohort.yaml"


def is_reconstructed(wildcards):
    """Whether the workbook is an output of `reconstruct_workbook`."""
    return workbook(wildcards) == made_here(wildcards.cohort)


def workbook_checksum(wildcards):
    """The sha256 of a workbook that users keep; one that is made here is tracked as an input."""
    return None if is_reconstructed(wildcards) else checksum(workbook(wildcards))


def workbook(wildcards):
    """The cohort's workbook."""
    return COHORT[wildcards.cohort]["workbook"]["path"]
