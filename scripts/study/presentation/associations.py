"""Tables 2 and 3: microcalcifications by density, HER2, subtype, histology and age."""

from collections.abc import Callable, Collection
from dataclasses import replace

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import (
    abbreviations_used,
    absent,
    choice_of_test,
    interval_name,
    significance_level,
    two_sided,
)
from study.presentation.numbers import (
    MISSING,
    count_of_total,
    points_with_interval,
    ratio,
    ratio_with_interval,
)
from study.presentation.table import Cell, Column, Row, Table, level, section
from study.presentation.test_cells import chosen_test, named_test, of_stratum, values_in

# The conditional exact odds ratio stands in the estimates only.
METHODS = ("newcombe", "wald", "mantel_haenszel")
MEASURES = ("risk_difference", "risk_ratio", "odds_ratio")
BESIDE = ("pearson", "yates", "fisher_exact")
# The level that the effects of a 2×2 table compare with the other one.
COMPARED = {"her2_status": "positive", "density_group": "C-D", "age_group": ">50"}
POOLED = "Mantel–Haenszel estimate, pooled over the densities."
WITHIN = "mc_by_her2_within_density"
EMPTY = Cell()
REFERENCE = Cell("Reference")


def render_density(
    contingency: pd.DataFrame,
    tests: pd.DataFrame,
    effects: pd.DataFrame,
    confidence_level: float,
    fisher_expected_below: float,
) -> Table:
    """Return Table 2: microcalcifications by density, and by HER2 within each density."""
    tables = ("mc_by_density", "mc_by_density_group")
    rows = _blocks(tables, contingency, tests, effects, confidence_level)
    rows += _within_density(contingency, tests, effects, confidence_level)
    present = set(contingency["table"])
    return Table(
        2,
        "Microcalcifications by breast density, and by HER2 status within each density",
        _columns(confidence_level),
        tuple(rows),
        (
            *_notes(confidence_level, fisher_expected_below),
            abbreviations_used(rows),
            *absent(["density"], ["density"] if "mc_by_density" in present else []),
        ),
    )


def render_tumour(
    contingency: pd.DataFrame,
    tests: pd.DataFrame,
    effects: pd.DataFrame,
    confidence_level: float,
    fisher_expected_below: float,
) -> Table:
    """Return Table 3: microcalcifications by HER2 status, subtype, histology and age."""
    tables = ("mc_by_her2", "mc_by_subtype", "mc_by_histology", "mc_by_age_group")
    expected = [labels.TABLE_VARIABLES[table] for table in tables]
    present = [labels.TABLE_VARIABLES[table] for table in set(contingency["table"])]
    rows = _blocks(tables, contingency, tests, effects, confidence_level)
    return Table(
        3,
        "Microcalcifications by HER2 status, molecular subtype, histological type and age",
        _columns(confidence_level),
        tuple(rows),
        (
            *_notes(confidence_level, fisher_expected_below),
            abbreviations_used(rows),
            *absent(expected, present),
        ),
    )


def _columns(confidence_level: float) -> tuple[Column, ...]:
    interval = interval_name(confidence_level)
    return (
        Column("Characteristic"),
        Column("MC", "n/N (%)"),
        Column("p value"),
        Column("Risk difference", f"points ({interval})"),
        Column("Risk ratio", f"({interval})"),
        Column("Odds ratio", f"({interval})"),
    )


def _notes(confidence_level: float, fisher_expected_below: float) -> tuple[str, ...]:
    return (
        f"{choice_of_test(fisher_expected_below)} {two_sided(confidence_level)}",
        "Effects compare HER2 positive with negative, density C–D with A–B and age > 50 with "
        "≤ 50, whatever the references of the models. The risk difference is in percentage "
        "points, with Newcombe’s interval; the intervals of risk ratio and odds ratio are on the "
        f"log scale (Wald). CI = confidence interval; {MISSING} = not estimable: a cell is zero.",
    )


def _blocks(
    tables: Collection[str],
    contingency: pd.DataFrame,
    tests: pd.DataFrame,
    effects: pd.DataFrame,
    confidence_level: float,
) -> list[Row]:
    thresholds = (significance_level(confidence_level),)
    rows: list[Row] = []
    for table in tables:
        counts = _found(contingency, table)
        if counts.empty:
            continue
        beside = BESIDE if counts["row"].nunique() == 2 else ("pearson",)
        test = chosen_test(tests, table, thresholds, beside=beside)
        label = f"{labels.variable_label(labels.TABLE_VARIABLES[table])} (n = {_women(counts)})"
        rows.append(section(label, EMPTY, test, EMPTY, EMPTY, EMPTY))
        rows += _levels(table, counts, of_stratum(effects, table))
    return rows


