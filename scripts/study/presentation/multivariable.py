"""Table 5: the multivariable models side by side, with their fit."""

from collections.abc import Collection

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import (
    NO_MODEL,
    abbreviations_used,
    absent,
    chi_square,
    findings,
    interval_name,
    level_of,
    significance_level,
    two_sided,
)
from study.presentation.numbers import MISSING, p_phrase, p_value, ratio_with_interval, rounded
from study.presentation.table import Cell, Column, Row, Table, level, section
from study.presentation.terms import level_rows, odds_ratio_cell, profile_sentences

EXPECTED = (
    "her2_status",
    "age_group",
    "density_group",
    "histology_group",
    "luminal_b_her2_positive",
)
NOT_IN_MODEL = "··"


def render_multivariable(
    multivariable: pd.DataFrame,
    model_fit: pd.DataFrame,
    checks: pd.DataFrame,
    confidence_level: float,
    screening_alpha: float,
) -> Table:
    """Return Table 5: a pair of columns for each model, its fit below the terms."""
    thresholds = (significance_level(confidence_level),)
    models = list(dict.fromkeys(multivariable["model"]))
    interval = interval_name(confidence_level)
    fit = model_fit.set_index("model")
    present = set(level_rows(multivariable)["variable"])
    rows = _terms(multivariable, models, thresholds)
    return Table(
        5,
        "Multivariable logistic regression of microcalcifications",
        (Column("Characteristic"), *_columns(models, fit, interval)),
        (*rows, *_fit_rows(fit, models, thresholds)),
        (
            f"The screen of Table 4 selected candidates at p < {level_of(screening_alpha)}; the "
            "rows show the terms of each model, whether selected or had by decision. "
            f"{NOT_IN_MODEL} = not in the model. A model of one term repeats its univariable "
            "estimate. Intervals and p-values are Wald’s; the "
            "omnibus test is the likelihood-ratio test of the model; Hosmer–Lemeshow in g groups. "
            f"{two_sided(confidence_level)}",
            *profile_sentences(multivariable, interval),
            "Apparent: measured in the women that the model was fitted to, so too favourable for "
            "others. Variance inflation is that of the design matrix.",
            *findings(checks, models),
            abbreviations_used(rows, aOR="adjusted odds ratio", CI="confidence interval"),
            *absent(EXPECTED, present, NO_MODEL),
        ),
    )


def _columns(models: Collection[str], fit: pd.DataFrame, interval: str) -> tuple[Column, ...]:
    columns: list[Column] = []
    for model in models:
        row = fit.loc[model]
        spanner = f"{labels.model_label(model)}\nn = {row['n']}, {row['events']} with MC"
        columns.append(Column("aOR", f"({interval})", spanner))
        columns.append(Column("p value", "", spanner))
    return tuple(columns)


def _terms(
    estimates: pd.DataFrame, models: Collection[str], thresholds: tuple[float, ...]
) -> list[Row]:
    rows = level_rows(estimates)
    printed = []
    for variable, name in dict.fromkeys(zip(rows["variable"], rows["level"], strict=True)):
        of_term = rows[rows["variable"].eq(variable) & rows["level"].eq(name)]
        by_model = of_term.set_index("model", drop=False)
        cells: list[Cell] = []
        for model in models:
            if model in by_model.index:
                row = by_model.loc[model]
                cells.append(odds_ratio_cell(row, estimates, thresholds))
                cells.append(Cell(p_value(row["p_value"], thresholds)))
            else:
                cells += [Cell(NOT_IN_MODEL), Cell()]
        against = labels.reference_label(variable, of_term["reference"].iloc[0])
        printed.append(Row((Cell(f"{labels.term_label(variable, name)} vs {against}"), *cells)))
    return printed


def _fit_rows(
    fit: pd.DataFrame, models: Collection[str], thresholds: tuple[float, ...]
) -> list[Row]:
    lines = {
        "Women with missing values": lambda row: str(row["missing"]),
        "Events per parameter": lambda row: rounded(row["events_per_parameter"], 1),
        "Omnibus χ²": lambda row: _test(
            row["lr_chi2"], row["lr_df"], row["lr_p_value"], thresholds
        ),
        "Nagelkerke R², apparent": lambda row: rounded(row["nagelkerke"], 3),
        "Hosmer–Lemeshow χ²": lambda row: _hosmer_lemeshow(row, thresholds),
        "AUC, apparent, DeLong interval": lambda row: ratio_with_interval(
            row["auc"], row["auc_low"], row["auc_high"]
        ),
        "Largest variance inflation": lambda row: rounded(row["max_vif"]),
    }
    rows = [section("Model fit", *[Cell(span=2) for _ in models])]
    for label, say in lines.items():
        rows.append(level(label, *(Cell(say(fit.loc[model]), span=2) for model in models)))
    return rows


def _test(value: float, df: float, p: float, thresholds: tuple[float, ...]) -> str:
    if pd.isna(value):
        return MISSING
    return f"{chi_square(value, df)}, {p_phrase(p, thresholds)}"


def _hosmer_lemeshow(row: pd.Series, thresholds: tuple[float, ...]) -> str:
    said = _test(row["hl_chi2"], row["hl_df"], row["hl_p_value"], thresholds)
    if pd.isna(row["hl_groups"]):
        return "not estimable" if said == MISSING else said
    groups = f"g = {row['hl_groups']}"
    return f"not estimable, {groups}" if said == MISSING else f"{said}, {groups}"
