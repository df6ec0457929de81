"""The reconstructed women as a hospital would keep them, and the sheet that says what they are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

Row = list[object]

COLUMNS = {
    "Patient no.": "patient_id",
    "Date of birth": "birth_date",
    "Date of diagnosis": "diagnosis_date",
    "Side": "side",
    "BI-RADS": "birads",
    "Breast density": "density",
    "Microcalcifications": "microcalcifications",
    "Biopsy": "biopsy",
    "Histological type": "histology",
    "Invasive component": "invasive",
    "ER (%)": "er_percent",
    "PR (%)": "pr_percent",
    "HER2 IHC": "her2_ihc",
    "HER2 ISH": "her2_ish",
    "Ki-67 (%)": "ki67_percent",
    "Local recurrence": "local_recurrence",
    "Diagnostic path complete": "diagnostic_path_complete",
}
HISTOLOGY = {
    "IDC": "Infiltrating ductal carcinoma",
    "IDC+DCIS": "Infiltrating ductal carcinoma with DCIS",
    "ILC": "Infiltrating lobular carcinoma",
    "ILC+LCIS": "Infiltrating lobular carcinoma with LCIS",
    "other": "Other invasive carcinoma",
}
NOT_AVAILABLE = "n.a."
"""What the paper says is not known; a blank cell is what it does not print."""

WARNING = (
    "SYNTHETIC. This is not patient data. No row describes a woman who lived.",
    "The rows were built so that they satisfy every count that the study below printed. What it "
    "did not print is assumed, and listed here cell by cell.",
    "No conclusion about cut-offs of ER, PR, Ki-67 or HER2 IHC may be drawn from it, and what a "
    "multivariable model finds in it follows from the assumptions.",
    f"A blank cell is not printed by the study; '{NOT_AVAILABLE}' is, by the study, not known. "
    "ISH is blank where the IHC score did not call for it.",
)
GROUPS: Row = ["HER2+ MC", "HER2+ no MC", "HER2− MC", "HER2− no MC"]
RECEPTORS = ["er_percent", "pr_percent", "ki67_percent"]


def patients_sheet(women: pd.DataFrame) -> list[Row]:
    """Return header and one row per woman; an empty cell is None."""
    sheet = women.assign(
        density="ACR " + women["density"],
        birads=women["birads"].astype(int),
        histology=women["histology"].map(HISTOLOGY),
    )
    receptors_unknown = sheet["excluded_by"] == "receptors_unknown"
    sheet = sheet.astype(dict.fromkeys(RECEPTORS, object))
    sheet.loc[receptors_unknown, ["er_percent", "pr_percent", "her2_ihc"]] = NOT_AVAILABLE
    sheet.loc[sheet["excluded_by"].notna(), "ki67_percent"] = NOT_AVAILABLE
    rows = sheet[list(COLUMNS.values())].itertuples(index=False)
    return [list(COLUMNS), *([_cell(value) for value in row] for row in rows)]


def about_sheet(published: Mapping[str, Any]) -> list[Row]:
    """Return the sheet that marks the workbook as synthetic and lists everything assumed."""
    study, assumed = published["study"], published["assumed"]
    return [
        *([text] for text in WARNING),
        [],
        ["Study", f"{study['citation']} doi {study['doi']}"],
        ["Method", assumed["method"]],
        *_block(["Assumed", "Level", *GROUPS], _table_rows(assumed["tables"])),
        *_block(
            ["Assumed", "Subtype", "ER (%)", "PR (%)", "Ki-67 (%)"],
            _profile_rows(assumed["receptor_profiles"]),
        ),
        *_block(["Assumed", "Rank by age", "Age in years"], _age_rows(assumed["ages"])),
        *_block(["Assumed", "From", "To"], _date_rows(assumed["diagnosis_dates"])),
        *_block(["Assumed", "Of all women"], _same_rows(assumed["same_for_all"])),
        *_block(["Assumed", "Of whom", "What"], _excluded_rows(assumed["excluded_women"])),
        *_block(
            ["Inferred", "Women"],
            ([c["id"], c["value"], c["reason"]] for c in published["inferred"]),
        ),
    ]


def _block(header: Row, rows: Iterable[Row]) -> list[Row]:
    """Return an empty row, a header and the rows, whose last cell is the reason."""
    return [[], [*header, "Why"], *rows]


def _table_rows(tables: Mapping[str, Any]) -> Iterator[Row]:
    for fact, table in tables.items():
        for level, row in table["counts"].items():
            yield [fact, level, *row.values(), table["reason"]]


def _profile_rows(receptors: Mapping[str, Any]) -> Iterator[Row]:
    for subtype, profiles in receptors["profiles"].items():
        for profile in profiles:
            yield ["receptor_profiles", subtype, *profile.values(), receptors["reason"]]


def _age_rows(ages: Mapping[str, Any]) -> Iterator[Row]:
    for point in ages["years_at_rank"]:
        yield ["ages", point["rank"], point["years"], ages["reason"]]


def _date_rows(dates: Mapping[str, Any]) -> Iterator[Row]:
    yield ["diagnosis_dates", dates["start"], dates["end"], dates["reason"]]


def _same_rows(facts: Mapping[str, Any]) -> Iterator[Row]:
    for fact, same in facts.items():
        yield [fact, same["value"], same["reason"]]


def _excluded_rows(excluded: Mapping[str, Any]) -> Iterator[Row]:
    alike, without_ki67 = excluded["like_analysed"], excluded["subtype_unknown"]
    facts, findings = ", ".join(alike["facts"]), ", ".join(without_ki67["her2_findings"])
    profiles = without_ki67["receptor_profiles"]
    yield ["excluded_women", "all", "nothing but what follows", excluded["reason"]]
    yield ["excluded_women", "all", f"{facts}: like the analysed", alike["reason"]]
    for chosen in (f"her2_findings: {findings}", f"receptor_profiles: {profiles}"):
        yield ["excluded_women", "subtype_unknown", chosen, without_ki67["reason"]]


def _cell(value: Any) -> object:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return int(value) if isinstance(value, float) and value.is_integer() else value