def _found(contingency: pd.DataFrame, table: str, stratum: str | None = None) -> pd.DataFrame:
    """Return the rows that a woman is in: the estimates list the others too, with 0/0."""
    counts = of_stratum(contingency, table, stratum)
    return counts[counts["row_total"].gt(0)]


def _women(counts: pd.DataFrame) -> int:
    return int(counts["n"].sum())


def _levels(
    table: str,
    counts: pd.DataFrame,
    effects: pd.DataFrame,
    name_of: Callable[[str, str], str] = labels.level_label,
) -> list[Row]:
    """Rows of one table of counts; of two rows one is compared with the other."""
    variable = labels.TABLE_VARIABLES[table]
    with_mc = counts[counts["column"].eq("yes")].set_index("row")
    rows = []
    for name in labels.ordered_levels(variable, list(with_mc.index)):
        row = with_mc.loc[name]
        cells = [EMPTY] * len(MEASURES)
        if len(with_mc) == 2 and variable in COMPARED and not effects.empty:
            cells = [_effect(effects, measure) for measure in MEASURES]
            if name != COMPARED[variable]:
                cells = [REFERENCE] * len(MEASURES)
        count = Cell(count_of_total(row["n"], row["row_total"], row["row_percent"]))
        label = name_of(variable, name)
        rows.append(level(label, count, EMPTY, *cells))
    return rows


def _effect(effects: pd.DataFrame, measure: str) -> Cell:
    rows = effects[effects["measure"].eq(measure) & effects["method"].isin(METHODS)]
    if rows.empty:
        return EMPTY
    row = rows.iloc[0]
    if measure == "odds_ratio" and pd.isna(row["estimate"]):
        return Cell(MISSING, _exact_bound(effects))
    say = points_with_interval if measure == "risk_difference" else ratio_with_interval
    return Cell(say(row["estimate"], row["ci_low"], row["ci_high"]))


def _exact_bound(effects: pd.DataFrame) -> tuple[str, ...]:
    """Say the finite bound of the exact interval, all that a zero cell leaves of an odds ratio."""
    rows = effects[effects["method"].eq("conditional_exact")]
    bounds = rows[["ci_low", "ci_high"]].iloc[0] if len(rows) else pd.Series(dtype=float)
    if not bounds.notna().any():
        return ()
    low, high = bounds
    said = f"below {ratio(high)}" if pd.notna(high) else f"above {ratio(low)}"
    return (f"A cell is zero; exact conditional interval: {said}.",)


def _within_density(
    contingency: pd.DataFrame,
    tests: pd.DataFrame,
    effects: pd.DataFrame,
    confidence_level: float,
) -> list[Row]:
    thresholds = (significance_level(confidence_level),)
    within = contingency[contingency["table"].eq(WITHIN)]
    rows: list[Row] = []
    for stratum in sorted(within["stratum"].dropna().unique()):
        counts = _found(contingency, WITHIN, stratum)
        if counts.empty:
            continue
        label = f"Within density {stratum} (n = {_women(counts)})"
        exact = named_test(tests, WITHIN, "fisher_exact", thresholds, stratum)
        rows.append(section(label, EMPTY, exact, EMPTY, EMPTY, EMPTY))
        alone = of_stratum(effects, WITHIN, stratum)
        rows += _levels(WITHIN, counts, alone, labels.term_label)
    if not rows:
        return []
    return [*rows, *_over_strata(within, tests, effects, thresholds)]


def _over_strata(
    within: pd.DataFrame,
    tests: pd.DataFrame,
    effects: pd.DataFrame,
    thresholds: Collection[float],
) -> list[Row]:
    association = named_test(tests, WITHIN, "cochran_mantel_haenszel", thresholds)
    homogeneity = named_test(tests, WITHIN, "breslow_day_tarone", thresholds)
    pooled = of_stratum(effects, WITHIN)
    cells = [
        replace(cell, notes=(POOLED,)) if cell.text else cell
        for cell in (_effect(pooled, measure) for measure in MEASURES)
    ]
    return [
        section(_strata_used(within, tests), *[EMPTY] * 5),
        level("HER2 positive vs negative", EMPTY, association, *cells),
        level("Homogeneity of odds ratios", EMPTY, homogeneity, *[EMPTY] * 3),
    ]


def _strata_used(within: pd.DataFrame, tests: pd.DataFrame) -> str:
    """Name the densities that the pooled rows rest on: in the others a group or MC is lacking."""
    rows = of_stratum(tests, WITHIN)
    note = rows.loc[rows["test"].eq("cochran_mantel_haenszel"), "note"]
    used = values_in(note.iloc[0]).get("strata", "").split(",") if len(note) else []
    women = within.loc[within["stratum"].isin(used), "n"].sum()
    if not women:
        return "Over all densities"
    return f"Over densities {', '.join(used)} (n = {women})"
