"""Build a synthetic workbook that satisfies every count a study printed."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from job_log import job_log
from schemas.document import document_problems, read_document
from study.problems import StudyError
from study.reconstruction.sheets import about_sheet, patients_sheet
from study.reconstruction.women import reconstruct_women

SCHEMA = Path("schemas/published.schema.yaml")
MADE = datetime(2025, 1, 1)
"""Written into the file instead of the time, so that the same cells are the same bytes."""


def reconstruct_workbook(*, published: Path, workbook: Path) -> None:
    """Write sheets `Patients` and `About` from the claims and assumptions of `published`."""
    content = read_document(published.read_text(encoding="utf-8"))
    schema = read_document(SCHEMA.read_text(encoding="utf-8"))
    mistakes = document_problems(content, schema, str(published))
    if mistakes:
        raise StudyError("\n".join(mistakes))
    women = reconstruct_women(content)
    workbook.write_bytes(_reproducible(_workbook(patients_sheet(women), about_sheet(content))))
    print(f"{workbook}: {len(women)} synthetic women; every printed count is satisfied.")


def _workbook(patients: Sequence[Sequence[object]], about: Sequence[Sequence[object]]) -> Workbook:
    book = Workbook()
    first = book.active
    first.title = "Patients"
    _fill(first, patients)
    first.freeze_panes = "B2"
    second = book.create_sheet("About")
    _fill(second, about)
    second.column_dimensions["A"].width = second.column_dimensions["B"].width = 26
    book.properties.title = "SYNTHETIC: not patient data"
    book.properties.creator = "reconstruct_workbook"
    book.properties.created = MADE
    return book


def _fill(sheet: Worksheet, rows: Iterable[Sequence[object]]) -> None:
    for row in rows:
        sheet.append(list(row))
    for header in sheet[1]:
        header.font = Font(bold=True)
        header.alignment = Alignment(wrap_text=sheet.title == "Patients", vertical="top")
        sheet.column_dimensions[header.column_letter].width = 14
    for cells in sheet.iter_rows():
        for cell in cells:
            if isinstance(cell.value, date):
                cell.number_format = "yyyy-mm-dd"


def _reproducible(book: Workbook) -> bytes:
    """Return the file without a trace of when, and by which zlib, it was written."""
    written, pinned = BytesIO(), BytesIO()
    book.save(written)
    modified = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
    pin = rb"\g<1>" + f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode()
    with ZipFile(written) as source, ZipFile(pinned, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = modified.sub(pin, content)
            target.writestr(ZipInfo(name, MADE.timetuple()[:6]), content)
    return pinned.getvalue()


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        reconstruct_workbook(
            published=Path(snakemake.input.published),
            workbook=Path(snakemake.output.workbook),
        )
