import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import yaml

from schemas.dictionary import MISSING, fields
from schemas.document import document_problems, read_document
from schemas.words import words
from study.cohort.cohort_file import DateStyle, Entry, Workbook, read_cohort
from study.cohort.columns import resolve_columns
from study.cohort.values import read_date, read_number
from study.cohort.vocabulary import look, vocabulary
from study.problems import StudyError
from tests.conftest import PROJECT
from tests.unit.cohort.books import cohort

COLUMNS = pd.DataFrame(
    [
        ("A", 0, "Patient information | Patient ID"),
        ("B", 1, "Mammography | Shape"),
        ("C", 2, "Ultrasound | Shape"),
        ("D", 3, "Receptors | ER | {0 = neg,\n1 = pos}"),
        ("E", 4, "Receptors | ER (other side)"),
        ("F", 5, "HER2 "),
    ],
    columns=["letter", "position", "header"],
)


def read(name: str, text: str, **entry):
    return vocabulary(fields()[name], Entry(**entry)).read(text, name)


@pytest.mark.parametrize(
    ("entry", "letter"),
    [
        ({"column": "Patient ID"}, "A"),
        ({"column": "patient  id "}, "A"),
        ({"column": "Ultrasound | Shape"}, "C"),
        ({"column": "ER"}, "D"),
        ({"column": "Receptors | ER | {0 = neg, 1 = pos}"}, "D"),
        ({"column": "her2"}, "F"),
        ({"letter": "e"}, "E"),
        ({"position": 0}, "A"),
    ],
)
def test_a_column_is_found_by_header_letter_or_position(entry, letter):
    assert resolve_columns(COLUMNS, {"er_recorded": Entry(**entry)}) == (
        {"er_recorded": letter},
        [],
    )


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"column": "Shape"}, "fits 2 columns of the sheet: B (Mammography | Shape); C ("),
        ({"column": "HER-2"}, "is not a header of the sheet. The nearest are: 'HER2'"),
        ({"letter": "G"}, "is beyond the sheet, whose last column is F"),
        ({"position": 6}, "is beyond the sheet"),
    ],
)
def test_a_column_that_is_missing_or_ambiguous_is_a_problem(entry, message):
    letters, [problem] = resolve_columns(COLUMNS, {"her2_recorded": Entry(**entry)})
    assert letters == {}
    assert message in problem.sentence()
    assert problem.address == "cohort.yaml, codebook.her2_recorded"


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("en", "Yes", "no"),
        ("it", "sì", "NO"),
        ("es", "Sí", "no"),
        ("fr", "oui", "non"),
        ("de", "Ja", "nein"),
    ],
)
def test_yes_and_no_are_known_in_five_languages(language, yes, no):
    assert read("biopsy", yes, language=language).value == "yes"
    assert read("biopsy", no, language=language).value == "no"


def test_a_word_of_another_language_is_not_known():
    assert read("biopsy", "oui", language="it").value is None


@pytest.mark.parametrize(
    ("name", "language", "text", "level"),
    [
        ("her2_ihc", "en", "3+", "3+"),
        ("her2_ihc", "en", "+++", "3+"),
        ("her2_ihc", "en", "Score 3", "3+"),
        ("her2_ihc", "en", "0", "0"),
        ("er_recorded", "it", "negativo", "negative"),
        ("her2_ish", "fr", "non amplifié", "negative"),
        ("histology_recorded", "it", "carcinoma duttale infiltrante", "IDC"),
        ("birads", "en", "4B", "4"),
        ("her2_ish", "it", "non eseguito", "not_done"),
        ("density_recorded", "en", "c", "C"),
    ],
)
def test_default_words_of_a_field(name, language, text, level):
    assert read(name, text, language=language).value == level


def test_without_defaults_only_the_codebook_counts():
    entry = {"values": {"positive": ("1",)}, "defaults": False}
    assert read("er_recorded", "1", **entry).value == "positive"
    assert read("er_recorded", "pos", **entry).rule == "is not in the codebook."


def test_the_codebook_wins_over_a_default_word():
    assert read("her2_ihc", "3", values={"2+": ("3",)}).value == "2+"


