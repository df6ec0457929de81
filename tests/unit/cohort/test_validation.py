import datetime as dt

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from import_workbook import import_workbook
from schemas.cohort import VALIDATED
from schemas.dictionary import fields
from study.cohort.cohort_file import Entry, read_cohort
from study.cohort.consistency import contradictions
from study.cohort.plausibility import oddities
from study.cohort.source import Source
from study.cohort.vocabulary import vocabulary
from study.problems import Problem, ProblemsFound, in_lines
from tests.conftest import PROJECT
from tests.unit.cohort.books import TODAY, cohort, sentences, validated, write_xlsx
from validate_cohort import validate_cohort

HEADER = [
    "ID",
    "Born",
    "Diagnosed",
    "Age",
    "MC",
    "ER",
    "ER status",
    "IHC",
    "ISH",
    "Ki-67",
    "Histology",
]
CODEBOOK = """
  patient_id: {column: ID}
  birth_date: {column: Born}
  diagnosis_date: {column: Diagnosed}
  age_recorded: {column: Age}
  microcalcifications_recorded: {column: MC}
  er_percent: {column: ER}
  er_recorded: {column: ER status}
  her2_ihc: {column: IHC}
  her2_ish: {column: ISH, blank: not_done}
  ki67_percent: {column: Ki-67}
  histology_recorded: {column: Histology}
"""
SOUND = {
    "ID": "p",
    "Born": dt.date(1960, 1, 1),
    "Diagnosed": dt.date(2020, 7, 1),
    "Age": 60,
    "MC": "no",
    "ER": 90,
    "ER status": "positive",
    "IHC": "1+",
    "ISH": None,
    "Ki-67": 15,
    "Histology": "IDC",
}


def sheet(*rows: dict, path) -> None:
    """Write rows that are sound but for what each says, with an identifier of their own."""
    complete = [
        {**SOUND, "ID": f"secret{n}", "Born": dt.date(1960, 1, 1 + n), **row}
        for n, row in enumerate(rows)
    ]
    write_xlsx(path, [HEADER, *[[row[name] for name in HEADER] for row in complete]])


def problems_of(tmp_path, *rows: dict, codebook: str = CODEBOOK, severity: str = "error"):
    sheet(*rows, path=tmp_path / "x.xlsx")
    _, problems = validated(tmp_path / "x.xlsx", cohort(codebook))
    return sentences(problems, severity)


def test_a_sound_sheet_is_typed_and_has_no_problem(tmp_path):
    sheet({}, {"MC": "yes", "ISH": "positive", "IHC": "2+"}, path=tmp_path / "x.xlsx")
    frame, problems = validated(tmp_path / "x.xlsx", cohort(CODEBOOK))
    assert problems == []
    VALIDATED.validate(frame)
    assert list(frame.columns) == ["sheet", "row", *fields()]
    first = frame.iloc[0]
    assert first["birth_date"] == pd.Timestamp("1960-01-01")
    assert (first["er_percent"], first["age_recorded"]) == (90.0, 60.0)
    assert frame["her2_ish"].tolist() == ["not_done", "positive"]
    assert frame["density_recorded"].tolist() == ["unknown", "unknown"]
    assert frame["pr_percent"].isna().all()


