"""What resampling says of the selected model, as a table."""

from typing import Any

import pandas as pd

from study.presentation import labels
from study.presentation import stability_words as words
from study.presentation.general_notes import (
    abbreviations,
    confidence_percent,
    interval_name,
    level_of,
)
from study.presentation.numbers import MISSING, p_value, ratio, rounded
from study.presentation.stability_words import BCA, CHANCE, CONDITIONAL, LEFT_OUT, PERCENTILE
from study.presentation.table import Cell, Column, Row, Table, level, section

EMPTY = Cell()
WIDTH = 8
MODELS_SHOWN = 5
NULL_NOTE = (
    "Type I error: the outcome is dealt to the women anew, so that nothing at all is associated "
    "with it (global null). The interval (Wilson) is the precision of the simulation. Permutation "
    "p: share of permuted cohorts with a p-value as small, the cohort counted among them."
)
SPELLED = {
    "AUC": "area under the ROC curve",
    "BCa": "bias-corrected and accelerated",
    "SE": "standard error",
}


def render_stability(
    stability: pd.DataFrame,
    models: pd.DataFrame,
    optimism: pd.DataFrame,
    type_i_error: pd.DataFrame,
    notes: list[str],
    *,
    model: str,
    exposure: str,
    confidence_level: float,
) -> Table:
    """Return one row per coefficient, then models, performance and type I error in blocks.

    `notes` say what ran (`stability_words.rule_notes`).
    """
    rows = [
        *(_coefficient(rows) for rows in words.coefficients(stability)),
        *_models(models),
        *_performance(optimism),
        *_errors(type_i_error, exposure, confidence_level),
    ]
    caption = f"Stability of the model “{labels.model_label(model)}”"
    return Table(
        None,
        f"{caption}: the whole analysis in resampled cohorts",
        _columns(confidence_percent(confidence_level)),
        tuple(rows),
        (
            *notes,
            *words.reading_notes(stability),
            *performance_notes(optimism),
            NULL_NOTE,
            abbreviations("MC", "HER2", **SPELLED),
        ),
    )


def _columns(interval: str) -> tuple[Column, ...]:
    return (
        Column("Term"),
        Column("Passes", "%, bootstrap"),
        Column("Passes", "%, by chance"),
        Column("Odds ratio", "in the cohort"),
        Column("Percentile", f"middle {interval}"),
        Column("BCa", f"{interval} limits"),
        Column("If included", f"median ({interval})"),
        Column("One left out", "range"),
    )


def conditional_text(row: pd.Series) -> str:
    """Return the median with the percentiles of the replicates that include a variable."""
    text = words.interval_text(row)
    if row["status"] in words.STATUSES or pd.isna(row["odds_ratio_median"]):
        return text
    return f"{ratio(row['odds_ratio_median'])} ({text})"


def performance_notes(optimism: pd.DataFrame) -> list[str]:
    """Return how optimism was estimated, in whom, and which replicates have no number."""
    first = optimism.iloc[0]
    said = [
        f"Apparent performance in the {first['n']} women of the cohort’s model, {first['events']} "
        "with MC. Optimism: a replicate’s model in the replicate minus in the cohort (Harrell), "
        "the mean for the AUC; for the slope the median, as a slope is a ratio whose mean rests on "
        "the few replicates that predict almost the same for all. A slope below 1 means that odds "
        "ratios are too extreme. Simulation SE: of the simulation alone, no confidence interval."
    ]
    if first["penalised"]:
        said.append(
            f"In {words.thousands(first['penalised'])} separated replicates Firth’s estimate of "
            "the same terms predicts."
        )
    for _, row in optimism.iterrows():
        if without := row["replicates"] - row["counted"]:
            name = labels_of_measure(row["measure"])
            said.append(f"{name}: {words.thousands(without)} replicates have none.")
    return said


def labels_of_measure(measure: str) -> str:
    """Return the printed name of a measure of performance."""
    return words.MEASURES[measure]