def test_surrounding_spaces_and_case_are_accepted_with_a_remark():
    values = {"yes": ("Presenti",)}
    assert read("biopsy", "Presenti\xa0", values=values).remark == "surrounding spaces"
    assert read("biopsy", "PRESENTI", values=values).remark == "upper and lower case"
    assert read("biopsy", "Presenti", values=values).remark == ""


def test_case_is_not_guessed_where_it_decides():
    values = {"yes": ("N",), "no": ("n",)}
    assert read("biopsy", "N", values=values).value == "yes"
    assert read("biopsy", "n", values=values).value == "no"
    assert read("invasive", "N", values={"yes": ("N.",)}).value == "no"
    assert read("invasive", "POS", values={"yes": ("Pos",), "no": ("pos",)}).value is None


@pytest.mark.parametrize("text", ["2 +", "２+", "2＋", "2\u200b+", "2 \xa0+"])
def test_a_look_alike_is_refused_with_the_value_it_looks_like(text):
    reading = read("her2_ihc", text)
    assert reading.value is None
    assert reading.rule == "is not in the codebook."
    assert "It looks like" in reading.remedy
    assert "'2+' (2+)" in reading.remedy
    assert reading.remedy.endswith(
        "Add it under her2_ihc.values (or .missing if it means not known), or correct the cell."
    )


def test_cyrillic_letters_look_like_latin_ones():
    assert look("IDС") == look("idc")  # the last letter of the first is Cyrillic
    assert "'IDC' (IDC)" in read("histology_recorded", "IDС", values={"IDC": ("IDC",)}).remedy


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("0", "yes"),
        ("[0]", "yes"),
        ("4, 7", "yes"),
        ("6 with 4 distr", "yes"),
        ("NA", "undescribed"),
    ],
)
def test_a_pattern_is_tried_after_the_spellings(text, level):
    entry = {
        "values": {"undescribed": ("NA",)},
        "patterns": {"yes": r"\[?[0-7]\]?(, ?[0-7]| with [0-7] distr)?"},
        "defaults": False,
    }
    assert read("microcalcifications_recorded", text, **entry).value == level
    assert read("microcalcifications_recorded", "8", **entry).value is None
    assert read("microcalcifications_recorded", "0 or 1", **entry).value is None


@pytest.mark.parametrize(
    ("name", "text", "entry", "number"),
    [
        ("er_percent", "12.5", {}, 12.5),
        ("er_percent", "12,5", {"decimal": ","}, 12.5),
        ("er_percent", "12.5", {"decimal": ","}, 12.5),  # a number in Excel
        ("er_percent", "20%", {}, 20.0),
        ("er_percent", "20 %", {"unit": "fraction"}, 20.0),
        ("er_percent", "0.28", {"unit": "fraction"}, 28.0),
        ("er_percent", "<1", {"numbers": {"<1": 0.5}}, 0.5),
        ("age_recorded", "54", {}, 54.0),
        ("age_recorded", "654", {"unit": "months"}, 54.5),
        ("age_recorded", "365250", {"unit": "days"}, 1000.0),
        ("age_recorded", "-17377", {"unit": "days_until_diagnosis_negative"}, 17377 / 365.25),
    ],
)
def test_a_number_comes_in_its_canonical_unit(name, text, entry, number):
    assert read_number(text, fields()[name], Entry(**entry)).value == number


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<1", "is a range, not a number. Say which number it stands for under er_percent.numbers"),
        (">90%", "is a range"),
        ("10-19%", "is a range"),
        ("10 – 19", "is a range"),
        ("12,5", "is not a number. If the comma is a decimal comma, write decimal: ','"),
        ("２0", "is not a number. It looks like 20."),
        ("about ten", "is not a number. Correct the cell"),
        ("1.234,5", "is not a number"),
        ("2019-10-12", "is a date, not a number. Excel makes dates of texts such as 10-12"),
        ("nan", "is not a number"),
    ],
)
def test_a_text_that_is_no_number_is_refused_with_its_remedy(text, message):
    reading = read_number(text, fields()["er_percent"], Entry())
    assert reading.value is None
    assert message in f"{reading.rule} {reading.remedy}"


