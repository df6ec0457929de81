"""Draft a cohort.yaml from a workbook: every guess that is not sure is marked CHECK.

.venv/bin/python scripts/draft_codebook.py data/mine.xlsx --output config/cohorts/mine/cohort.yaml
"""

import argparse
import datetime as dt
import hashlib
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from schemas.dictionary import fields  # noqa: E402
from study.cohort.cohort_file import Workbook, read_cohort  # noqa: E402
from study.cohort.drafting.draft import Draft, propose_codebook  # noqa: E402
from study.cohort.drafting.layout import header_rows, names_in  # noqa: E402
from study.cohort.drafting.outlook import outlook  # noqa: E402
from study.cohort.drafting.writing import write_draft  # noqa: E402
from study.cohort.validation import validate  # noqa: E402
from study.cohort.workbook import read_workbook, sheet_names  # noqa: E402
from study.problems import StudyError  # noqa: E402

ALWAYS_TITLED = (".parquet", ".sav")
Sheet = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def draft_codebook(
    *,
    workbook: Path,
    sheet: str | None = None,
    rows: tuple[int, ...] | None = None,
    name: str,
    language: str | None = None,
) -> tuple[str, list[str]]:
    """Return the text of a cohort.yaml and what to tell the person who asked for it."""
    if not workbook.is_file():
        raise StudyError(f"{workbook} is not there, or no file.")
    layout, said = find_layout(workbook, sheet, rows)
    found = read_workbook(workbook, layout)
    draft = propose_codebook(found[0], found[1], language)
    sha256 = hashlib.sha256(workbook.read_bytes()).hexdigest()
    text = write_draft(draft, name, replace(layout, path=path_in_project(workbook)), sha256)
    return text, [*said, *summary(draft), *validation_outlook(text, found)]


def find_layout(
    workbook: Path, sheet: str | None, rows: tuple[int, ...] | None
) -> tuple[Workbook, list[str]]:
    """Return sheet and header rows as given or as found, and what was assumed."""
    if workbook.suffix.lower() in ALWAYS_TITLED:
        return Workbook(str(workbook)), []
    said = []
    names = sheet_names(workbook)
    if sheet is None and len(names) > 1:
        sheet = max(names, key=lambda title: known_titles(workbook, title))
        said.append(f"Sheet '{sheet}' of {len(names)} taken, for its titles (--sheet to choose).")
    sheet = sheet or (names[0] if names else None)
    if rows is None:
        raw, _, _ = read_workbook(workbook, Workbook(str(workbook), sheet, ()))
        rows = tuple(header_rows(raw))
        if not rows:
            raise StudyError(
                f"{workbook.name}: none of the first rows has a title that is known. Say which "
                "rows of the sheet hold the titles: --header-rows 1 (or 2,3)."
            )
        listed = " and ".join(map(str, rows))
        said.append(f"Titles taken from sheet row {listed} (--header-rows to choose).")
    return Workbook(str(workbook), sheet, rows), said


def known_titles(workbook: Path, sheet: str) -> int:
    """Return how many known titles the best of a sheet's first rows has."""
    try:
        raw, _, _ = read_workbook(workbook, Workbook(str(workbook), sheet, ()))
    except StudyError:  # an empty sheet
        return 0
    rows = raw.drop(columns=["sheet", "row", "hidden"]).head(15).fillna("")
    return max(names_in(row) for _, row in rows.iterrows())


def summary(draft: Draft) -> list[str]:
    """Return how much was found and how much of it is to be checked."""
    marked = sum(bool(entry.doubts) for entry in draft.entries)
    undecided = len({candidate.field for candidate in draft.undecided})
    return [
        f"Language: {draft.language}. Of {len(fields())} fields, {len(draft.entries)} have a "
        f"column: {len(draft.entries) - marked} agree in title and values, {marked} are marked "
        f"CHECK. {undecided} undecided. {len(draft.unused)} columns are not used."
    ]


def validation_outlook(text: str, found: Sheet) -> list[str]:
    """Return what validation would say about the workbook under this draft."""
    try:
        cohort = read_cohort(text)
    except StudyError as error:
        return ["Validation has to wait:", str(error)]
    _, problems = validate(*found, cohort, dt.date.today())
    errors = sum(problem.severity == "error" for problem in problems)
    if not problems:
        return ["Validation under this draft finds nothing to complain of."]
    headline = f"Validation under this draft: errors {errors}, warnings {len(problems) - errors}."
    return [headline, *(f"  {line}" for line in outlook(problems))]


def path_in_project(workbook: Path) -> str:
    """Return the path as cohort.yaml should have it: from the project, where it lies there."""
    whole = workbook.resolve()
    inside = whole.is_relative_to(PROJECT)
    return (whole.relative_to(PROJECT) if inside else whole).as_posix()


def cohort_name(arguments: argparse.Namespace) -> str:
    """Return the name given, else that of the output's folder, else one made of the file's."""
    if arguments.name:
        return arguments.name
    if arguments.output and arguments.output.name == "cohort.yaml":
        return arguments.output.resolve().parent.name
    return re.sub(r"[^a-z0-9_-]+", "_", arguments.workbook.stem.lower()).strip("_-") or "mine"


def row_numbers(text: str) -> tuple[int, ...]:
    """Return row numbers of a text such as '2,3'."""
    if not re.fullmatch(r"[1-9][0-9]*(,[1-9][0-9]*)*", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of rows such as 1 or 2,3")
    return tuple(int(number) for number in text.split(","))


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="draft_codebook.py", description=__doc__.split("\n")[0])
    parser.add_argument("workbook", type=Path, help="Excel, OpenDocument, CSV, Parquet or SPSS")
    parser.add_argument("--sheet", help="name of the sheet; else the one with most known titles")
    parser.add_argument("--header-rows", type=row_numbers, help="rows of the titles, such as 2,3")
    parser.add_argument("--name", help="name of the cohort; else that of the folder or the file")
    parser.add_argument("--language", choices=["en", "it", "es", "fr", "de"])
    parser.add_argument("--output", type=Path, help="where to write; else the draft is printed")
    parser.add_argument("--force", action="store_true", help="replace an output that exists")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the draft; return 1 and say why if there is none."""
    asked = read_arguments(arguments)
    name = cohort_name(asked)
    try:
        if asked.output and asked.output.exists() and not asked.force:
            raise StudyError(f"{asked.output} exists. Choose another --output, or add --force.")
        text, said = draft_codebook(
            workbook=asked.workbook,
            sheet=asked.sheet,
            rows=asked.header_rows,
            name=name,
            language=asked.language,
        )
    except StudyError as error:
        print(error, file=sys.stderr)
        return 1
    place = asked.output or Path(f"config/cohorts/{name}/cohort.yaml")
    if asked.output:
        asked.output.parent.mkdir(parents=True, exist_ok=True)
        asked.output.write_text(text, encoding="utf-8")
        said.append(f"Written: {place}")
    else:
        print(text, end="")
    print("\n".join([*said, *next_steps(name, place)]), file=sys.stderr)
    return 0


def next_steps(name: str, place: Path) -> list[str]:
    """Return the commands to run next."""
    only = f"results/{name}/cohort/validated.parquet"
    return [
        f"Next: look at every CHECK in {place}, then",
        f"  .venv/bin/snakemake {only} --cores all --config cohorts={name}",
        "lists every cell that cannot be read; when none is left,",
        f"  .venv/bin/snakemake --cores all --config cohorts={name}",
        f"makes results/{name}/.",
    ]


if __name__ == "__main__":
    sys.exit(main())