def quote_stability(
    stability: pd.DataFrame,
    models: pd.DataFrame,
    optimism: pd.DataFrame,
    type_i_error: pd.DataFrame,
    notes: list[str],
    *,
    model: str,
    exposure: str,
    confidence_level: float,
) -> dict[str, Any]:
    """Return what captions quote, as the table prints it."""
    own = models[models["is_observed"]]
    performance = [[cell.text for cell in row.cells] for row in _performance(optimism)[2:]]
    errors = _errors(type_i_error, exposure, confidence_level)[2:]
    return {
        "model": labels.model_label(model),
        "interval": confidence_percent(confidence_level),
        "chosen": words.share_text(own["frequency"].sum()),
        "terms": [
            {
                "term": words.term_text(rows[PERCENTILE]),
                "kept": bool(rows[PERCENTILE]["is_kept"]),
                "passes": words.selection_text(rows[PERCENTILE]),
                "by_chance": words.selection_text(rows[CHANCE]),
                "percentile": words.interval_text(rows[PERCENTILE]),
                "bca": words.interval_text(rows[BCA]),
            }
            for rows in words.coefficients(stability)
        ],
        "performance": [
            dict(
                zip(
                    ["measure", "apparent", "optimism", "corrected", "error", "average"],
                    row,
                    strict=False,
                )
            )
            for row in performance
        ],
        "errors": [
            dict(zip(["rule", "rejected", "interval"], [c.text for c in row.cells], strict=False))
            for row in errors
        ],
        "notes": [*notes, *words.open_note(stability), *words.nested_note(stability)],
    }


def _coefficient(rows: dict[str, pd.Series]) -> Row:
    first = rows[PERCENTILE]
    own = MISSING if pd.isna(first["odds_ratio"]) else ratio(first["odds_ratio"])
    texts = [
        words.selection_text(first),
        words.selection_text(rows[CHANCE]),
        own,
        words.interval_text(first),
        words.interval_text(rows[BCA]),
        conditional_text(rows[CONDITIONAL]),
        words.interval_text(rows[LEFT_OUT]),
    ]
    return Row((Cell(words.term_text(first)), *(Cell(text) for text in texts)))


def _models(models: pd.DataFrame) -> list[Row]:
    """Return the models chosen most often, the cohort's own marked, and added if it is rarer."""
    shown = models[models["is_observed"] | (models.index < MODELS_SHOWN)]
    rows = [_head("Models", ["Chosen"]), _names(["%, bootstrap"])]
    for _, row in shown.iterrows():
        name = " + ".join(labels.SHORT.get(term, term) for term in row["terms"].split(" + "))
        own = " (the cohort’s model)" if row["is_observed"] else ""
        text = f"{name[0].upper()}{name[1:]}{own}"
        rows.append(_line(text, [words.share_text(row["frequency"])]))
    return rows


def _performance(optimism: pd.DataFrame) -> list[Row]:
    heads = ["Apparent", "Optimism", "Corrected", "Simulation SE", "Average", "Replicates"]
    rows = [_head("Performance", heads), _names(["", "", "", "", "over replicates", "n"])]
    for _, row in optimism.iterrows():
        median = row["measure"] in words.MEDIANS
        optimistic = row["median_optimism" if median else "optimism"]
        values = [row["apparent"], optimistic, row["apparent"] - optimistic]
        error = float("nan") if median else row["monte_carlo_error"]
        numbers = [rounded(value, 3) for value in [*values, error]]
        average = "median" if median else "mean"
        counted = words.thousands(row["counted"])
        rows.append(_line(labels_of_measure(row["measure"]), [*numbers, average, counted]))
    return rows


def _errors(type_i_error: pd.DataFrame, exposure: str, confidence_level: float) -> list[Row]:
    heads = ["Rejected", interval_name(confidence_level), "p", "Permutation p", "Replicates"]
    details = ["%", "Wilson, %", "smallest in the cohort", "", "n"]
    rows = [_head("Type I error", heads), _names(details)]
    name = labels.variable_label(exposure)
    for _, row in type_i_error.iterrows():
        text = words.RULES[row["rule"]].format(exposure=name, alpha=level_of(row["alpha"]))
        interval = f"{words.share_text(row['ci_low'])}–{words.share_text(row['ci_high'])}"
        numbers = [
            words.share_text(row["type_i_error"]),
            interval,
            p_value(row["observed_p_value"]),
            p_value(row["permutation_p_value"]),
            words.thousands(row["replicates"]),
        ]
        rows.append(_line(text, numbers))
    return rows


def _head(label: str, texts: list[str]) -> Row:
    return section(label, *_cells(texts))


def _names(texts: list[str]) -> Row:
    return Row((EMPTY, *_cells(texts)), "heading")


def _line(label: str, texts: list[str]) -> Row:
    return level(label, *_cells(texts))


def _cells(texts: list[str]) -> list[Cell]:
    return [Cell(text) for text in texts] + [EMPTY] * (WIDTH - 1 - len(texts))
