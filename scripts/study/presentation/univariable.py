"""Table 4: each candidate alone, and which of them the screen selected."""

from collections.abc import Collection

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import (
    NO_MODEL,
    abbreviations_used,
    absent,
    findings,
    interval_name,
    level_of,
    plain,
    significance_level,
    two_sided,
)
from study.presentation.numbers import MISSING, p_phrase, p_value
from study.presentation.table import Cell, Column, Row, Table, level, section
from study.presentation.terms import (
    OVERALL,
    PENALISED_TEST,
    counts,
    level_rows,
    main_rows,
    odds_ratio_cell,
    penalised_p_value,
    profile_sentence,
    reference_counts,
)

EXPECTED = (
    "her2_status",
    "age_group",
    "density_group",
    "density",
    "histology_group",
    "luminal_b_her2_positive",
)
EMPTY = Cell()


def render_univariable(
    univariable: pd.DataFrame,
    checks: pd.DataFrame,
    confidence_level: float,
    screening_alpha: float,
    screening_test: str,
    univariable_only: Collection[str] = (),
) -> Table:
    """Return Table 4; the counts of a reference level are what the other levels leave.

    The variables of `univariable_only` were never candidates, and the table says so.
    """
    thresholds = (significance_level(confidence_level), screening_alpha)
    # A variable that the cohort does not have keeps an overall row only.
    variables = list(dict.fromkeys(level_rows(univariable)["variable"]))
    rows: list[Row] = []
    for variable in variables:
        own = univariable[univariable["variable"].eq(variable)]
        rows += _block(own, thresholds, variable not in univariable_only)
    interval = interval_name(confidence_level)
    models = [f"univariable_{variable}" for variable in variables]
    screen = f"{labels.SCREENING_TESTS[screening_test]} p < {level_of(screening_alpha)}"
    return Table(
        4,
        "Univariable logistic regression of microcalcifications",
        (
            Column("Characteristic"),
            Column("Women", "n"),
            Column("MC", "n/N"),
            Column("Odds ratio", f"({interval})"),
            Column("p value", "Wald"),
            Column("p value", "likelihood ratio"),
            Column("Selected", screen),
        ),
        tuple(rows),
        (
            "Each block is a model of its own: n is the number of women in the model, MC n/N the "
            "women with microcalcifications among those of the level. Intervals and p-values are "
            f"Wald’s; {two_sided(confidence_level).lower()[:-1]}. Selected: {screen} of the whole "
            f"variable; where separation leaves no such test, {PENALISED_TEST}.",
            *filter(None, [profile_sentence(univariable, interval)]),
            *findings(checks, models),
            abbreviations_used(rows, CI="confidence interval"),
            *absent(EXPECTED, variables, NO_MODEL),
        ),
    )


def _block(estimates: pd.DataFrame, thresholds: tuple[float, ...], is_candidate: bool) -> list[Row]:
    levels = level_rows(estimates)
    first = levels.iloc[0]
    variable = first["variable"]
    main = main_rows(estimates)
    overall = main[main["level"].eq(OVERALL)]
    rows = [
        section(
            labels.variable_label(variable),
            Cell(str(first["n"])),
            EMPTY,
            EMPTY,
            _overall(overall, estimates, thresholds),
            _likelihood_ratio(main if overall.empty else overall, estimates, thresholds),
            _selected(main) if is_candidate else Cell("Not a candidate"),
        )
    ]
    lines = {
        row["level"]: _line(
            labels.level_label(variable, row["level"]),
            counts(row["level_events"], row["level_n"]),
            odds_ratio_cell(row, estimates, thresholds),
            Cell(p_value(row["p_value"], thresholds)),
        )
        for _, row in levels.iterrows()
    }
    reference = first["reference"]
    lines[reference] = _line(
        labels.level_label(variable, reference),
        counts(*reference_counts(levels)),
        Cell("Reference"),
        EMPTY,
    )
    return rows + [lines[name] for name in labels.ordered_levels(variable, list(lines))]


def _selected(main: pd.DataFrame) -> Cell:
    return Cell("Yes" if main["selected"].any() else "No")


def _line(label: str, women: str, odds_ratio: Cell, p_cell: Cell) -> Row:
    return level(label, EMPTY, Cell(women), odds_ratio, p_cell, EMPTY, EMPTY)


def _likelihood_ratio(
    whole: pd.DataFrame, estimates: pd.DataFrame, thresholds: tuple[float, ...]
) -> Cell:
    row = whole.iloc[0]
    penalised = penalised_p_value(estimates, row)
    if pd.isna(penalised):
        return Cell(p_value(row["lr_p_value"], thresholds))
    return Cell(p_value(penalised, thresholds), (f"{PENALISED_TEST}.",))


def _overall(overall: pd.DataFrame, estimates: pd.DataFrame, thresholds: tuple[float, ...]) -> Cell:
    if overall.empty:
        return EMPTY
    row = overall.iloc[0]
    if row["status"] != "ok":
        note = f"Overall test: {labels.STATUSES[row['status']]}"
        penalised = penalised_p_value(estimates, row)
        if not pd.isna(penalised):
            note = f"{note}; {PENALISED_TEST}, {p_phrase(penalised, thresholds)}"
        return Cell(MISSING, (f"{note}.",))
    note = f"Overall Wald test of the factor, {plain(float(row['df']))} df."
    return Cell(p_value(row["p_value"], thresholds), (note,))
