import random
from pathlib import Path

import pytest

import draft_codebook as command
from schemas.column_names import column_names
from schemas.dictionary import fields
from study.cohort.cohort_file import Workbook, read_cohort
from study.cohort.columns import resolve_columns
from study.cohort.drafting.draft import propose_codebook
from study.cohort.drafting.writing import write_draft
from study.cohort.validation import validate
from study.cohort.workbook import read_workbook
from tests.conftest import PROJECT
from tests.unit.cohort.books import TODAY, write_xlsx
from tests.workflow.stranger import english_twin, italian_csv, italian_rows, italian_workbook


def drafted(path: Path, **layout):
    """The draft of a workbook, and the codebook that its text amounts to."""
    raw, columns, _ = read_workbook(path, Workbook(str(path), **layout))
    draft = propose_codebook(raw, columns)
    text = write_draft(draft, "x", Workbook("x.xlsx", **layout), "0" * 64)
    return draft, text


def column(tmp_path, title: str, cells: list, *more: tuple[str, list]):
    """The draft of a sheet of a patient identifier and one column, or more."""
    titles = ["Patient ID", title, *(name for name, _ in more)]
    rows = zip(range(1, len(cells) + 1), cells, *(texts for _, texts in more), strict=True)
    write_xlsx(tmp_path / "x.xlsx", [titles, *([f"p{n}", *rest] for n, *rest in rows)])
    return drafted(tmp_path / "x.xlsx")[0]


def entry(draft, field: str):
    return next((e for e in draft.entries if e.field == field), None)


def comparison(path: Path, truth_text: str, sheet: str | None, rows: tuple[int, ...]):
    """Fields mapped right, fields marked, and fields wrong without a mark, of the true ones."""
    draft, text = drafted(path, sheet=sheet, header_rows=rows)
    truth, proposal = read_cohort(truth_text), read_cohort(text)
    book = read_workbook(path, Workbook(str(path), sheet, rows))
    right = resolve_columns(book[1], truth.codebook)[0]
    proposed = {e.field: e.letter for e in draft.entries}
    assert resolve_columns(book[1], proposal.codebook) == (proposed, [])
    marked = {e.field for e in draft.entries if e.doubts}
    true_values, _ = validate(*book, truth, TODAY)
    values, _ = validate(*book, proposal, TODAY)
    wrong = {
        name
        for name in proposed.keys() - marked
        if proposed[name] != right.get(name) or not values[name].equals(true_values[name])
    }
    same = {name for name in right if proposed.get(name) == right[name]}
    print(
        f"{path.name}: {len(same)} of {len(right)} columns right, "
        f"{len(marked)} of {len(proposed)} marked, {len(wrong)} wrong without a mark"
    )
    return len(same), len(right), len(marked), len(proposed), wrong


TESTS = PROJECT / "tests/workflow"


def test_the_italian_workbook_is_mapped_whole_with_five_marks(tmp_path):
    italian_workbook(tmp_path / "it.xlsx")
    truth = (TESTS / "stranger_it.yaml").read_text("utf-8")
    found = comparison(tmp_path / "it.xlsx", truth, "Casistica", (2, 3))
    assert found == (17, 17, 5, 17, set())


def test_the_english_twin_is_mapped_whole_with_one_mark(tmp_path):
    english_twin(tmp_path / "en.xlsx")
    truth = (TESTS / "stranger_en.yaml").read_text("utf-8")
    assert comparison(tmp_path / "en.xlsx", truth, None, (1,)) == (17, 17, 1, 17, set())


def test_the_default_workbook_is_mapped_whole_and_nothing_wrong_is_unmarked(tmp_path):
    from reconstruct_workbook import reconstruct_workbook

    folder = PROJECT / "config/cohorts/milan"
    path = tmp_path / "milan.xlsx"
    reconstruct_workbook(published=folder / "published.yaml", workbook=path)
    truth = (folder / "cohort.yaml").read_text("utf-8")
    found = comparison(path, truth, "Patients", (1,))
    assert found == (17, 17, 9, 17, set())


def test_the_duke_workbook_is_mapped_whole_and_every_code_is_marked(duke_workbook):
    truth = (PROJECT / "config/cohorts/duke/cohort.yaml").read_text("utf-8")
    found = comparison(duke_workbook, truth, "Data", (1, 2, 3))
    assert found == (10, 10, 9, 10, set())


def test_layout_and_language_are_found_where_they_are_not_given(tmp_path):
    italian_workbook(tmp_path / "it.xlsx")
    layout, said = command.find_layout(tmp_path / "it.xlsx", None, None)
    assert (layout.sheet, layout.header_rows) == ("Casistica", (2, 3))
    assert said == ["Titles taken from sheet row 2 and 3 (--header-rows to choose)."]
    assert drafted(tmp_path / "it.xlsx", header_rows=(2, 3))[0].language == "it"


