"""A stranger's workbook in Italian, and the same women in clean English columns.

All women are invented: they come from a random generator, and describe nobody.

`italian_workbook` writes what a hospital might send: a merged title above two header rows, merged
group titles, decimal commas and dates as text, sì/no, extra columns, hidden rows.
`english_twin` writes the same women with English words, numbers and dates as such, so that both
must give the same validated cohort and the same estimates. `stranger_it.yaml` and
`stranger_en.yaml`, beside this file, are their codebooks.

`italian_workbook(path, mistakes=True)` spoils twenty cells, the list `PLANTED`. Each entry is a
`Mistake(cell, value, what)`: `cell` is the address in the sheet ("N9"; a problem names it as
`Casistica!N9`), `value` is what is written there in place of the right text, and `what` is a
part of the sentence that must be said of it. Every one is an error, none hides another, and
C15 is an error in two respects.
`TWIN` is a twenty-first cell, which is right, but is named because A12 repeats it.
"""

import csv
import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

SHEET = "Casistica"
TITLE = "Casistica senologica, donne inventate"
HIDDEN_ROWS = (10, 31, 32)
# group title, column title
HEADER = [
    ("Paziente", "Codice"),
    ("Paziente", "Data di nascita"),
    ("Paziente", "Data diagnosi"),
    ("Paziente", "Ambulatorio"),
    ("Mammografia", "Microcalcificazioni"),
    ("Mammografia", "Densità (ACR)"),
    ("Mammografia", "BI-RADS"),
    ("Mammografia", "Diametro (mm)"),
    ("Istologia", "Istotipo"),
    ("Istologia", "Invasivo"),
    ("Istologia", "Grado"),
    ("Recettori", "ER (%)"),
    ("Recettori", "PgR (%)"),
    ("Recettori", "HER2 IHC"),
    ("Recettori", "FISH"),
    ("Recettori", "Ki-67 (%)"),
    ("Clinica", "Bilaterale"),
    ("Clinica", "Recidiva locale"),
    ("Clinica", "Biopsia"),
    ("Clinica", "Percorso completo"),
    ("", "Note"),
]
FIRST_ROW = 4
YES_NO = {"yes": "sì", "no": "no"}
WORDS = {
    "microcalcifications": {**YES_NO, "undescribed": "non descritte"},
    "histology": {
        "IDC": "carcinoma duttale infiltrante",
        "IDC+DCIS": "CDI + CDIS",
        "ILC": "carcinoma lobulare infiltrante",
        "other": "tubulare",
        "in_situ": "CDIS",
    },
    "ish": {"positive": "amplificato", "negative": "non amplificato", "": None},
}


@dataclass(frozen=True)
class Woman:
    """What is known of an invented woman; None is not known, a percentage has one decimal."""

    code: str
    birth: dt.date
    diagnosis: dt.date
    microcalcifications: str
    density: str
    birads: int
    histology: str
    er: float | None
    pr: float | None
    ihc: str
    ish: str
    ki67: float | None
    bilateral: str = "no"


@dataclass(frozen=True)
class Mistake:
    """A cell, what is planted in it, and what must be said of it."""

    cell: str
    value: Any
    what: str


PLANTED = [
    Mistake("A8", None, "is missing"),
    Mistake("A12", "INV-010", "stands in several rows"),
    Mistake("B9", "31/02/1961", "is not a day of the calendar"),
    Mistake("B14", "1958", "is not a date"),
    Mistake("C15", "03/04/1931", "is before the date of birth"),
    Mistake("C16", "12/06/2061", "lies in the future"),
    Mistake("E17", "forse", "is not in the codebook"),
    Mistake("E18", "sí", "is not in the codebook"),  # the accent of another language
    Mistake("F19", "E", "is not in the codebook"),
    Mistake("G20", "R7", "is not in the codebook"),
    Mistake("I21", "СDI", "It looks like 'CDI'"),  # the first letter is Cyrillic
    Mistake("L22", "120", "is outside 0 to 100 percent"),
    Mistake("L23", "10-20", "is a range, not a number"),
    Mistake("M24", "molti", "is not a number"),
    Mistake("N25", "2 +", "It looks like '2+'"),
    Mistake("N26", "３+", "It looks like '3+'"),
    Mistake("O27", "amplif", "is not in the codebook"),
    Mistake("P28", "=1/0", "The formula was never calculated"),
    Mistake("P29", "#DIV/0!", "The cell shows the Excel error #DIV/0!"),
    Mistake("P30", dt.date(2020, 12, 10), "is a date, not a number"),
]
TWIN = "A13"


def women() -> list[Woman]:
    """Return seventy-eight invented women, the same ones at every call."""
    chance = random.Random(257)
    return [_woman(number, chance) for number in range(1, 79)]


