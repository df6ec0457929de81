import datetime as dt
import hashlib

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from import_workbook import import_workbook
from schemas.cohort import RAW
from study.problems import StudyError
from tests.unit.cohort.books import imported, write_ods, write_xls, write_xlsx

HEADER = ["Patient", "ER %", "Note"]


def texts(raw: pd.DataFrame) -> list[list]:
    cells = raw.drop(columns=["sheet", "row", "hidden"])
    return cells.astype(object).where(cells.notna(), None).to_numpy().tolist()


def kinds(notes: pd.DataFrame) -> list[tuple]:
    return list(zip(notes["kind"], notes["letter"], notes["row"], strict=True))


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("NA", "General", "NA"),
        ("None", "General", "None"),
        ("NC", "General", "NC"),
        (" 2 + ", "General", " 2 + "),
        ("007", "@", "007"),
        (0.1 + 0.2, "General", "0.3"),
        (12.0, "General", "12"),
        (123456789012345, "General", "123456789012345"),
        (0.2, "0%", "20%"),
        (0.285, "0.0%", "28.5%"),
        (20, '0" %"', "20"),
        (True, "General", "TRUE"),
        (dt.datetime(2019, 3, 1), "dd/mm/yyyy", "2019-03-01"),
        (dt.datetime(2019, 3, 1, 10, 30), "dd/mm/yyyy hh:mm", "2019-03-01T10:30:00"),
        (None, "General", None),
    ],
)
def test_a_cell_comes_in_as_it_stands(tmp_path, value, number_format, text):
    book = openpyxl.Workbook()
    book.active.append(["id", "value"])
    book.active.append(["a", value])
    book.active["B2"].number_format = number_format
    book.save(tmp_path / "x.xlsx")
    raw, _, _ = imported(tmp_path / "x.xlsx")
    assert texts(raw) == [["a", text] if text else ["a", None]] or texts(raw) == [["a"]]
    assert value is None or raw["B"].iloc[0] == text


def test_rows_keep_their_excel_numbers_and_empty_rows_are_left_out(tmp_path):
    write_xlsx(
        tmp_path / "x.xlsx", [["A title"], [], HEADER, ["p1", 10, None], [], ["p2", 20, "x"]]
    )
    raw, columns, _ = imported(tmp_path / "x.xlsx", header_rows=(3,))
    assert raw["row"].tolist() == [4, 6]
    assert raw["sheet"].unique().tolist() == ["Sheet1"]
    assert columns["header"].tolist() == HEADER
    assert columns["letter"].tolist() == ["A", "B", "C"]
    RAW.validate(raw)


def test_header_rows_are_joined_and_merged_titles_spread(tmp_path):
    book = write_xlsx(
        tmp_path / "x.xlsx",
        [["ID", "Receptors", None, "Side"], [None, "ER", "PR", None], ["p", 1, 2, "L"]],
    )
    book.active.merge_cells("B1:C1")
    book.active.merge_cells("A1:A2")
    book.save(tmp_path / "x.xlsx")
    _, columns, _ = imported(tmp_path / "x.xlsx", header_rows=(1, 2))
    assert columns["header"].tolist() == ["ID", "Receptors | ER", "Receptors | PR", "Side"]


def test_what_a_reader_cannot_see_is_noted_and_read(tmp_path):
    book = write_xlsx(
        tmp_path / "x.xlsx", [HEADER, ["p1", "=1+1", "#N/A"], ["p2", 20, "a"], ["p3", 30, None]]
    )
    sheet = book.active
    sheet["C2"].data_type = "e"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("C3:C4")
    book.save(tmp_path / "x.xlsx")
    raw, _, notes = imported(tmp_path / "x.xlsx")
    assert set(kinds(notes)) == {
        ("formula_without_value", "B", 2),
        ("excel_error", "C", 2),
        ("hidden_row", "", 3),
        ("hidden_column", "B", 0),
        ("merged_cell", "C", 4),
    }
    assert raw["hidden"].tolist() == [False, True, False]
    assert texts(raw) == [["p1", None, "#N/A"], ["p2", "20", "a"], ["p3", "30", None]]


@pytest.mark.parametrize("sheet", ["Data", 1])
def test_a_sheet_is_chosen_by_name_or_by_position_from_zero(tmp_path, sheet):
    book = openpyxl.Workbook()
    book.create_sheet("Data").append(["id"])
    book["Data"].append(["p1"])
    book.save(tmp_path / "x.xlsx")
    assert imported(tmp_path / "x.xlsx", sheet=sheet)[0]["sheet"].tolist() == ["Data"]


