"""Workbooks of a few cells, written byte by byte where no library at hand writes the format."""

import datetime as dt
import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

from study.cohort.cohort_file import Cohort, Workbook, read_cohort
from study.cohort.validation import validate
from study.cohort.workbook import read_workbook

TODAY = dt.date(2026, 1, 1)


def write_xlsx(path: Path, rows: list[list], title: str = "Sheet1") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return book


def write_ods(path: Path, sheets: dict[str, list[list]]) -> None:
    """OpenDocument: numbers, dates, booleans and text."""

    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, bool):
            kind = f'"boolean" office:boolean-value="{str(value).lower()}"'
        elif isinstance(value, int | float):
            kind = f'"float" office:value="{value}"'
        elif isinstance(value, dt.date):
            kind = f'"date" office:date-value="{value.isoformat()}"'
        else:
            kind = '"string"'
        text = escape(str(value))
        return (
            f"<table:table-cell office:value-type={kind}><text:p>{text}</text:p></table:table-cell>"
        )

    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        f'xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
        f'xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet>{tables}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}:manifest:1.0"/>')
        archive.writestr("content.xml", content)


def write_xls(path: Path, sheet: str, rows: list[list]) -> None:
    """Excel 97: one BIFF8 stream of text and numbers in an OLE container."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 1997, 0, 0))

    def cell(row: int, column: int, value: object) -> bytes:
        place = struct.pack("<HHH", row, column, 0)
        if isinstance(value, int | float):
            return record(0x0203, place + struct.pack("<d", value))
        text = str(value).encode("utf-16-le")
        return record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)

    name = sheet.encode("utf-16-le")
    named = struct.pack("<BB", len(sheet), 1) + name
    globals_size = len(begin(5)) + len(record(0x0085, b"\0" * (6 + len(named)))) + len(record(0x0A))
    stream = begin(5) + record(0x0085, struct.pack("<IH", globals_size, 0) + named) + record(0x0A)
    stream += begin(0x10)
    for i, row in enumerate(rows):
        stream += b"".join(cell(i, j, value) for j, value in enumerate(row) if value is not None)
    stream = (stream + record(0x0A)).ljust(4096, b"\0")
    stream = stream.ljust(-(-len(stream) // 512) * 512, b"\0")
    path.write_bytes(_ole(stream))


def _ole(stream: bytes) -> bytes:
    count = len(stream) // 512
    end, free, special = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [*range(3, 2 + count), end]
    fat = [special, end, *chain] + [free] * (126 - len(chain))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, free, free, child)
        return head + b"\0" * 36 + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )
    header += struct.pack("<109I", 0, *[free] * 108)
    return header + struct.pack("<128I", *fat) + folder.ljust(512, b"\0") + stream


def cohort(codebook: str, workbook: str = "{path: x.xlsx}", more: str = "") -> Cohort:
    return read_cohort(f"name: x\ntitle: X\nworkbook: {workbook}\n{more}\ncodebook:\n{codebook}")


def imported(path: Path, **layout):
    return read_workbook(path, Workbook(path=str(path), **layout))


def validated(path: Path, settings: Cohort, today: dt.date = TODAY):
    return validate(*read_workbook(path, settings.workbook), settings, today)


def sentences(problems, severity: str = "error") -> list[str]:
    return [p.sentence() for p in problems if p.severity == severity]
