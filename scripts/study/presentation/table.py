"""A printed table as plain data: what stands where, before it is CSV or HTML."""

from dataclasses import dataclass

# No q: Unicode has no superscript of it, and the CSV needs one.
LETTERS = "abcdefghijklmnoprstuvwxyz"
SUPERSCRIPTS = dict(zip(LETTERS, "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))


@dataclass(frozen=True)
class Cell:
    """One cell; `notes` are the texts of its footnotes, lettered when printed."""

    text: str = ""
    notes: tuple[str, ...] = ()
    span: int = 1


@dataclass(frozen=True)
class Row:
    """One row; its first cell names it.

    `kind` is ``section`` (opens a block), ``heading`` (its cells name the columns of the block),
    ``level`` (stands under a section), ``prose`` (its cells are sentences) or ``plain``.
    """

    cells: tuple[Cell, ...]
    kind: str = "plain"


@dataclass(frozen=True)
class Column:
    """One column, or `span` of them under one header; neighbours of one `spanner` share another."""

    title: str
    detail: str = ""
    spanner: str = ""
    notes: tuple[str, ...] = ()
    span: int = 1


@dataclass(frozen=True)
class Table:
    """A table of the study; `notes` are general, they carry no letter.

    A page beside the numbered tables has no `number`.
    """

    number: int | None
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def section(label: str, *cells: Cell, notes: tuple[str, ...] = ()) -> Row:
    """Return a row that opens a block."""
    return Row((Cell(label, notes), *cells), "section")


def level(label: str, *cells: Cell) -> Row:
    """Return a row that stands under a section."""
    return Row((Cell(label), *cells), "level")


def footnotes(table: Table) -> dict[str, str]:
    """Return letter by text of footnote, in the order in which a reader meets them."""
    texts = [note for column in table.columns for note in column.notes]
    texts += [note for row in table.rows for cell in row.cells for note in cell.notes]
    unique = dict.fromkeys(texts)
    return {text: _letter(place) for place, text in enumerate(unique)}


def _letter(place: int) -> str:
    rounds, index = divmod(place, len(LETTERS))
    return LETTERS[index] * (rounds + 1)