# cell, value, what is said of it; every row of the sheet has one mistake
PLANTED = [
    ({"IHC": "2 +"}, "H2", "HER2 IHC '2 +' is not in the codebook. It looks like '2+'"),
    ({"IHC": "４+"}, "H3", "is not in the codebook. Add it under her2_ihc.values (or .missing if"),
    ({"MC": "maybe"}, "E4", "Microcalcifications 'maybe' is not in the codebook."),
    ({"ER": "many"}, "F5", "ER percentage 'many' is not a number."),
    ({"ER": 120}, "F6", "ER percentage '120' is outside 0 to 100 percent."),
    ({"Ki-67": "<5"}, "J7", "Ki-67 '<5' is a range, not a number."),
    ({"Ki-67": -1}, "J8", "Ki-67 '-1' is outside 0 to 100 percent."),
    ({"Born": "1960"}, "B9", "Date of birth is not a date."),
    ({"Diagnosed": "31/02/2020"}, "C10", "'31/02/2020' is not a day of the calendar."),
    ({"Diagnosed": "2020-02-31"}, "C11", "'2020-02-31' is not a day of the calendar."),
    ({"Diagnosed": dt.date(2031, 1, 1), "Age": 71}, "C12", "lies in the future."),
    ({"Diagnosed": dt.date(1950, 1, 1), "Age": None}, "C13", "is before the date of birth."),
    ({"Born": dt.date(1899, 1, 1), "Age": None}, "B14", "is before 1900-01-01."),
    ({"Age": 12}, "D15", "Age at diagnosis '12' is outside 15 to 110 years."),
    ({"Age": 50}, "D16", "Age at diagnosis '50' differs by more than 1.5 years from the dates."),
    ({"Born": dt.date(2010, 1, 1), "Age": None}, "B17", "makes the age at diagnosis lie outside"),
    ({"ER": 0}, "G18", "ER status 'positive' means positive, but ER stains 0% of the"),
    ({"ER status": "negative"}, "G19", "'negative' means negative, but ER stains 10% or more."),
    ({"ID": None}, "A20", "Patient identifier is missing."),
    ({"ID": "twin"}, "A21", "Patient identifier stands in several rows: 21, 22. Keep one row"),
    ({"ID": "twin"}, "A22", "Patient identifier stands in several rows: 21, 22. Keep one row"),
    ({"Ki-67": "#DIV/0!"}, "J23", "Ki-67: The cell shows the Excel error #DIV/0!."),
    ({"Ki-67": "=A1+1"}, "J24", "Ki-67: The formula was never calculated."),
    ({"Histology": "IDС"}, "K25", "'IDС' is not in the codebook. It looks like 'IDC' (IDC)."),
]


def test_all_planted_mistakes_are_told_at_once_each_with_its_cell(tmp_path):
    told = problems_of(tmp_path, *[row for row, _, _ in PLANTED])
    for _, cell, words in PLANTED:
        assert [s for s in told if s.startswith(f"Sheet1!{cell}: ") and words in s], (cell, told)
    cells = {cell for _, cell, _ in PLANTED}
    twice = {"D15", "B14", "C13"}  # out of range, and at odds with the other dates and ages too
    extra = [s for s in told if s.partition("!")[2].partition(":")[0] not in cells]
    assert extra == []
    assert len(told) == len(PLANTED) + len(twice)


def test_no_message_quotes_a_patient_identifier(tmp_path):
    sheet(
        *[row for row, _, _ in PLANTED], {"ID": "SECRET1"}, {"ID": " x "}, path=tmp_path / "x.xlsx"
    )
    _, problems = validated(tmp_path / "x.xlsx", cohort(CODEBOOK))
    assert len([p for p in problems if p.field == "patient_id"]) >= 4
    for problem in problems:
        assert "secret" not in problem.sentence().casefold()
        assert "twin" not in problem.sentence()


def test_a_column_of_fractions_is_an_error_and_a_lone_fraction_a_warning(tmp_path):
    told = problems_of(tmp_path, {"Ki-67": 0.2}, {"Ki-67": 0.15}, {"Ki-67": 1})
    assert [s for s in told if s.startswith("Sheet1!J: Ki-67 is a column of percentages")]
    assert problems_of(tmp_path, {"Ki-67": 0.2}, {"Ki-67": 15}) == []
    [warning] = problems_of(tmp_path, {"Ki-67": 0.2}, {"Ki-67": 15}, severity="warning")
    assert warning.startswith("Sheet1!J2: Ki-67 '0.2' lies between 0 and 1")
    fractions = CODEBOOK.replace("Ki-67}", "Ki-67, unit: fraction}")
    assert problems_of(tmp_path, {"Ki-67": 0.2}, {"Ki-67": 0.15}, codebook=fractions) == []


def test_a_missing_column_does_not_hide_the_other_problems(tmp_path):
    told = problems_of(tmp_path, {"IHC": "4+"}, codebook=CODEBOOK.replace("Born", "Birth"))
    assert any("column 'Birth' is not a header of the sheet." in s for s in told)
    assert any(s.startswith("Sheet1!H2") for s in told)
    assert problems_of(tmp_path, {}, codebook=CODEBOOK.replace("ID", "Case number"))[0].startswith(
        "cohort.yaml, codebook.patient_id"
    )