def test_the_header_of_three_rows_with_explanations_is_found(duke_workbook):
    layout, said = command.find_layout(duke_workbook, None, None)
    assert (layout.sheet, layout.header_rows) == ("Data", (1, 2, 3))
    assert said[0] == "Sheet 'Data' of 3 taken, for its titles (--sheet to choose)."


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_order_of_the_columns_only_changes_the_letters(tmp_path, seed):
    titles, *women = italian_rows()[2:]
    order = random.Random(seed).sample(range(len(titles)), len(titles))
    write_xlsx(tmp_path / "a.xlsx", [titles, *women])
    write_xlsx(tmp_path / "b.xlsx", [[row[n] for n in order] for row in [titles, *women]])
    one, other = drafted(tmp_path / "a.xlsx")[0], drafted(tmp_path / "b.xlsx")[0]
    assert len(one.entries) == 17
    assert [(e.field, e.keys, e.doubts) for e in one.entries] == [
        (e.field, e.keys, e.doubts) for e in other.entries
    ]


def test_codes_are_never_decided(tmp_path):
    draft = column(tmp_path, "ER", [0, 1] * 10, ("BI-RADS", [4, 5] * 10))
    er = entry(draft, "er_recorded")
    assert er.keys == {"column": "ER", "defaults": False}
    assert er.doubts == ("What do these mean: '0' (10), '1' (10)?",)
    assert entry(draft, "birads").doubts == ()  # 4 and 5 are the categories themselves


def test_codes_that_the_title_explains_are_proposed_and_marked(tmp_path):
    er = entry(column(tmp_path, "ER {0 = neg, 1 = pos}", [0, 1] * 10), "er_recorded")
    assert er.keys["values"] == {"negative": ["0"], "positive": ["1"]}
    assert er.doubts == ("Values are taken from the title, which says 0 = neg, 1 = pos.",)


def test_her2_in_digits_may_be_score_or_status_and_is_left_out(tmp_path):
    draft = column(tmp_path, "HER2", [0, 1, 2] * 5)
    assert [c.field for c in draft.undecided] == ["her2_ihc", "her2_recorded"]
    assert [e.field for e in draft.entries] == ["patient_id"]


@pytest.mark.parametrize(
    ("title", "cells", "field", "keys", "doubt"),
    [
        ("HER2", ["0", "1+", "2+", "3+"], "her2_ihc", {}, None),
        ("HER2", ["positive", "negative"], "her2_recorded", {}, None),
        ("ER", ["positive", "negative"], "er_recorded", {}, None),
        ("ER", [0, 90, 75], "er_percent", {}, None),
        ("ER (%)", ["0,5", "90,5"], "er_percent", {}, None),  # decimal stands above
        ("ER", [0.2, 0.9, 1], "er_percent", {"unit": "fraction"}, "read as fractions"),
        ("ER", [0, 5, 8], "er_percent", {}, "are these scores instead of percentages?"),
        ("Ki-67", [20, 30, 120, 40], "ki67_percent", {}, "Numbers outside the legal range: 6."),
        ("Alter", [52, 61], "age_recorded", {}, None),
        ("Âge (mois)", [624, 700], "age_recorded", {"unit": "months"}, "read as months"),
        ("Edad", [19000, 22000], "age_recorded", {"unit": "days"}, "read as days"),
        ("Geburtsdatum", ["1960-02-01", "1955-03-04"], "birth_date", {}, None),
        ("Date de naissance", ["01/02/1960", "03/04/1955"], "birth_date", {}, "day or month"),
        ("Date of birth", ["43525", "20000"], "birth_date", {}, "Excel's numbers"),
        ("Densité mammaire", ["A", "B"], "density_recorded", {}, None),
        ("Breast density", [10.5, 60], "density_percent", {}, None),
        ("Bilatéral", ["oui", "non"], "bilateral", {}, None),
        ("Mikrokalk", ["ja", "nein"], "microcalcifications_recorded", {}, None),
        ("Calcifications", ["yes", "no"], "microcalcifications_recorded", {}, "may also mean"),
        ("BI-RADS", [1, 2, 4], "birads", {}, "are these density classes?"),
    ],
)
def test_title_and_values_decide_together(tmp_path, title, cells, field, keys, doubt):
    draft = column(tmp_path, title, cells * 6)
    found = entry(draft, field)
    assert {k: v for k, v in found.keys.items() if k not in ("column", "letter")} == keys
    assert any(doubt in said for said in found.doubts) if doubt else found.doubts == ()


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Age", ["young", "old"]),
        ("Date of diagnosis", [0, 1]),
        ("Microcalcifications", [f"report {n}" for n in range(30)]),
        ("Histology of the core", ["IDC", "ILC"]),  # one word of four says too little
    ],
)
def test_a_title_that_the_values_contradict_is_not_taken(tmp_path, title, cells):
    draft = column(tmp_path, title, cells * 2)
    assert [e.letter for e in draft.entries] == ["A"]