@pytest.mark.parametrize(
    ("text", "style", "day"),
    [
        ("2019-03-01", {}, dt.date(2019, 3, 1)),
        ("2019-03-01T10:30:00", {}, dt.date(2019, 3, 1)),
        ("01/03/2019", {"day_first": True}, dt.date(2019, 3, 1)),
        ("1.3.2019 ", {"day_first": True}, dt.date(2019, 3, 1)),
        ("01/03/2019", {"day_first": False}, dt.date(2019, 1, 3)),
        ("01.03.19", {"format": ("%d.%m.%y",)}, dt.date(2019, 3, 1)),
        ("05/03/61", {"format": ("%d/%m/%Y", "%d/%m/%y")}, dt.date(2061, 3, 5)),
        ("05/03/1961", {"format": ("%d/%m/%Y", "%d/%m/%y")}, dt.date(1961, 3, 5)),
        ("43525", {"format": ("%d/%m/%Y",), "excel_serial": True}, dt.date(2019, 3, 1)),
        ("43525", {"excel_serial": True}, dt.date(2019, 3, 1)),
    ],
)
def test_dates_are_read_as_the_codebook_says(text, style, day):
    assert read_date(text, fields()["diagnosis_date"], DateStyle(**style)).value == day


@pytest.mark.parametrize(
    ("text", "style", "message"),
    [
        ("01/03/2019", {}, "may be day/month/year or month/day/year"),
        ("31/02/2019", {"day_first": True}, "is not a day of the calendar"),
        ("2019-13-01", {}, "is not a day of the calendar"),
        ("43525", {}, "If it is Excel's number for 2019-03-01"),
        ("March", {}, "is not a date"),
        ("March", {"format": ("%d.%m.%y", "%Y")}, "is not written as %d.%m.%y or %Y. Correct"),
        ("31.02.19", {"format": ("%d.%m.%y",)}, "is not a day of the calendar. Correct the cell"),
        # a format decides alone: a day that it does not fit is not read in the other order
        ("25/03/2019", {"format": ("%m/%d/%Y",), "day_first": True}, "is not written as %m/%d"),
        ("31/02/1960", {}, "is not a day of the calendar. Correct the cell."),
        ("25/03/1960", {}, "can only be day/month/year, but the codebook does not say so. Write "),
        ("03/25/1960", {}, "Write dates: {day_first: false}"),
        ("03/25/1960", {"day_first": True}, "is not a day of the calendar as day/month/year."),
        (
            "05/03/21",
            {"day_first": True},
            "has a year of two digits. Write the year in full, or write "
            'dates: {format: ["%d/%m/%Y", "%d/%m/%y"]}',
        ),
        ("05/03/21", {"day_first": False}, '["%m/%d/%Y", "%m/%d/%y"]'),
        ("05.25.21", {}, '["%m.%d.%Y", "%m.%d.%y"]'),
    ],
)
def test_a_text_that_is_no_date_is_refused_with_its_remedy(text, style, message):
    reading = read_date(text, fields()["diagnosis_date"], DateStyle(**style))
    assert reading.value is None
    assert message in f"{reading.rule} {reading.remedy}"


def test_yes_and_no_need_no_quotes_in_the_codebook():
    settings = cohort(
        "  patient_id: {letter: A}\n  biopsy: {letter: B, values: {yes: [sì, 1, true], no: no}}\n",
        more="language: it\ndecimal: ','\ndates: {day_first: true}",
    )
    entry = settings.codebook["biopsy"]
    assert entry.values == {"yes": ("sì", "1", "TRUE"), "no": ("no",)}
    assert (entry.language, entry.decimal, entry.dates.day_first) == ("it", ",", True)
    assert settings.workbook == Workbook("x.xlsx")


def test_a_field_may_differ_from_the_cohort_in_language_decimal_and_dates():
    settings = cohort(
        "  patient_id: {letter: A}\n  ki67_percent: {letter: B, decimal: '.'}\n"
        "  birth_date: {letter: C, dates: {format: '%Y'}}\n",
        more="decimal: ','\ndates: {day_first: true}",
    )
    assert settings.codebook["ki67_percent"].decimal == "."
    assert settings.codebook["birth_date"].dates == DateStyle(day_first=True, format=("%Y",))


