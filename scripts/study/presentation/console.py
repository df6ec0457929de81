"""What a run says at its end: who was analysed, the headline, where to look.

The standard library only: the Snakefile imports it.
"""

from collections.abc import Mapping
from typing import Any

SYNTHETIC = "Synthetic cohort: it shows the method and is no evidence about women."
STOPPED = (
    "\nThe run stopped. What is wrong, and what to do, stands above and in the log of the step "
    "(results/<cohort>/logs/).\nThe next run goes on from there. Until then, tables and figures in "
    "results/<cohort>/ are those of an earlier run, if there was one."
)
HEADLINES = ("univariable", "adjusted")


def closing_words(quotes: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the summary of every cohort, by its name, from what `quotes.json` holds."""
    return "\n".join(_cohort(name, said) for name, said in quotes.items())


def _cohort(name: str, said: Mapping[str, Any]) -> str:
    lines = [f"{name}: {said['title']}"]
    lines += [f"  {SYNTHETIC}"] if said["synthetic"] else []
    lines += [
        f"  {said['assessed']} women assessed, {said['analysed']} analysed, "
        f"{said['events']} with microcalcifications"
    ]
    lines += [f"    {note}" for note in said["unmentioned"]]
    width = max((len(str(step["n"])) for step in said["excluded"]), default=0)
    lines += [f"    {step['n']:>{width}} excluded: {step['why']}" for step in said["excluded"]]
    lines += _odds_ratios(said)
    lines += _doubts(name, said)
    return "\n".join(["", *lines])


def _odds_ratios(said: Mapping[str, Any]) -> list[str]:
    told = {model: said["exposure"][model] for model in HEADLINES if model in said["exposure"]}
    if not told:
        return ["  No odds ratio of the exposure could be estimated."]
    first = next(iter(told.values()))
    lines = [f"  {first['term']} vs {first['reference']}, odds ratio ({said['interval']})"]
    width = max(len(one["odds_ratio"]) for one in told.values())
    for model, one in told.items():
        lines.append(
            f"    {model:<11}  {one['odds_ratio']:<{width}}  {one['p']} ({one['test']}), "
            f"n = {one['n']}, {one['events']} events"
        )
    if "adjusted" in told:
        lines.append(f"    adjusted model: {said['models']['adjusted']['terms']}")
    return lines


def _doubts(name: str, said: Mapping[str, Any]) -> list[str]:
    serious, count = said["checks"]["serious"], said["checks"]["warning"]
    warnings = {0: "no warnings", 1: "1 warning"}.get(count, f"{count} warnings")
    remarks = f"{serious} serious, {warnings}" if serious else warnings
    return [
        *(f"  Doubt     {remark}" for remark in said["missingness"]),
        f"  Tables    results/{name}/tables/table1.html to table5.html",
        f"  Doubts    results/{name}/tables/checks.html ({remarks})",
    ]