def test_two_columns_of_one_title_are_left_out_with_both_named(tmp_path):
    draft = column(tmp_path, "Ki-67", [20, 30], ("MIB-1", [25, 35]))
    assert entry(draft, "ki67_percent") is None
    assert [c.column.letter for c in draft.undecided] == ["B", "C"]


def test_an_undecided_field_stands_in_the_text_with_its_candidates(tmp_path):
    write_xlsx(tmp_path / "x.xlsx", [["ID", "Ki-67", "MIB-1"], ["a", 20, 25], ["b", 30, 35]])
    _, text = drafted(tmp_path / "x.xlsx")
    assert "# CHECK: ki67_percent may stand in" in text
    assert "#   letter B  Ki-67: 2 texts standing once" in text


def test_no_identifier_stands_in_a_draft(tmp_path):
    names = ["Rossi", "Bianchi", "Verdi", "Neri"] * 2
    draft = column(tmp_path, "Paziente", [f"{n} {i}" for i, n in enumerate(names)])
    text = write_draft(draft, "x", Workbook("x.xlsx"), "0" * 64)
    assert "Rossi" not in text
    assert "Bianchi" not in text


def test_a_text_that_stands_once_is_counted_and_not_shown(tmp_path):
    draft = column(tmp_path, "Microcalcifications", ["yes", "no", "yes", "no", "Rossi Maria"])
    assert entry(draft, "microcalcifications_recorded").doubts == (
        "Not understood: 1 text standing once. Validation names the cells.",
    )


def test_the_text_of_a_draft_is_a_codebook_even_uncommented(tmp_path):
    italian_workbook(tmp_path / "it.xlsx")
    _, text = drafted(tmp_path / "it.xlsx", sheet="Casistica", header_rows=(2, 3))
    filled = text.replace("    # values:", "    values:").replace("    # missing:", "    missing:")
    assert filled != text
    assert read_cohort(filled).codebook.keys() == read_cohort(text).codebook.keys()
    assert max(len(line) for line in text.splitlines()) <= 100


def test_a_draft_of_a_csv_equals_that_of_the_workbook(tmp_path):
    italian_workbook(tmp_path / "it.xlsx")
    italian_csv(tmp_path / "it.csv")
    one = drafted(tmp_path / "it.xlsx", header_rows=(2, 3))[1]
    other = drafted(tmp_path / "it.csv", header_rows=(2, 3))[1]
    assert read_cohort(one).codebook == read_cohort(other).codebook


def test_names_of_columns_belong_to_fields_and_stand_once():
    names = column_names()
    assert {n.field for n in names} - {""} == set(fields())
    assert {n.language for n in names} == {"", "en", "it", "es", "fr", "de"}
    keys = [(n.field, n.language, n.name.casefold()) for n in names]
    assert len(keys) == len(set(keys))


def run(*arguments: object) -> int:
    return command.main([str(argument) for argument in arguments])


def test_the_command_writes_a_draft_and_says_what_validation_would_say(tmp_path, capsys):
    italian_workbook(tmp_path / "it.xlsx", mistakes=True)
    output = tmp_path / "mine" / "cohort.yaml"
    assert run(tmp_path / "it.xlsx", "--output", output) == 0
    assert read_cohort(output.read_text("utf-8")).name == "mine"
    said = capsys.readouterr().err
    assert "Language: it. Of 33 fields, 17 have a column" in said
    assert "histology_recorded, 13 cells: is not in the codebook." in said
    assert "Next: look at every CHECK" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.xlsx"], "none.xlsx is not there"),
        (["it.xlsx", "--sheet", "Foglio2"], "has no sheet 'Foglio2'. Its sheets are: Casistica."),
        (["it.xlsx", "--header-rows", "900"], "the sheet ends at row 81"),
        (["it.xlsx", "--output", "there.yaml"], "there.yaml exists."),
        (["plain.csv"], "none of the first rows has a title that is known"),
        (["broken.xlsx"], "cannot be read as a workbook"),
    ],
)
def test_what_cannot_be_drafted_is_said_in_one_sentence(
    tmp_path, monkeypatch, capsys, arguments, message
):
    monkeypatch.chdir(tmp_path)
    italian_workbook(tmp_path / "it.xlsx")
    (tmp_path / "there.yaml").write_text("kept")
    (tmp_path / "plain.csv").write_text("a,b\n1,2\n")
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    assert run(*arguments) == 1
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert (tmp_path / "there.yaml").read_text() == "kept"


def test_force_replaces_and_without_output_the_draft_is_printed(tmp_path, capsys):
    english_twin(tmp_path / "en.xlsx")
    (tmp_path / "there.yaml").write_text("old")
    assert run(tmp_path / "en.xlsx", "--output", tmp_path / "there.yaml", "--force") == 0
    assert (tmp_path / "there.yaml").read_text() != "old"
    capsys.readouterr()
    assert run(tmp_path / "en.xlsx", "--name", "twin") == 0
    assert read_cohort(capsys.readouterr().out).name == "twin"