def test_a_wrong_header_row_is_one_problem_that_names_the_right_one(tmp_path):
    sheet({}, {}, path=tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    book.active.insert_rows(1, 2)
    book.active["A1"] = "Register"
    book.save(tmp_path / "x.xlsx")
    codebook = CODEBOOK.replace("column: Age", "column: Years")
    _, problems = validated(tmp_path / "x.xlsx", cohort(codebook))
    title_row, age = sentences(problems)
    assert title_row == (
        "cohort.yaml, workbook: None of your 11 columns is in row 1. "
        "Row 3 holds 10 of them: set header_rows: [3]."
    )
    assert age.startswith("cohort.yaml, codebook.age_recorded")
    assert "are listed in results/x/cohort/columns.csv. Correct it, or use letter." in age


def test_a_row_of_totals_is_an_error_and_a_nearly_empty_one_a_warning(tmp_path):
    nothing = dict.fromkeys(HEADER)
    rows = [{}, {**nothing, "ID": "Totale:", "Ki-67": 60}, {**nothing, "ID": "remark", "Age": 60}]
    [error] = problems_of(tmp_path, *rows)
    assert error == (
        "Sheet1!A3: Patient identifier is a word for a total: the row would be counted as a woman. "
        "Delete the row, or give the patient another identifier."
    )
    told = problems_of(tmp_path, *rows, severity="warning")
    assert [s for s in told if "nearly all columns of the codebook are empty" in s] == [
        "Sheet1!A4: Patient identifier belongs to a row in which nearly all columns of the "
        "codebook are empty. Delete the row if it is no patient: it is counted as a woman."
    ]
    sparse = {**nothing, "ID": "p", "Age": 60, "IHC": "1+"}
    assert problems_of(tmp_path, {}, sparse, severity="warning") == []


def test_a_cell_that_could_not_be_read_is_not_called_missing(tmp_path):
    read = {"IHC": None, "ISH": "positive"}
    told = problems_of(tmp_path, read, {**read, "IHC": "2 +"}, severity="warning")
    assert [s[:10] for s in told] == ["Sheet1!I2:"]
    assert "the IHC score is missing" in told[0]
    # nor is it counted as missing in one outcome more than in the other
    women = [{"Ki-67": "many"}] * 12 + [{"MC": "yes"}] * 12
    assert problems_of(tmp_path, *women, severity="warning") == []


def test_hidden_rows_are_read_and_warned_of_and_merged_cells_refused(tmp_path):
    sheet({}, {}, {}, path=tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    book.active.row_dimensions[3].hidden = True
    book.active.merge_cells("H3:H4")
    book.save(tmp_path / "x.xlsx")
    frame, problems = validated(tmp_path / "x.xlsx", cohort(CODEBOOK))
    assert len(frame) == 3
    assert any(
        s.startswith("Sheet1: Rows that are hidden are read like the others: 3.")
        for s in sentences(problems, "warning")
    )
    assert [s[:11] for s in sentences(problems)] == ["Sheet1!H4: "]


def test_generous_readings_are_listed_with_their_cells(tmp_path):
    [warning] = problems_of(tmp_path, {"IHC": "2+ "}, {}, {"IHC": " 1+"}, severity="warning")
    assert warning.startswith("Sheet1!H: HER2 IHC was read in spite of surrounding spaces in: ")
    assert "in: Sheet1!H2, Sheet1!H4. Correct the cells" in warning


def frame_of(*rows: dict) -> pd.DataFrame:
    empty = {"category": "unknown", "number": float("nan"), "date": pd.NaT, "text": None}
    base = {name: empty[field.kind] for name, field in fields().items()}
    frame = pd.DataFrame([{"sheet": "S", "row": n, **base, **row} for n, row in enumerate(rows)])
    dates = [name for name, field in fields().items() if field.kind == "date"]
    return frame.astype(dict.fromkeys(dates, "datetime64[ns]"))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"er_recorded": "positive", "er_percent": 0.0}, {("er_recorded", "error")}),
        ({"er_recorded": "positive", "er_percent": 0.5}, {("er_recorded", "warning")}),
        ({"er_recorded": "positive", "er_percent": 1.0}, set()),
        ({"er_recorded": "negative", "er_percent": 0.5}, set()),
        ({"pr_recorded": "negative", "pr_percent": 5.0}, {("pr_recorded", "warning")}),
        ({"pr_recorded": "negative", "pr_percent": 10.0}, {("pr_recorded", "error")}),
        ({"her2_recorded": "negative", "her2_ihc": "3+"}, {("her2_recorded", "warning")}),
        ({"her2_recorded": "positive", "her2_ihc": "0"}, {("her2_recorded", "warning")}),
        ({"her2_recorded": "positive", "her2_ihc": "3+"}, set()),
        (
            {"her2_recorded": "positive", "her2_ihc": "2+", "her2_ish": "negative"},
            {("her2_recorded", "warning")},
        ),
        (
            {"her2_recorded": "negative", "her2_ihc": "2+", "her2_ish": "equivocal"},
            {("her2_recorded", "warning")},
        ),
        ({"her2_recorded": "equivocal", "her2_ihc": "3+"}, {("her2_recorded", "warning")}),
        ({"her2_recorded": "equivocal", "her2_ihc": "1+"}, {("her2_recorded", "warning")}),
        ({"her2_recorded": "equivocal", "her2_ihc": "2+"}, set()),
        ({"her2_recorded": "negative", "her2_ihc": "2+"}, {("her2_recorded", "warning")}),
        (
            {"her2_recorded": "positive", "her2_ihc": "2+", "her2_ish": "not_done"},
            {("her2_recorded", "warning")},
        ),
        ({"her2_recorded": "negative"}, set()),
        (
            {"her2_recorded": "negative", "her2_ish": "positive"},
            {("her2_recorded", "warning"), ("her2_ish", "warning")},
        ),
        ({"her2_recorded": "positive", "her2_ish": "positive"}, {("her2_ish", "warning")}),
        ({"her2_ish": "negative"}, {("her2_ish", "warning")}),
        ({"her2_ish": "not_done"}, set()),
        ({"her2_ish": "negative", "her2_ihc": "3+"}, {("her2_ish", "warning")}),
        ({"her2_ish": "positive", "her2_ihc": "1+"}, {("her2_ish", "warning")}),
        ({"her2_ihc": "2+", "her2_recorded": "negative", "her2_ratio": 1.2}, set()),
        ({"her2_staining_intensity": "intense", "her2_ish": "positive"}, set()),
        # three numbers that registries keep for one tumour, and two that no rounding explains
        ({"her2_ratio": 1.25, "her2_copies": 2.65, "cep17_copies": 2.13}, set()),
        ({"her2_ratio": 1.3, "her2_copies": 2.4, "cep17_copies": 1.9}, set()),
        ({"her2_ratio": 2.3, "her2_copies": 5.1, "cep17_copies": 3.0}, {("her2_ratio", "error")}),
        ({"her2_ratio": 1.2, "her2_copies": 8.0, "cep17_copies": 2.0}, {("her2_ratio", "error")}),
        ({"her2_ratio": 1.76, "her2_copies": 4.0, "cep17_copies": 2.0}, {("her2_ratio", "error")}),
        (
            {"her2_ratio": 2.0, "her2_copies": 4.4, "cep17_copies": 2.25},
            {("her2_ratio", "warning")},
        ),
        ({"her2_ratio": 2.3, "her2_copies": 5.1}, set()),
        ({"her2_ihc": "3+", "her2_staining_percent": 0.0}, {("her2_ihc", "warning")}),
        ({"her2_ihc": "0", "her2_staining_intensity": "none"}, set()),
        (
            {"her2_ratio": 1.8, "her2_recount_ratio": 1.7, "her2_recount_cells": 19.0},
            {("her2_recount_cells", "warning")},
        ),
        ({"her2_ratio": 1.8, "her2_recount_ratio": 1.7, "her2_recount_cells": 20.0}, set()),
        ({"her2_recount_ratio": 1.7}, {("her2_recount_ratio", "warning")}),
        ({"histology_recorded": "in_situ", "invasive": "yes"}, {("histology_recorded", "error")}),
        ({"histology_recorded": "in_situ", "invasive": "no"}, set()),
        (
            {"subtype_recorded": "luminal_a", "er_recorded": "negative", "pr_percent": 0.0},
            {("subtype_recorded", "warning")},
        ),
        ({"subtype_recorded": "luminal_a", "er_recorded": "negative"}, set()),
        (
            {"subtype_recorded": "triple_negative", "er_percent": 50.0},
            {("subtype_recorded", "warning")},
        ),
        (
            {"subtype_recorded": "her2_enriched", "her2_recorded": "negative"},
            {("subtype_recorded", "warning")},
        ),
        (
            {"subtype_recorded": "luminal_a", "her2_recorded": "positive"},
            {("subtype_recorded", "warning")},
        ),
        ({"birth_date": "1960-01-01", "diagnosis_date": "2020-01-01", "age_recorded": 61.0}, set()),
        (
            {"birth_date": "1960-01-01", "diagnosis_date": "2020-01-01", "age_recorded": 61.4},
            {("age_recorded", "warning")},
        ),
        (
            {"birth_date": "1960-01-01", "diagnosis_date": "2020-01-01", "age_recorded": 61.6},
            {("age_recorded", "error")},
        ),
        ({"age_recorded": 24.9}, {("age_recorded", "warning")}),
        ({"age_recorded": 25.0}, set()),
        ({"ki67_percent": 0.0}, {("ki67_percent", "warning")}),
    ],
)
def test_contradictions_and_oddities_of_one_patient(row, told):
    frame = frame_of({"patient_id": "a"}, {"patient_id": "b", **row})
    source = Source(
        pd.DataFrame({"sheet": "S", "row": [1, 2], "A": ["a", "b"], "B": ["x", "y"]}),
        {"patient_id": "A"},
    )
    findings = contradictions(frame) + oddities(frame, source)
    assert {(f.field, f.severity) for f in findings if f.rows[1]} == told
    assert not any(f.rows[0] for f in findings)


