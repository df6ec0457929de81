"""Rounds in which everything is measured once, in turn, and the ratios within each round."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

# What the issue asked for: at least so many times faster, or at most so many times slower.
AT_LEAST, AT_MOST = "at least", "at most"
RATIO_COLUMNS = [
    "section", "tool", "ours", "estimator", "tool_microseconds", "our_microseconds", "quotient",
    "ratio", "ratio_lowest", "ratio_highest", "rounds", "bound", "target", "reached", "note",
]  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """What is measured in every round, in seconds of processor time for one unit of work.

    Attributes
    ----------
    absent : str
        Why it cannot be measured here; empty if it can.
    """

    name: str
    seconds: Callable[[], float]
    estimator: str = "ml"
    absent: str = ""
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """A ratio of two measures: how many times as long as `ours` the `tool` takes.

    For the floor and for growth it is the other way round, and has a target that it may not pass.
    The `reason` is said where a target is not reached.
    """

    section: str
    tool: str
    ours: str
    target: float | None = None
    bound: str = AT_LEAST
    reason: str = ""


def processor_seconds(work: Callable[[], object], count: int = 1) -> float:
    """Return processor time per unit of a piece of work that holds `count` of them."""
    start = time.process_time()
    work()
    return (time.process_time() - start) / count


def interleave(
    measures: Sequence[Measure], rounds: int, say: Callable[[str], None]
) -> pd.DataFrame:
    """Return ``round, name, seconds``; measures that are absent here have no rows."""
    rows = []
    for measure in measures:
        if measure.absent:
            say(f"  {measure.name}: skipped, {measure.absent}")
    for number in range(1, rounds + 1):
        say(f"  round {number} of {rounds}")
        for measure in measures:
            if not measure.absent:
                seconds = measure.seconds()
                rows.append({"round": number, "name": measure.name, "seconds": seconds})
                say(f"    {measure.name:<38}{seconds * 1e6:>14,.2f} µs")
    return pd.DataFrame(rows, columns=["round", "name", "seconds"])


def tabulate_ratios(
    times: pd.DataFrame, measures: Sequence[Measure], comparisons: Sequence[Comparison]
) -> pd.DataFrame:
    """Return a row per comparison (`RATIO_COLUMNS`); without numbers where a tool is absent."""
    by_name = {measure.name: measure for measure in measures}
    wide = times.set_index(["round", "name"])["seconds"].unstack()  # noqa: PD010
    rows = []
    for comparison in comparisons:
        tool, ours = by_name[comparison.tool], by_name[comparison.ours]
        row = {
            "section": comparison.section,
            "tool": tool.name,
            "ours": ours.name,
            "estimator": tool.estimator,
            "quotient": "tool / ours" if comparison.bound == AT_LEAST else "ours / tool",
            "bound": comparison.bound if comparison.target else "",
            "target": comparison.target,
            "note": tool.absent or tool.note,
        }
        if not (tool.absent or ours.absent):
            row |= _ratio(wide[tool.name], wide[ours.name], comparison)
            if row["reached"] == "no" and comparison.reason:
                row["note"] = "; ".join(filter(None, (row["note"], comparison.reason)))
        rows.append(row)
    return pd.DataFrame(rows, columns=RATIO_COLUMNS)


def _ratio(tool: pd.Series, ours: pd.Series, comparison: Comparison) -> dict[str, object]:
    slower = comparison.bound == AT_LEAST
    ratios = tool / ours if slower else ours / tool
    middle = float(ratios.median())
    reached = None
    if comparison.target:
        reached = middle >= comparison.target if slower else middle <= comparison.target
    return {
        "tool_microseconds": float(tool.median()) * 1e6,
        "our_microseconds": float(ours.median()) * 1e6,
        "ratio": middle,
        "ratio_lowest": float(ratios.min()),
        "ratio_highest": float(ratios.max()),
        "rounds": len(ratios),
        "reached": "" if reached is None else ("yes" if reached else "no"),
    }
