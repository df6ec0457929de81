"""The table of alternative definitions: who moves from where to where, and the odds ratio."""

from collections.abc import Collection
from typing import Any

import pandas as pd

from study.presentation.cohorts import comparison
from study.presentation.definitions import (
    assumed_sentence,
    class_label,
    coverage,
    definition_title,
    kappa_text,
    primary_sentence,
)
from study.presentation.general_notes import (
    abbreviations,
    interval_name,
    significance_level,
    two_sided,
)
from study.presentation.labels import STATUS_WORDS
from study.presentation.numbers import p_value, ratio_with_interval
from study.presentation.table import Cell, Column, Row, Table, level, section
from study.presentation.terms import counts
from study.statistics.design import OVERALL
from study.statistics.reclassification import PRIMARY

NO_ALTERNATIVE = "No other definition is configured (analysis.reclassification)."
NO_SINGLE = "no single odds ratio"
RECEPTORS = {"ER": "oestrogen receptor", "PR": "progesterone receptor"}
EMPTY = Cell()


def render_reclassification(
    crossed: pd.DataFrame,
    models: pd.DataFrame,
    *,
    exposure: str,
    reference: str,
    confidence_level: float,
) -> Table:
    """Return a block per definition; of its cross-table the cells off the diagonal only."""
    thresholds = (significance_level(confidence_level),)
    rows: list[Row] = []
    for _, model in models.iterrows():
        rows += _block(model, crossed[crossed["definition"].eq(model["definition"])], thresholds)
    return Table(
        None,
        f"Other definitions: who changes class, and {comparison(exposure, reference)}",
        (
            Column("Definition", "class under primary → under this"),
            Column("Women who move", "n/N"),
            Column("κ", "Cohen"),
            Column("MC", "n/N"),
            Column("Odds ratio", f"({interval_name(confidence_level)})"),
            Column("p value", "Wald"),
        ),
        tuple(rows),
        (
            *primary_sentence(models),
            *reading_notes(models, exposure),
            f"Univariable logistic regression, Wald intervals. {two_sided(confidence_level)}",
            *([] if len(models) > 1 else [NO_ALTERNATIVE]),
            abbreviations("MC", "HER2", CI="confidence interval", **RECEPTORS),
        ),
    )


def reading_notes(models: pd.DataFrame, exposure: str) -> tuple[str, ...]:
    """Return how the numbers of table and figure are to be read."""
    notes = [
        "Women who move: their HER2 status (where its rules change, else their subtype) differs, "
        "of the N analysed under the primary definition or under this one. κ: Cohen’s, "
        "unweighted, among those of them decided under both.",
        "MC n/N: women with microcalcifications of those analysed under this definition, to whom "
        "the model is fitted. The definitions share women: no test compares their odds ratios.",
    ]
    if exposure == "her2_status" and models["fact"].eq("subtype").any():
        notes.append(
            "What changes the subtype alone leaves HER2 status as it is: its odds ratio then "
            "changes only where women enter or leave the analysis."
        )
    return tuple(notes)


def moved_text(model: pd.Series) -> str:
    """Return who moves of whom; nobody can under the primary definition."""
    return "" if model["definition"] == PRIMARY else counts(model["moved"], model["women"])


def odds_ratio_text(model: pd.Series) -> str:
    """Return the odds ratio with its interval, or in words why there is none."""
    if model["status"] != "ok":
        return STATUS_WORDS[model["status"]]
    if model["level"] == OVERALL:
        return NO_SINGLE
    return ratio_with_interval(model["odds_ratio"], model["ci_low"], model["ci_high"])


def quote_reclassification(
    models: pd.DataFrame,
    *,
    exposure: str,
    reference: str,
    assumed: Collection[str],
    confidence_level: float,
) -> dict[str, Any]:
    """Return what captions quote: one entry per definition, as the table prints it."""
    thresholds = (significance_level(confidence_level),)
    return {
        "interval": interval_name(confidence_level),
        "comparison": comparison(exposure, reference),
        "definitions": [
            {
                "title": definition_title(model),
                "moved": moved_text(model),
                "kappa": kappa_text(model),
                "coverage": coverage(model),
                "n": int(model["n"]),
                "events": int(model["events"]),
                "odds_ratio": odds_ratio_text(model),
                "p": p_value(model["p_value"], thresholds),
            }
            for _, model in models.iterrows()
        ],
        "notes": [*primary_sentence(models), *assumed_sentence(models, assumed, "result")],
    }


def _block(model: pd.Series, crossed: pd.DataFrame, thresholds: tuple[float, ...]) -> list[Row]:
    primary = model["definition"] == PRIMARY
    rows = [
        section(
            definition_title(model),
            Cell(moved_text(model)),
            Cell("" if primary else kappa_text(model)),
            Cell(counts(model["events"], model["n"])),
            Cell(odds_ratio_text(model)),
            Cell(p_value(model["p_value"], thresholds)),
        )
    ]
    if said := coverage(model):
        rows.append(_line(f"{said[0].upper()}{said[1:]}", ""))
    elif not primary and not model["moved"]:
        rows.append(_line("Changes nobody", ""))
    moves = crossed[crossed["primary_level"].ne(crossed["alternative_level"])]
    fact = model["fact"]
    for move in moves.itertuples():
        was, becomes = (
            class_label(fact, move.primary_level),
            class_label(fact, move.alternative_level),
        )
        rows.append(_line(f"{was} → {becomes}", str(move.n)))
    gone = {"No longer analysed": model["left"], "Newly analysed": model["entered"]}
    return rows + [_line(said, str(women)) for said, women in gone.items() if women]


def _line(label: str, women: str) -> Row:
    return level(label, Cell(women), *[EMPTY] * 4)