def test_a_recorded_verdict_without_the_findings_for_it_is_warned_of_by_its_cell(tmp_path):
    header = ["ID", "IHC", "ISH", "HER2"]
    rows = [["a", "2+", None, "negative"], ["b", None, "positive", "negative"]]
    write_xlsx(tmp_path / "x.xlsx", [header, *rows])
    codebook = """
  patient_id: {column: ID}
  her2_ihc: {column: IHC}
  her2_ish: {column: ISH}
  her2_recorded: {column: HER2}
"""
    _, problems = validated(tmp_path / "x.xlsx", cohort(codebook))
    told = sentences(problems, "warning")
    assert (
        "Sheet1!D2: HER2 status 'negative' is not what the findings say: IHC 2+ without ISH leaves "
        "the status unknown. Check the cells; both are kept."
    ) in told
    assert any("D3: HER2 status 'negative' is not what the findings say: ISH" in s for s in told)


def test_the_sentence_of_the_design_is_what_a_clinician_reads():
    reading = vocabulary(fields()["her2_ihc"], Entry(defaults=False)).read("2 +", "her2_ihc")
    problem = Problem("Sheet1!H57", "her2_ihc", "2 +", reading.rule, reading.remedy)
    assert problem.sentence() == (
        "Sheet1!H57: HER2 IHC '2 +' is not in the codebook. Add it under her2_ihc.values "
        "(or .missing if it means not known), or correct the cell."
    )


