"""Recorded against derived, fact by fact: cross-table, percentage of agreement and kappa."""

import pandas as pd

from schemas.dictionary import MISSING
from study.presentation import labels
from study.presentation.fact_words import capital, label_of, level_of
from study.presentation.general_notes import abbreviations
from study.presentation.numbers import percent, rounded
from study.presentation.table import Cell, Column, Row, Table, level, section

FILE = "cohort/discordant_patients.csv"
SUBTYPE = (
    "The subtype is derived from the receptors and the HER2 status as they are used; where these "
    "are recorded, not found, it compares two columns of the workbook."
)
LESS_SPECIFIC = (
    "Less specific: one source says what the other says, and leaves more open (luminal with Ki-67 "
    "not known beside luminal A or luminal B, HER2-negative). It counts neither as agreement nor "
    "as disagreement."
)


def render_agreement(
    agreement: pd.DataFrame, summary: pd.DataFrame, disagreements: pd.DataFrame
) -> Table:
    """Return the cross-tables of the facts that both sources speak of, one below another.

    Of the other facts a sentence says why there is nothing to compare.
    """
    cells = {fact: rows for fact, rows in agreement.groupby("fact", sort=False)}
    shown = {fact for fact, rows in cells.items() if _both_speak(rows)}
    width = max((len(_levels(fact, cells[fact])) + 1 for fact in shown), default=1)
    rows: list[Row] = []
    for _, of_fact in summary.iterrows():
        fact = of_fact["fact"]
        rows.append(section(label_of(fact), Cell(compared(of_fact), span=width)))
        rows += _cross_table(fact, cells[fact], width) if fact in shown else []
    return Table(
        None,
        "Recorded against derived",
        (Column("Recorded in the workbook"), Column("Derived from the findings", span=width)),
        tuple(rows),
        _notes(summary, disagreements, rows),
    )


def compared(of_fact: pd.Series) -> str:
    """Return the agreement of one fact in a sentence, or why there is nothing to compare."""
    if of_fact["n_both"]:
        kappa = of_fact["kappa"]
        said = "not defined, one level only" if pd.isna(kappa) else rounded(kappa)
        return (
            f"Compared in {women(of_fact['n_both'])}: {of_fact['n_agree']} agree "
            f"({percent(of_fact['percent'])}%), kappa {said}{_others(of_fact)}."
        )
    recorded, derived = of_fact["n_recorded_only"], of_fact["n_derived_only"]
    n = of_fact["n"]
    if of_fact["n_less_specific"]:
        why = f"one source is less specific in all {women(of_fact['n_less_specific'])}"
    elif recorded and derived:
        why = f"recorded in {women(recorded)}, derived in {derived} others"
    elif recorded:
        why = f"the findings decide it in no woman (recorded in {recorded} of {n})"
    elif derived:
        why = f"it is recorded in no woman (the findings decide it in {derived} of {n})"
    else:
        why = "it is neither recorded nor decided by findings in any woman"
    return f"Nothing to compare: {why}."


def quote_agreement(summary: pd.DataFrame) -> list[str]:
    """Return `compared` for every fact, opened by its name."""
    return [f"{label_of(row['fact'])}: {_within(compared(row))}" for _, row in summary.iterrows()]


def women(n: int) -> str:
    """Return ``1 woman``, ``2 women``."""
    return f"{n} {'woman' if n == 1 else 'women'}"


def _within(text: str) -> str:
    return text[0].lower() + text[1:]


def _others(of_fact: pd.Series) -> str:
    """Whom the comparison leaves out."""
    parts = {
        "one source less specific in": of_fact["n_less_specific"],
        "only recorded in": of_fact["n_recorded_only"],
        "only derived in": of_fact["n_derived_only"],
        "neither in": of_fact["n_neither"],
    }
    told = [f"{words} {n}" for words, n in parts.items() if n]
    return f"; {', '.join(told)}" if told else ""


def _both_speak(cells: pd.DataFrame) -> bool:
    return all(not cells[source].isin(MISSING).all() for source in ("recorded", "derived"))


def _cross_table(fact: str, cells: pd.DataFrame, width: int) -> list[Row]:
    levels = _levels(fact, cells)
    counts = cells.pivot_table(
        index="recorded", columns="derived", values="n", aggfunc="sum", fill_value=0
    ).reindex(index=levels, columns=levels, fill_value=0)
    rest = width - len(levels) - 1
    filling = (Cell(span=rest),) if rest else ()
    heads = [Cell(capital(level_of(fact, name))) for name in levels]
    rows = [Row((Cell(), *heads, Cell("All"), *filling), "heading")]
    for name, row in [*counts.iterrows(), ("All", counts.sum())]:
        label = name if name == "All" else capital(level_of(fact, str(name)))
        numbers = [*row, row.sum()]
        rows.append(level(label, *(Cell(str(n)) for n in numbers), *filling))
    return rows


def _levels(fact: str, cells: pd.DataFrame) -> list[str]:
    """Return the levels that either source names, in the order of print, what is missing last."""
    found = labels.ordered_levels(fact, sorted({*cells["recorded"], *cells["derived"]}))
    return sorted(found, key=lambda name: name in MISSING)


def _notes(summary: pd.DataFrame, disagreements: pd.DataFrame, rows: list[Row]) -> tuple[str, ...]:
    notes = [
        f"All {summary['n'].max()} women read are counted, before any exclusion. Compared: women "
        "in whom both sources decide. Kappa: Cohen’s, unweighted, among them.",
        *([SUBTYPE] if summary.set_index("fact")["n_both"].get("subtype") else []),
        *([LESS_SPECIFIC] if summary["n_less_specific"].any() else []),
        _listed(disagreements),
    ]
    text = " ".join(cell.text for row in rows for cell in row.cells)
    used = [name for name in ("HER2", "IHC", "ISH", "ER", "PR") if name in text.split()]
    return (*notes, *([abbreviations(*used)] if used else []))


def _listed(disagreements: pd.DataFrame) -> str:
    """How many women each fact is discordant in, age included."""
    if disagreements.empty:
        return "No woman is discordant."
    counts = disagreements["fact"].value_counts(sort=False)
    told = "; ".join(f"{label_of(str(fact)).split(',')[0]} {n}" for fact, n in counts.items())
    return (
        f"Discordant women, each listed with the reason in {FILE}: {told}. Among them are those "
        "whose recorded verdict stands against findings that leave it open."
    )