def test_a_sheet_may_be_called_by_a_year(tmp_path):
    write_xlsx(tmp_path / "x.xlsx", [["id"], ["p1"]], "2019")
    assert imported(tmp_path / "x.xlsx", sheet=2019)[0]["sheet"].tolist() == ["2019"]


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_old_excel_and_libreoffice_give_the_same_text_as_excel(tmp_path, ending):
    rows = [HEADER, ["p1", 12.5, "NA"], ["p2", 20, "sì"], ["p3", None, "None"]]
    path = tmp_path / f"x.{ending}"
    if ending == "xls":
        write_xls(path, "Dati", rows)
    else:
        write_ods(path, {"Other": [["x"]], "Dati": rows})
    write_xlsx(tmp_path / "x.xlsx", rows, "Dati")
    raw, columns, notes = imported(path, sheet="Dati")
    expected, expected_columns, _ = imported(tmp_path / "x.xlsx")
    pd.testing.assert_frame_equal(raw, expected)
    pd.testing.assert_frame_equal(columns, expected_columns)
    assert kinds(notes) == [("file", "", 0)]
    assert "Hidden rows" in notes["text"].item()


def test_libreoffice_dates_and_booleans_are_iso_and_capitals(tmp_path):
    write_ods(tmp_path / "x.ods", {"S": [["id", "d", "b"], ["p", dt.date(2019, 3, 1), True]]})
    assert texts(imported(tmp_path / "x.ods")[0]) == [["p", "2019-03-01", "TRUE"]]


@pytest.mark.parametrize(
    ("name", "content", "row"),
    [
        ("a.csv", "id,er,note\np1,10,NA\n", ["p1", "10", "NA"]),
        ("b.csv", "id;er;note\np1;12,5;sì, ma\n", ["p1", "12,5", "sì, ma"]),
        ("c.csv", "id\ter\tnote\np1\t1,5\tx\n", ["p1", "1,5", "x"]),
        ("d.tsv", "id\ter\tnote\np1\t10\tNone\n", ["p1", "10", "None"]),
        ("e.csv", '\ufeffid,er,note\np1,"1,5"," x "\n', ["p1", "1,5", " x "]),
    ],
)
def test_a_text_table_finds_its_delimiter(tmp_path, name, content, row):
    (tmp_path / name).write_text(content, encoding="utf-8")
    raw, columns, notes = imported(tmp_path / name)
    assert texts(raw) == [row]
    assert columns["header"].tolist() == ["id", "er", "note"]
    assert (raw["sheet"].item(), raw["row"].item()) == (name[0], 2)
    assert notes.empty


def test_a_western_european_csv_is_read_with_a_note(tmp_path):
    (tmp_path / "x.csv").write_bytes("id;mc\np1;sì\n".encode("cp1252"))
    raw, _, notes = imported(tmp_path / "x.csv")
    assert texts(raw) == [["p1", "sì"]]
    assert "cp1252" in notes["text"].item()


def test_an_unquoted_decimal_comma_is_noted(tmp_path):
    (tmp_path / "x.csv").write_text("id,er,mc\np1,10,no\np2,1,5,no\np3,5,no\n")
    assert kinds(imported(tmp_path / "x.csv")[2]) == [("ragged_row", "D", 3)]


def test_parquet_values_become_text(tmp_path):
    pd.DataFrame(
        {
            "id": ["p1", "NA"],
            "er": [0.1 + 0.2, None],
            "mc": [True, False],
            "born": [dt.date(1950, 1, 2), None],
        }
    ).to_parquet(tmp_path / "x.parquet")
    raw, columns, _ = imported(tmp_path / "x.parquet")
    assert texts(raw) == [["p1", "0.3", "TRUE", "1950-01-02"], ["NA", None, "FALSE", None]]
    assert columns["header"].tolist() == ["id", "er", "mc", "born"]