def _woman(number: int, chance: random.Random) -> Woman:
    older, dense = chance.random() < 0.55, chance.random() < 0.5
    her2, luminal = chance.random() < 0.4, chance.random() < 0.6
    ductal = chance.random() < 0.65
    ihc = chance.choice(["3+", "2+"] if her2 else ["0", "1+", "2+"])
    age_days = chance.randint(52 * 365, 82 * 365) if older else chance.randint(32 * 365, 50 * 365)
    diagnosis = dt.date(2019, 1, 1) + dt.timedelta(days=chance.randint(0, 1700))
    described = "yes" if chance.random() < 0.3 + 0.3 * her2 + 0.1 * dense else "no"
    return Woman(
        code=f"INV-{number:03}",
        birth=diagnosis - dt.timedelta(days=age_days),
        diagnosis=diagnosis,
        microcalcifications="undescribed" if number % 19 == 0 else described,
        density=chance.choice("CD" if dense else "AB"),
        birads=chance.choice([4, 5]),
        histology=_histology(number, ductal, chance),
        er=_not_known(number, 23, round(chance.uniform(10, 99), 1) if luminal else 0.0),
        pr=_not_known(number, 23, round(chance.uniform(1, 90), 1) if luminal else 0.0),
        ihc=ihc,
        ish=("positive" if her2 else "negative") if ihc == "2+" else "",
        ki67=_not_known(number, 17, round(chance.uniform(5, 60), 1)),
        bilateral="yes" if number % 26 == 0 else "no",
    )


def _histology(number: int, ductal: bool, chance: random.Random) -> str:
    if number % 37 == 0:
        return "in_situ"
    return "IDC" if ductal else chance.choice(["IDC+DCIS", "ILC", "other"])


def _not_known(number: int, every: int, value: float) -> float | None:
    return None if number % every == 0 else value


def italian_rows() -> list[list[str | None]]:
    """Return the sheet as text: title, two header rows, then the women."""
    groups, titles = [list(row) for row in zip(*HEADER, strict=True)]
    shown = [name if name not in groups[:n] else "" for n, name in enumerate(groups)]
    rows = [_italian(number, woman) for number, woman in enumerate(women(), start=1)]
    return [[TITLE] + [None] * (len(HEADER) - 1), [name or None for name in shown], titles, *rows]


def _italian(number: int, woman: Woman) -> list[str | None]:
    invasive = woman.histology != "in_situ"
    return [
        woman.code,
        f"{woman.birth:%d/%m/%Y}",
        f"{woman.diagnosis:%d/%m/%Y}",
        f"Sala {number % 3 + 1}",
        WORDS["microcalcifications"][woman.microcalcifications],
        woman.density,
        f"R{woman.birads}",
        str(6 + number % 30),
        WORDS["histology"][woman.histology],
        "sì" if invasive else "no",
        f"G{number % 3 + 1}",
        _comma(woman.er),
        _comma(woman.pr),
        woman.ihc,
        WORDS["ish"][woman.ish],
        _comma(woman.ki67),
        YES_NO[woman.bilateral],
        "no",
        "sì",
        "sì",
        "donna inventata" if number == 1 else None,
    ]


def _comma(value: float | None) -> str:
    return "n.d." if value is None else f"{value:.1f}".replace(".", ",")


def italian_workbook(path: Path, mistakes: bool = False) -> None:
    """Write the Italian workbook, right or with the planted mistakes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    for row in italian_rows():
        sheet.append(row)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADER))
    groups = [group for group, _ in HEADER]
    for name in dict.fromkeys(filter(None, groups)):
        first, last = groups.index(name) + 1, len(groups) - groups[::-1].index(name)
        sheet.merge_cells(start_row=2, end_row=2, start_column=first, end_column=last)
    for number in HIDDEN_ROWS:
        sheet.row_dimensions[number].hidden = True
    for mistake in PLANTED if mistakes else []:
        sheet[mistake.cell].value = mistake.value
    book.save(path)


def italian_csv(path: Path) -> None:
    """Write the right Italian sheet as Excel in Italy saves it: semicolons, UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(italian_rows())


def english_twin(path: Path) -> None:
    """Write the same women in English, with numbers and dates as such."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Patients"
    sheet.append(list(_english(women()[0])))
    for woman in women():
        sheet.append(list(_english(woman).values()))
    book.save(path)


def _english(woman: Woman) -> dict[str, Any]:
    return {
        "Patient ID": woman.code,
        "Date of birth": woman.birth,
        "Date of diagnosis": woman.diagnosis,
        "Microcalcifications": woman.microcalcifications.replace("undescribed", "not described"),
        "Breast density": woman.density,
        "BI-RADS": woman.birads,
        "Histological type": woman.histology.replace("in_situ", "in situ"),
        "Invasive": "no" if woman.histology == "in_situ" else "yes",
        "ER (%)": woman.er,
        "PR (%)": woman.pr,
        "HER2 IHC": woman.ihc,
        "HER2 ISH": woman.ish or None,
        "Ki-67 (%)": woman.ki67,
        "Bilateral": woman.bilateral,
        "Local recurrence": "no",
        "Biopsy": "yes",
        "Diagnostic path complete": "yes",
    }
