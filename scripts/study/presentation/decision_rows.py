"""The options of the sensitivity analysis as rows of its table."""

import pandas as pd

from study.presentation.numbers import MISSING, p_value, ratio, ratio_with_interval
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.sensitivity_words import unmoved
from study.presentation.specification_curve import changes, dimensions_that_move
from study.presentation.table import Cell, Column, Row, section
from study.presentation.terms import counts
from study.presentation.universe_words import (
    NO_ESTIMATE,
    dimension_label,
    held_words,
    option_label,
    other_contrast,
)

EMPTY = Cell()
WIDTH = 8
FLIPS = {True: "yes", False: "no"}


def columns(interval: str) -> tuple[Column, ...]:
    """Return the columns of the table."""
    return (
        Column("Decision and option"),
        Column("OR", f"({interval})", "Alone"),
        Column("Shift", "×", "Alone"),
        Column("p", "", "Alone"),
        Column("Flips", "p < 0.05", "Alone"),
        Column("MC", "n/women", "Alone"),
        Column("OR", "median", "Universes drawn"),
        Column("Compared", "k/K", "Universes drawn"),
    )


def prose(label: str, said: str) -> Row:
    """Return a row of a sentence across all columns."""
    return Row((Cell(label), Cell(said, span=WIDTH - 1)), "prose")


def decision_rows(found: Sensitivity, exposure: str) -> list[Row]:
    """Return a block per decision that moves anything alone, and the other decisions by name."""
    moved = shown_dimensions(found)
    rows = []
    for dimension in moved:
        own = found.decisions[found.decisions["dimension"].eq(dimension)]
        rows.append(section(dimension_label(dimension), *[EMPTY] * (WIDTH - 1)))
        folded: dict[str, list[str]] = {"Changes nobody": [], "No change alone": []}
        for place, (_, row) in enumerate(own.iterrows()):
            bound = _bounds(found, row)
            if place and not bound and not changes(row, own.iloc[0]):
                nobody = row["acts_on"] == "women" and row["women_changed_alone"] == 0
                folded["Changes nobody" if nobody else "No change alone"].append(row["option"])
            else:
                rows.append(_option(found, row, bound, exposure))
        rows += [
            prose(label, "; ".join(map(option_label, options)))
            for label, options in folded.items()
            if options
        ]
    if said := unmoved(found, moved):
        rows.append(section("Other decisions", Cell("", span=WIDTH - 1)))
        rows += [prose(label, names) for label, names in said]
    return rows


def shown_dimensions(found: Sensitivity) -> list[str]:
    """Return the dimensions with rows: those that move anything, then others that have bounds."""
    bounding = list(found.bound_options.values())
    moved = dimensions_that_move(found.decisions, [option for _, option in bounding])
    return list(dict.fromkeys([*moved, *(dimension for dimension, _ in bounding)]))


def _bounds(found: Sensitivity, row: pd.Series) -> bool:
    return (row["dimension"], row["option"]) in found.bound_options.values()


def _option(found: Sensitivity, row: pd.Series, bound: bool, exposure: str) -> Row:
    mark = " (primary)" if row["is_primary"] else " (bound)" if bound else ""
    alone = found.alone(row["dimension"], row["option"])
    texts = [*_alone(row, alone, bound)]
    texts.append(MISSING if pd.isna(row["n_alone"]) else counts(alone["events"], alone["n"]))
    median = row["median_odds_ratio"]
    texts += [
        MISSING if bound or pd.isna(median) else ratio(median),
        MISSING if bound else f"{row['compared']:,}/{row['universes']:,}",
    ]
    label = Cell(f"{option_label(row['option'])}{mark}", _footnotes(found, row, exposure))
    return Row((label, *(Cell(text) for text in texts)), "level")


def _alone(row: pd.Series, alone: pd.Series, bound: bool) -> list[str]:
    """Return odds ratio, shift, p and flip; of a bound p and flip would mean nothing."""
    if pd.isna(row["odds_ratio_alone"]):
        status = row["status_alone"]
        return [f"{MISSING} {NO_ESTIMATE.get(status, status)}", MISSING, MISSING, MISSING]
    flips = row["flips_significance"]
    compared = row["same_contrast_alone"]
    return [
        ratio_with_interval(alone["odds_ratio"], alone["ci_low"], alone["ci_high"]),
        ratio(row["shift"]) if compared and not bound else MISSING,
        MISSING if bound else p_value(row["p_value_alone"]),
        MISSING if bound or not compared or pd.isna(flips) else FLIPS[bool(flips)],
    ]


def _footnotes(found: Sensitivity, row: pd.Series, exposure: str) -> tuple[str, ...]:
    notes = []
    if pd.notna(row["held_alone"]) and row["held_alone"]:
        notes.append(f"Not alone: held with it is {held_words(row['held_alone'])}.")
    if not row["same_contrast_alone"]:
        whom = other_contrast(exposure, str(found.primary["level"]), found.terms)
        notes.append(
            f"Compares {whom}: no shift, no flip, and in no median or range; in "
            "the joint tests of any contrast."
        )
    return tuple(notes)