def test_spss_labels_replace_codes_and_missing_codes_keep_their_label(tmp_path):
    frame = pd.DataFrame(
        {
            "id": ["p1", "p2", "p3", "p4"],
            "mc": [1.0, 0.0, 8.0, None],
            "ki67": [20.5, 99.0, 5.0, None],
        }
    )
    pyreadstat.write_sav(
        frame,
        tmp_path / "x.sav",
        column_labels={"mc": "Microcalcificazioni"},
        variable_value_labels={"mc": {0: "no", 1: "sì", 8: "non eseguito"}},
        missing_ranges={"mc": [8], "ki67": [{"lo": 90, "hi": 99}]},
    )
    raw, columns, _ = imported(tmp_path / "x.sav")
    assert texts(raw) == [
        ["p1", "sì", "20.5"],
        ["p2", "no", None],
        ["p3", "non eseguito", "5"],
        ["p4", None, None],
    ]
    assert columns["header"].tolist() == ["id", "mc | Microcalcificazioni", "ki67"]
    assert raw["row"].tolist() == [2, 3, 4, 5]


def test_a_missing_workbook_says_where_to_get_it_and_where_to_put_it(tmp_path):
    with pytest.raises(StudyError, match=r"Get it: the archive.* Put it at .*x\.xlsx"):
        imported(tmp_path / "x.xlsx", source="the archive.")


def test_another_checksum_names_both_sums(tmp_path):
    write_xlsx(tmp_path / "x.xlsx", [HEADER, ["p", 1, "x"]])
    found = hashlib.sha256((tmp_path / "x.xlsx").read_bytes()).hexdigest()
    with pytest.raises(StudyError, match=rf"{found}.*{'a' * 64}"):
        imported(tmp_path / "x.xlsx", sha256="a" * 64)
    assert len(imported(tmp_path / "x.xlsx", sha256=found.upper())[0]) == 1


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ({"sheet": "Dati"}, "no sheet 'Dati'. Its sheets are: Sheet1"),
        ({"sheet": 4}, "no sheet '4'"),
        ({"header_rows": (9,)}, "expected in row 9, but the sheet ends at row 2"),
        ({"header_rows": (2,)}, "no rows of data below row 2"),
    ],
)
def test_a_wrong_layout_is_said_with_its_remedy(tmp_path, layout, message):
    write_xlsx(tmp_path / "x.xlsx", [HEADER, ["p", 1, "x"]])
    with pytest.raises(StudyError, match=message):
        imported(tmp_path / "x.xlsx", **layout)


@pytest.mark.parametrize("rows", [[], [HEADER]])
def test_an_empty_sheet_is_refused(tmp_path, rows):
    write_xlsx(tmp_path / "x.xlsx", rows)
    with pytest.raises(StudyError, match=r"no rows of data|the sheet ends"):
        imported(tmp_path / "x.xlsx")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", b"<html>not a workbook</html>", "cannot be read as a workbook"),
        ("b.xls", b"nothing", "cannot be read as a workbook"),
        ("c.ods", b"PK\x03\x04", "cannot be read as a workbook"),
        ("d.parquet", b"nothing", "cannot be read as parquet"),
        ("e.sav", b"nothing", "cannot be read as SPSS"),
        ("f.doc", b"nothing", "files ending in '.doc' cannot be read"),
        (
            "g.xlsx",
            bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le"),
            "protected by a password",
        ),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused_in_words(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StudyError, match=message):
        imported(tmp_path / name)


def test_a_workbook_that_is_open_elsewhere_says_close_it(tmp_path, monkeypatch):
    def locked(self):
        raise PermissionError

    monkeypatch.setattr("pathlib.Path.read_bytes", locked)
    with pytest.raises(StudyError, match="Close it in Excel"):
        imported(tmp_path / "x.xlsx")


def test_the_import_writes_its_three_files(tmp_path):
    write_xlsx(tmp_path / "x.xlsx", [HEADER, ["p1", 10, "NA"]])
    (tmp_path / "cohort.yaml").write_text(
        "{name: x, title: X, workbook: {path: x.xlsx}, codebook: {patient_id: {column: Patient}}}"
    )
    import_workbook(
        workbook=tmp_path / "x.xlsx",
        cohort_file=tmp_path / "cohort.yaml",
        raw=tmp_path / "raw.parquet",
        columns=tmp_path / "columns.csv",
        import_notes=tmp_path / "notes.csv",
    )
    assert texts(pd.read_parquet(tmp_path / "raw.parquet")) == [["p1", "10", "NA"]]
    assert (tmp_path / "columns.csv").read_text().splitlines()[0] == "letter,position,header"
    assert (tmp_path / "notes.csv").read_text() == "sheet,row,letter,kind,text\n"
