"""Microcalcifications against one finding at a time, and HER2 within density.

`count_tables` makes the tables of counts; the other functions take them and return frames with
the columns of ``contingency.csv``, ``tests.csv`` and ``effects.csv``. A table has the key
(table, stratum); the stratum of the whole cohort is the empty text.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from study.cohort.units import patients
from study.statistics import contingency, stratified
from study.statistics.effects import Effect, mantel_haenszel_odds_ratio, two_by_two_effects
from study.statistics.exact import fisher_exact
from study.statistics.result import Result, result_rows
from study.statistics.vocabulary import analysis_levels

Tables = Mapping[tuple[str, str], pd.DataFrame]


@dataclass(frozen=True)
class Question:
    """A finding that microcalcifications are tabulated by.

    Attributes
    ----------
    ordered : bool
        Whether its levels have a clinical order, so that a trend can be tested.
    exposed : str
        Of two levels, the one whose effect is estimated against the other; else empty.
    """

    variable: str
    ordered: bool = False
    exposed: str = ""


WITHIN = "mc_by_her2_within_density"
QUESTIONS = {
    "mc_by_her2": Question("her2_status", exposed="positive"),
    "mc_by_density": Question("density", ordered=True),
    "mc_by_density_group": Question("density_group", ordered=True, exposed="C-D"),
    WITHIN: Question("her2_status", exposed="positive"),
    "mc_by_subtype": Question("subtype"),
    "mc_by_histology": Question("histology"),
    "mc_by_age_group": Question("age_group", ordered=True, exposed=">50"),
}


def count_tables(analysis: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Return every table of counts: levels in clinical order by ``yes`` and ``no``.

    Levels without patients stay as rows of zeros, and so do density strata.
    Patients in whom one of the findings of a table is unknown are not in that table.
    """
    tables = {}
    for table, question in QUESTIONS.items():
        if table == WITHIN:
            for density in analysis_levels()["density"]:
                women = analysis[analysis["density"].eq(density)]
                tables[table, density] = _by_microcalcifications(women, question)
        else:
            tables[table, ""] = _by_microcalcifications(analysis, question)
    return tables


def list_counts(tables: Tables) -> pd.DataFrame:
    """Return the counts, one row per cell; nothing of a table that no patient is in.

    `row_percent` is the percentage with (``yes``) or without the finding in a row, NaN in an
    empty one.
    """
    women = Counter[str]()
    for (table, _), counts in tables.items():
        women[table] += int(counts.to_numpy().sum())
    cells = [
        {"table": table, "stratum": stratum, "row": row, "column": column}
        | {"n": counts.loc[row, column], "row_total": counts.loc[row].sum()}
        for (table, stratum), counts in tables.items()
        if women[table]
        for row in counts.index
        for column in counts.columns
    ]
    names = ["table", "stratum", "row", "column", "n", "row_total"]
    frame = pd.DataFrame(cells, columns=names)
    # An empty row has no percentage: its total is hidden, so that 0/0 is missing.
    total = frame["row_total"].where(frame["row_total"] > 0).astype(float)
    return _stratum_or_none(frame.assign(row_percent=frame["n"].astype(float) / total * 100))


def list_tests(tables: Tables, fisher_expected_below: float) -> pd.DataFrame:
    """Return every applicable test of every table, one of them chosen per table and stratum.

    Fisher's exact test is chosen if an expected count is below `fisher_expected_below`, else
    Pearson's without correction; across strata, Cochran–Mantel–Haenszel.
    """
    rows = []
    for (table, stratum), counts in tables.items():
        results = _tests_of(counts, QUESTIONS[table].ordered)
        chosen, why = _choice(counts, results["fisher_exact"], fisher_expected_below)
        rows += result_rows(table, stratum, results, chosen, why)
    strata = _strata(tables)
    across = {
        "cochran_mantel_haenszel": stratified.cochran_mantel_haenszel(strata),
        "breslow_day_tarone": stratified.breslow_day_tarone(strata),
    }
    why = "chosen: the association across the strata"
    rows += result_rows(WITHIN, "", across, "cochran_mantel_haenszel", why)
    return _stratum_or_none(pd.DataFrame(rows))


def list_effects(tables: Tables, confidence_level: float) -> pd.DataFrame:
    """Return the effects of every 2×2 table and the pooled odds ratio of HER2 within density."""
    rows = [
        _effect_row(table, stratum, effect)
        for (table, stratum), counts in tables.items()
        if QUESTIONS[table].exposed
        for effect in two_by_two_effects(_exposed_first(table, counts), confidence_level)
    ]
    pooled = mantel_haenszel_odds_ratio(_strata(tables), confidence_level)
    return _stratum_or_none(pd.DataFrame([*rows, _effect_row(WITHIN, "", pooled)]))


def _by_microcalcifications(analysis: pd.DataFrame, question: Question) -> pd.DataFrame:
    finding, outcome = analysis[question.variable], analysis["microcalcifications"]
    levels = analysis_levels()
    return contingency.cross_tabulate(
        finding,
        outcome,
        levels[question.variable],
        levels["microcalcifications"],
        patients(analysis),
    )


def _tests_of(counts: pd.DataFrame, ordered: bool) -> dict[str, Result]:
    tests: dict[str, Callable[[pd.DataFrame], Result]] = {"pearson": contingency.pearson}
    if len(counts) == 2:
        tests["yates"] = contingency.yates
    tests["likelihood_ratio"] = contingency.likelihood_ratio
    if ordered:
        tests["linear_by_linear"] = contingency.linear_by_linear
    tests["fisher_exact"] = fisher_exact
    return {name: test(counts) for name, test in tests.items()}


def _choice(counts: pd.DataFrame, exact: Result, fisher_expected_below: float) -> tuple[str, str]:
    """Return the test that answers the table's question, and why."""
    if contingency.why_untestable(counts):
        return "fisher_exact", ""
    smallest = contingency.smallest_expected(counts)
    if smallest >= fisher_expected_below:
        why = f"chosen: no expected count is below {fisher_expected_below}"
        return "pearson", f"{why}; smallest_expected={smallest!r}"
    why = f"an expected count is below {fisher_expected_below}; smallest_expected={smallest!r}"
    if not exact.computed:
        return "pearson", f"chosen although {why}: the table is too large for the exact test"
    return "fisher_exact", f"chosen: {why}"


def _effect_row(table: str, stratum: str, effect: Effect) -> dict[str, Any]:
    return {"table": table, "stratum": stratum, **asdict(effect)}


def _exposed_first(table: str, counts: pd.DataFrame) -> pd.DataFrame:
    exposed = QUESTIONS[table].exposed
    return counts.loc[[exposed, *counts.index.drop(exposed)], ["yes", "no"]]


def _strata(tables: Tables) -> dict[str, pd.DataFrame]:
    return {
        stratum: _exposed_first(WITHIN, counts)
        for (table, stratum), counts in tables.items()
        if table == WITHIN
    }


def _stratum_or_none(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the stratum of the whole cohort missing, as in the files."""
    return frame.assign(stratum=frame["stratum"].where(frame["stratum"].ne("")))
