"""Table 1: who the women were, overall and by microcalcifications."""

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import (
    abbreviations_used,
    absent,
    choice_of_test,
    not_assessable,
    significance_level,
    two_sided,
)
from study.presentation.numbers import (
    MISSING,
    count_of_total,
    count_with_percent,
    rounded,
)
from study.presentation.table import Cell, Column, Row, Table, level, section
from study.presentation.test_cells import chosen_test

GROUPS = ("overall", "mc_yes", "mc_no")
SHOWN = (
    "age_years",
    "age_group",
    "density",
    "histology",
    "hr_status",
    "her2_status",
    "subtype",
    "ki67_percent",
)
TEST_TABLES = {
    "age_years": "age_by_mc",
    "ki67_percent": "ki67_by_mc",
    "age_group": "mc_by_age_group",
    "density": "mc_by_density",
    "histology": "mc_by_histology",
    "her2_status": "mc_by_her2",
    "subtype": "mc_by_subtype",
}
UNTESTED = Cell("", ("Not tested.",))
PARAMETRIC = ("student_t", "welch_t")


def render_characteristics(
    flow: pd.DataFrame,
    baseline: pd.DataFrame,
    tests: pd.DataFrame,
    confidence_level: float,
    fisher_expected_below: float,
) -> Table:
    """Return Table 1.

    A continuous variable is given as mean ± SD where its chosen test is a t test,
    else as median [interquartile range].
    """
    known = baseline[baseline["group"].eq("overall") & baseline["total"].gt(0)]
    shown = [variable for variable in SHOWN if variable in set(known["variable"])]
    thresholds = (significance_level(confidence_level),)
    rows: list[Row] = []
    for variable in shown:
        cells = baseline[baseline["variable"].eq(variable)]
        test = UNTESTED
        if variable in TEST_TABLES:
            test = chosen_test(tests, TEST_TABLES[variable], thresholds)
        block = _continuous if cells["level"].isna().all() else _categorical
        rows += block(variable, cells, test, tests)
    return Table(
        1,
        "Patient characteristics",
        _columns(flow, baseline),
        tuple(rows),
        (
            f"{_assessed(flow)}{_not_assessable(flow)} Data are n (%) unless stated otherwise; "
            "percentages are of the women of the column for whom the characteristic is known, n/N "
            "where some are not.",
            f"{choice_of_test(fisher_expected_below)} Continuous variables are compared by "
            "Student’s t test where both groups look normal (Shapiro–Wilk), or Welch’s where "
            "their variances differ too (Levene, centred on the means); else by the Mann–Whitney "
            f"test. {two_sided(confidence_level)} {MISSING} = not computed.",
            abbreviations_used(rows),
            *absent(SHOWN, shown),
        ),
    )


def _columns(flow: pd.DataFrame, baseline: pd.DataFrame) -> tuple[Column, ...]:
    analysed = int(flow["remaining"].iloc[-1])
    return (
        Column("Characteristic"),
        Column("Overall", f"n = {analysed}"),
        *(
            Column(title, f"n = {_women(baseline, group)}")
            for title, group in {"MC present": "mc_yes", "MC absent": "mc_no"}.items()
        ),
        Column("p value"),
    )


def _women(baseline: pd.DataFrame, group: str) -> int:
    first = baseline[baseline["group"].eq(group)].iloc[0]
    return int(first["total"] + first["missing"])


def _assessed(flow: pd.DataFrame) -> str:
    first, last = int(flow["remaining"].iloc[0]), int(flow["remaining"].iloc[-1])
    return f"Of {first} women assessed, {last} were analysed."


def _not_assessable(flow: pd.DataFrame) -> str:
    criteria = not_assessable(flow)
    if not criteria:
        return ""
    return f" Not assessable, and so no reason to exclude: {'; '.join(criteria)}."


def _categorical(variable: str, rows: pd.DataFrame, test: Cell, tests: pd.DataFrame) -> list[Row]:
    incomplete = rows["missing"].gt(0).any()
    levels = labels.ordered_levels(variable, _levels_found(rows))
    printed = [section(labels.variable_label(variable), Cell(), Cell(), Cell(), test)]
    for name in levels:
        of_level = rows[rows["level"].eq(name)].set_index("group")
        cells = [
            Cell(_count(of_level.loc[group], incomplete)) if group in of_level.index else Cell("0")
            for group in GROUPS
        ]
        printed.append(level(labels.level_label(variable, name), *cells, Cell()))
    return printed + _missing(rows)


def _levels_found(rows: pd.DataFrame) -> list[str]:
    """Return the levels that a woman has: the estimates list the others too, with n 0."""
    overall = rows[rows["group"].eq("overall") & rows["n"].gt(0)]
    return list(overall["level"])


def _count(row: pd.Series, incomplete: bool) -> str:
    if incomplete:
        return count_of_total(row["n"], row["total"], row["percent"])
    return count_with_percent(row["n"], row["percent"])


def _continuous(variable: str, rows: pd.DataFrame, test: Cell, tests: pd.DataFrame) -> list[Row]:
    by_group = rows.set_index("group")
    chosen = tests[tests["table"].eq(TEST_TABLES[variable]) & tests["chosen"]]
    parametric = chosen["test"].isin(PARAMETRIC).any()
    centre, centre_label = (_mean, "Mean ± SD") if parametric else (_median, "Median [IQR]")
    groups = [by_group.loc[group] for group in GROUPS]
    return [
        section(labels.variable_label(variable), Cell(), Cell(), Cell(), test),
        level(centre_label, *(Cell(centre(group)) for group in groups), Cell()),
        level("Range", *(Cell(_range(group)) for group in groups), Cell()),
        *_missing(rows),
    ]


def _mean(row: pd.Series) -> str:
    return f"{rounded(row['mean'], 1)} ± {rounded(row['sd'], 1)}"


def _median(row: pd.Series) -> str:
    return f"{rounded(row['median'], 1)} [{rounded(row['q1'], 1)}–{rounded(row['q3'], 1)}]"


def _range(row: pd.Series) -> str:
    return f"{rounded(row['minimum'], 1)}–{rounded(row['maximum'], 1)}"


def _missing(rows: pd.DataFrame) -> list[Row]:
    missing = rows.drop_duplicates("group").set_index("group")["missing"]
    if not missing.gt(0).any():
        return []
    return [level("Missing", *(Cell(str(missing[group])) for group in GROUPS), Cell())]
