"""Spreadsheets (.xlsx, .xls, .ods) as grids of text."""

import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl.utils import get_column_letter

from study.cohort.grid import Grid, Note, cell_text
from study.problems import StudyError

_OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")


def read_xlsx(content: bytes, sheet: str | int | None, name: str) -> Grid:
    """Return a sheet of an Excel workbook, hidden rows and columns included.

    Raises
    ------
    StudyError
        If the workbook is locked or damaged, or has no such sheet.
    """
    if content.startswith(_OLE_MAGIC) and "EncryptedPackage".encode("utf-16-le") in content:
        raise _locked(name)
    values = _load(content, name, data_only=True)
    chosen = _choose([s.title for s in values.worksheets], sheet, name)
    shown = values[chosen]
    # A second reading is what shows formulas; few workbooks have any, and it takes seconds.
    formulas = _load(content, name, data_only=False)[chosen] if _has_formulas(content) else shown
    return Grid(
        sheet=chosen,
        rows=[[cell_text(c.value, c.number_format) for c in row] for row in shown.iter_rows()],
        notes=_cell_notes(shown, formulas) + _hidden_columns(shown),
        hidden_rows=frozenset(n for n, row in shown.row_dimensions.items() if row.hidden),
        merged=[(r.min_row, r.min_col, r.max_row, r.max_col) for r in shown.merged_cells.ranges],
    )


def read_calamine(content: bytes, sheet: str | int | None, name: str) -> Grid:
    """Return a sheet of an .xls or .ods workbook.

    Raises
    ------
    StudyError
        If the workbook is locked or damaged, or has no such sheet.
    """
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
        chosen = _choose(workbook.sheet_names, sheet, name)
        cells = workbook.get_sheet_by_name(chosen)
        rows = [[cell_text(v) for v in row] for row in cells.to_python(skip_empty_area=False)]
        merged = cells.merged_cell_ranges or []
    except calamine.PasswordError:
        raise _locked(name) from None
    except (calamine.CalamineError, OSError) as error:
        raise _damaged(name, error) from None
    blind = (
        "Hidden rows, percent formats and formulas without a value cannot be seen in this format."
    )
    return Grid(
        sheet=chosen,
        rows=rows,
        notes=[Note(0, "", "file", f"{blind} Save the workbook as .xlsx to have them checked.")],
        merged=[(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in merged],
    )


def list_sheets(content: bytes, name: str) -> list[str]:
    """Return the names of the sheets, in their order.

    Raises
    ------
    StudyError
        If the workbook is locked or damaged.
    """
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(BytesIO(content))
    except calamine.PasswordError:
        raise _locked(name) from None
    except (calamine.CalamineError, OSError) as error:
        raise _damaged(name, error) from None
    kinds = {sheet.name: sheet.typ for sheet in workbook.sheets_metadata}
    return [n for n in workbook.sheet_names if kinds[n] == calamine.SheetTypeEnum.WorkSheet]


def _load(content: bytes, name: str, data_only: bool) -> Any:
    import openpyxl

    try:
        return openpyxl.load_workbook(BytesIO(content), data_only=data_only, keep_links=False)
    except Exception as error:  # openpyxl raises what its parsers raise: zip, XML, key, value …
        raise _damaged(name, error) from None


def _has_formulas(content: bytes) -> bool:
    with ZipFile(BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if "/worksheets/" in name]
        return any(re.search(rb"<(\w+:)?f[ />]", archive.read(name)) for name in sheets)


def _cell_notes(shown: Any, formulas: Any) -> list[Note]:
    notes = []
    for row in formulas.iter_rows():
        for cell in row:
            result = shown.cell(cell.row, cell.column)
            letter = get_column_letter(cell.column)
            if result.data_type == "e":
                text = f"The cell shows the Excel error {result.value}."
                notes.append(Note(cell.row, letter, "excel_error", text))
            # A formula whose result is an empty text has none either, but is of type "str".
            elif cell.data_type == "f" and result.value is None and result.data_type != "str":
                text = "The formula was never calculated."
                notes.append(Note(cell.row, letter, "formula_without_value", text))
    return notes


def _hidden_columns(shown: Any) -> list[Note]:
    return [
        Note(0, get_column_letter(number), "hidden_column", "The column is hidden, and is read.")
        for dimension in shown.column_dimensions.values()
        if dimension.hidden
        for number in range(dimension.min, min(dimension.max, shown.max_column) + 1)
    ]


def _choose(names: list[str], sheet: str | int | None, workbook: str) -> str:
    if sheet is None and names:
        return names[0]
    if isinstance(sheet, int) and 0 <= sheet < len(names):
        return names[sheet]
    if str(sheet) in names:  # a sheet may be called 2019
        return str(sheet)
    raise StudyError(
        f"{workbook} has no sheet '{sheet}'. Its sheets are: {', '.join(names)}. "
        "Name one of them under workbook.sheet of cohort.yaml."
    )


def _locked(name: str) -> StudyError:
    return StudyError(
        f"{name} is protected by a password. Open it in Excel, remove the password "
        "(File, Info, Protect Workbook) and save it."
    )


def _damaged(name: str, error: Exception) -> StudyError:
    return StudyError(
        f"{name} cannot be read as a workbook ({type(error).__name__}). Its content does not "
        "fit its ending, or it is damaged. Open it in Excel or LibreOffice and save it again."
    )
