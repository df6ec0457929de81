"""How the report and the console come by their numbers, no rules.

A caption sees its job's parameters. Those that name `output` are read anew when the report
is made and never rerun a rule, so `quoted` hands over what `quote_estimates` wrote: the
numbers and thresholds of the run that made the table, rounded as in the table.
"""

import json
from pathlib import Path

from scripts.study.presentation.assumptions import find_assumptions
from scripts.study.presentation.console import STOPPED, closing_words


def shown(path, kind, name, caption):
    """An output that the report shows: under which heading, by which name, with which caption."""

    def labels(wildcards):
        return {kind: name, **cohort_label(wildcards)}

    return report(path, caption=f"captions/{caption}.rst", category=f"{kind}s", labels=labels)


def cohort_label(wildcards):
    """The cohort and whether it is synthetic; nothing for what concerns all cohorts."""
    if "cohort" not in wildcards.keys():
        return {}
    synthetic = COHORT[wildcards.cohort].get("synthetic", False)
    return {"Cohort": f"{wildcards.cohort}{' (synthetic)' if synthetic else ''}"}


class Quotes(dict):
    """Quotes that a list of parameters shows by their place, and a job receives as a plain dict."""

    def __init__(self, content, place):
        super().__init__(content)
        self.place = place

    def __str__(self):
        return self.place

    def __reduce__(self):
        return dict, (dict(self),)


def quotes_of(name, file="quotes"):
    """What was written to be quoted of a cohort or the summary; nothing before the first run."""
    path = Path(f"results/{name}/{file}.json")
    content = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return Quotes(content, str(path))


def quoted(wildcards, output):
    """What the captions of one cohort may quote."""
    return quotes_of(wildcards.cohort)


def quoted_of_definitions(wildcards, output):
    """What the captions about other definitions may quote: the table `render_reclassification` printed."""
    return quotes_of(wildcards.cohort, "quotes_reclassification")


def quoted_of_stability(wildcards, output):
    """What the captions about stability may quote: the table that `render_stability` printed."""
    return quotes_of(wildcards.cohort, "quotes_stability")


def quoted_of_sensitivity(wildcards, output):
    """What the captions about decisions may quote: the table that `render_sensitivity` printed."""
    return quotes_of(wildcards.cohort, "quotes_sensitivity")


def quoted_of_all(wildcards, output):
    """What the captions of a comparison may quote: the numbers that `render_cohorts` printed."""
    return quotes_of("summary")


def quotes_of_run(dag):
    """The quotes of every cohort that this run has brought up to date, by name."""
    jobs = [job for job in dag.jobs if job.rule.name == "quote_estimates"]
    return {job.wildcards.cohort: quotes_of(job.wildcards.cohort) for job in jobs}


def assumptions_in_code():
    """Every `# ASSUME:` of the methods: words, value, file."""
    study = Path("scripts/study")
    texts = {str(file.relative_to(study)): file for file in sorted(study.rglob("*.py"))}
    return find_assumptions({name: file.read_text("utf-8") for name, file in texts.items()})