def test_cells_of_which_the_same_is_said_share_a_line_that_names_up_to_twenty():
    def found(cell: str, value: str = "mucinoso") -> Problem:
        return Problem(cell, "histology_recorded", value, "is not in the codebook.", "Add it.")

    lines = in_lines([found("S!G4"), found("S!G5", "papillare"), found("S!G9"), found("T!G4")])
    assert lines == [
        "S!G4: Histological type 'mucinoso' is not in the codebook. Add it. "
        "The same in 1 more cell: G9.",
        "S!G5: Histological type 'papillare' is not in the codebook. Add it.",
        "T!G4: Histological type 'mucinoso' is not in the codebook. Add it.",
    ]
    [line] = in_lines([found(f"S!G{n}") for n in range(1, 24)])
    assert "The same in 22 more cells: G2, G3, " in line
    assert line.endswith(", G19, G20 …")


def test_mistakes_of_two_fields_keep_a_line_each():
    entries = [Problem(f"cohort.yaml, codebook.{f}", "", "", "is wrong.", "") for f in "ab"]
    assert len(in_lines(entries)) == 2


def test_no_label_is_a_canonical_name_or_an_explanation():
    for name, field in fields().items():
        assert "_" not in field.label, name
        assert len(field.label) <= 36, name


def test_a_patient_entered_twice_under_two_identifiers_is_a_warning(tmp_path):
    same = {"Born": dt.date(1955, 5, 5)}
    told = problems_of(tmp_path, {**same, "ID": "a"}, {}, {**same, "ID": "b"}, severity="warning")
    assert [s.partition(":")[0] for s in told if "equals another" in s] == [
        "Sheet1!A2",
        "Sheet1!A4",
    ]
    told = problems_of(tmp_path, {"ID": "Ab1"}, {"ID": "aB 1"}, severity="warning")
    assert len([s for s in told if "only by case, spaces or look-alike" in s]) == 2
    assert problems_of(tmp_path, {"ID": "a"}, {"ID": "a"}, severity="warning") == []  # an error