@pytest.mark.parametrize(
    ("codebook", "message"),
    [
        ("  biopsy: {letter: A}", "codebook.patient_id: is missing"),
        ("  her2_icc: {letter: A}", "Did you mean 'her2_ihc'?"),
        ("  biopsy: {letter: A, column: B}", "needs exactly one of: column, letter, position"),
        ("  biopsy: {}", "needs exactly one of"),
        ("  biopsy: {letter: A, values: {maybe: x}}", "values: 'maybe' is none of yes, no"),
        (
            "  biopsy: {letter: A, values: {unknown: n.d.}}",
            "values: unknown is not a level; write missing: {unknown: n.d.}.",
        ),
        ("  biopsy: {letter: A, values: {not_done: [a, b]}}", "missing: {not_done: [a, b]}."),
        ("  biopsy: {letter: A, missing: {yes: x}}", "missing: 'yes' is none of unknown"),
        ("  biopsy: {letter: A, values: {yes: x, no: [y, x]}}", "'x' stands under no and yes"),
        ("  biopsy: {letter: A, values: {yes: x}, missing: {unknown: x}}", "'x' stands under"),
        ("  biopsy: {letter: A, blank: maybe}", "blank: 'maybe' is none of its levels"),
        ("  biopsy: {letter: A, patterns: {yes: '['}}", "is not a regular expression"),
        ("  er_percent: {letter: A, unit: years}", "unit 'years' is none of percent, fraction"),
    ],
)
def test_a_codebook_that_cannot_be_used_is_refused_in_words(codebook, message):
    with pytest.raises(StudyError) as error:
        cohort(codebook)
    assert message in str(error.value)


def test_two_fields_may_share_a_column():
    settings = cohort("  patient_id: {letter: A}\n  biopsy: {letter: B}\n  invasive: {letter: B}\n")
    letters, problems = resolve_columns(COLUMNS, settings.codebook)
    assert (letters["biopsy"], letters["invasive"], problems) == ("B", "B", [])


def schema() -> dict:
    return yaml.safe_load((PROJECT / "schemas/cohort.schema.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["duke", "milan"])
def test_the_cohort_files_of_the_project_satisfy_their_schema(name):
    text = Path(PROJECT / f"config/cohorts/{name}/cohort.yaml").read_text(encoding="utf-8")
    assert document_problems(read_document(text), schema(), name) == []
    assert read_cohort(text).name == name


def test_the_schema_knows_every_field_of_the_dictionary_and_its_kind():
    properties = schema()["$defs"]["codebook"]["properties"]
    kinds = {name: entry["$ref"].rpartition("/")[2] for name, entry in properties.items()}
    assert kinds == {name: field.kind for name, field in fields().items()}


def test_every_field_but_the_identifier_can_be_named_as_assumed():
    assert schema()["$defs"]["field"]["enum"] == [name for name in fields() if name != "patient_id"]


def test_an_unknown_key_is_refused_with_the_nearest_known_one():
    text = (
        "{name: x, title: X, workbook: {path: x.csv, shet: A}, codebook: {patient_id: {letter: A}}}"
    )
    [problem] = document_problems(read_document(text), schema(), "cohort.yaml")
    assert "workbook.shet" in problem
    assert "'sheet'" in problem


def objects(node: object) -> list[dict]:
    if isinstance(node, dict):
        inner = [found for value in node.values() for found in objects(value)]
        return [node, *inner] if "properties" in node else inner
    return [found for value in node for found in objects(value)] if isinstance(node, list) else []


def test_every_key_of_the_schema_is_closed_and_described():
    found = objects(schema())
    assert len(found) >= 9
    for node in found:
        assert node["additionalProperties"] is False
        assert all("description" in entry for entry in node["properties"].values())


@pytest.mark.parametrize("language", ["en", "it", "es", "fr", "de"])
@pytest.mark.parametrize("name", fields())
def test_a_default_word_stands_for_one_level_only(name, language):
    levels: dict[str, set[str]] = {}
    for word in words():
        known = (*fields()[name].levels, *MISSING)
        if (
            word.level in known
            and word.field in ("", name)
            and word.language in ("", "en", language)
        ):
            levels.setdefault(word.spelling.casefold(), set()).add(word.level)
    assert {text: found for text, found in levels.items() if len(found) > 1} == {}


def test_every_default_word_belongs_to_a_field_and_level_that_exist():
    known = {
        (name, level) for name, field in fields().items() for level in (*field.levels, *MISSING)
    }
    known |= {("", level) for _, level in known} | {("patient_id", "total")}
    assert {(word.field, word.level) for word in words()} <= known
    assert not [word for word in words() if word.spelling.isdigit() and word.field == ""]