def test_missingness_that_goes_with_the_outcome_is_told_in_words(tmp_path):
    absent = [{"Ki-67": None}] * 12
    present = [{"MC": "yes"}] * 12
    [warning] = problems_of(tmp_path, *absent, *present, severity="warning")
    assert warning.startswith("Sheet1!J: Ki-67 is missing more often with one outcome")
    assert "recorded in 0 of the 12 women without it and in 12 of the 12 women with it" in warning
    alike = [{"Ki-67": None}, {}, {"MC": "yes", "Ki-67": None}, {"MC": "yes"}] * 6
    assert problems_of(tmp_path, *alike, severity="warning") == []


ENGLISH = [
    ["ID", "Born", "Diagnosed", "MC", "ER", "HER2", "Histology", "Biopsy"],
    ["p1", dt.date(1950, 12, 1), dt.date(2019, 3, 1), "yes", 12.5, "positive", "IDC", "yes"],
    ["p2", dt.date(1961, 2, 28), dt.date(2020, 4, 30), "no", 0, "negative", "ILC", "no"],
    [
        "p3",
        dt.date(1972, 7, 15),
        dt.date(2021, 11, 2),
        "not described",
        None,
        "unknown",
        "other",
        "yes",
    ],
]
ITALIAN = [
    ["Registro senologia", None, None, None, None, None, None, None],
    ["Paziente", "Date", None, "Mammografia", "Anatomia patologica", None, None, None],
    ["Codice", "nascita", "diagnosi", "Microcalcificazioni", "RE %", "HER2", "Istotipo", "Biopsia"],
    [
        "p1",
        "01/12/1950",
        "1/3/2019",
        "sì",
        "12,5",
        "positivo",
        "carcinoma duttale infiltrante",
        "Sì",
    ],
    ["p2", "28.02.1961", "30.4.2020", "no", "0", "NEG", "CLI", "no"],
    ["p3", "15/07/1972", "02/11/2021", "non descritte", "non noto", "n.d.", "altro", "si"],
]


def test_an_italian_workbook_equals_its_english_twin(tmp_path):
    book = write_xlsx(tmp_path / "it.xlsx", ITALIAN)
    for cells in ("A1:H1", "B2:C2", "E2:H2"):
        book.active.merge_cells(cells)
    book.active.row_dimensions[5].hidden = True
    book.save(tmp_path / "it.xlsx")
    write_xlsx(tmp_path / "en.xlsx", ENGLISH)
    english, told = validated(
        tmp_path / "en.xlsx",
        cohort("""
  patient_id: {column: ID}
  birth_date: {column: Born}
  diagnosis_date: {column: Diagnosed}
  microcalcifications_recorded: {column: MC}
  er_percent: {column: ER}
  her2_recorded: {column: HER2}
  histology_recorded: {column: Histology}
  biopsy: {column: Biopsy}
"""),
    )
    italian, detto = validated(
        tmp_path / "it.xlsx",
        cohort(
            """
  patient_id: {column: Codice}
  birth_date: {column: Date | nascita}
  diagnosis_date: {column: Date | diagnosi}
  microcalcifications_recorded: {column: microcalcificazioni}
  er_percent: {column: "RE %"}
  her2_recorded: {letter: F, missing: {unknown: n.d.}}
  histology_recorded: {position: 6}
  biopsy: {column: Anatomia patologica | Biopsia}
""",
            workbook="{path: it.xlsx, header_rows: [2, 3]}",
            more="language: it\ndecimal: ','\ndates: {day_first: true}",
        ),
    )
    assert (sentences(told), sentences(detto)) == ([], [])
    assert any("hidden" in s for s in sentences(detto, "warning"))
    pd.testing.assert_frame_equal(italian.drop(columns="row"), english.drop(columns="row"))
    assert italian["row"].tolist() == [4, 5, 6]


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(6)))
def test_the_order_of_the_rows_changes_nothing_else(tmp_path_factory, order):
    path = tmp_path_factory.mktemp("order") / "x.xlsx"
    rows = [{"ID": f"p{n}", "Born": dt.date(1960, 1, 1 + n), "ER": 10 + n} for n in range(6)]
    rows[2]["IHC"], rows[4]["MC"] = "3+", "yes"
    sheet(*rows, path=path)
    straight, _ = validated(path, cohort(CODEBOOK))
    sheet(*[rows[n] for n in order], path=path)
    permuted, _ = validated(path, cohort(CODEBOOK))
    expected = straight.iloc[list(order)].reset_index(drop=True).drop(columns="row")
    pd.testing.assert_frame_equal(permuted.drop(columns="row"), expected)


def run(tmp_path, cohort_file: str, workbook):
    (tmp_path / "cohort.yaml").write_text(cohort_file, encoding="utf-8")
    files = {
        "raw": tmp_path / "raw.parquet",
        "columns": tmp_path / "columns.csv",
        "import_notes": tmp_path / "notes.csv",
        "cohort_file": tmp_path / "cohort.yaml",
    }
    import_workbook(workbook=workbook, **files)
    validate_cohort(
        **files, validated=tmp_path / "validated.parquet", problems=tmp_path / "problems.csv"
    )


def test_a_failed_validation_writes_the_problems_and_nothing_else(tmp_path, capsys):
    sheet({"IHC": "4+"}, {"ISH": "positive"}, path=tmp_path / "x.xlsx")
    text = f"name: x\ntitle: X\nworkbook: {{path: x.xlsx}}\ncodebook:{CODEBOOK}"
    with pytest.raises(ProblemsFound, match=r"Sheet1!H2: HER2 IHC '4\+' is not in the codebook"):
        run(tmp_path, text, tmp_path / "x.xlsx")
    assert not (tmp_path / "validated.parquet").exists()
    listed = pd.read_csv(tmp_path / "problems.csv", keep_default_na=False)
    assert list(listed) == ["address", "field", "value", "rule", "remedy", "severity"]
    assert listed["severity"].tolist() == ["error", "warning"]
    assert listed["field"].tolist() == ["her2_ihc", "her2_ish"]
    told = capsys.readouterr().out
    assert "Warning: Sheet1!I3: HER2 ISH 'positive' means positive, but IHC is 0 or 1+." in told


def test_duke_is_imported_and_validated(tmp_path, duke_workbook, capsys):
    text = (PROJECT / "config/cohorts/duke/cohort.yaml").read_text(encoding="utf-8")
    run(tmp_path, text, duke_workbook)
    frame = pd.read_parquet(tmp_path / "validated.parquet")
    mc = frame["microcalcifications_recorded"]
    assert mc.value_counts().to_dict() == {"unknown": 651, "undescribed": 228, "yes": 43}
    known = frame[mc != "unknown"]
    assert pd.crosstab(known["her2_recorded"], mc[known.index] == "yes").to_numpy().tolist() == [
        [191, 35],
        [37, 8],
    ]
    density = known["density_recorded"]
    assert pd.crosstab(density, mc[known.index] == "yes")[True].to_dict() == {
        "A": 2,
        "B": 11,
        "C": 24,
        "D": 5,
        "unknown": 1,
    }
    assert density.value_counts().to_dict() == {"unknown": 115, "C": 73, "B": 47, "D": 24, "A": 12}
    assert known["histology_recorded"].eq("unknown").all()
    assert frame.loc[frame["row"].eq(423), "age_recorded"].item() == 8754 / 365.25
    assert known["age_recorded"].between(50, 51, inclusive="neither").sum() == 11
    told = capsys.readouterr().out
    assert "recorded in 1 of the 115 women without it and in 42 of the 156 women with it" in told
    assert "Breast_MRI" not in told


def test_the_checksum_and_the_columns_of_duke_are_as_its_codebook_says(duke_workbook):
    settings_ = read_cohort(
        (PROJECT / "config/cohorts/duke/cohort.yaml").read_text(encoding="utf-8")
    )
    frame, problems = validated(duke_workbook, settings_, TODAY)
    assert len(frame) == 922
    assert sentences(problems) == []
