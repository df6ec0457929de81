import csv
from html.parser import HTMLParser
from io import StringIO

from study.presentation.alignment import aligned
from study.presentation.multivariable import render_multivariable
from study.presentation.render import to_csv, to_html
from study.presentation.table import Cell, Column, Table, footnotes, level, section
from tests.unit.presentation import literal_estimates as given

SMALL = Table(
    9,
    "A small table",
    (Column("What"), Column("Women", "n = 3", notes=("Of all.",)), Column("p value")),
    (
        section("Age", Cell(), Cell("0.081", ("Fisher’s exact test.",))),
        level("> 50 years", Cell("2 (66.7)"), Cell()),
    ),
    ("MC = microcalcifications.",),
)
VOID = {"meta", "br", "link"}


class Reader(HTMLParser):
    """Collect what a page holds, and refuse tags that do not close in their order."""

    def __init__(self, page):
        super().__init__()
        self.open, self.headers, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        if tag == "th":
            self.headers.append(dict(attrs))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_footnotes_are_lettered_as_a_reader_meets_them():
    assert footnotes(SMALL) == {"Of all.": "a", "Fisher’s exact test.": "b"}


def test_csv_is_a_rectangle_with_marks_notes_and_caption_below():
    rows = list(csv.reader(StringIO(to_csv(SMALL, "Milan", True, "Assumed."))))
    assert {len(row) for row in rows} == {3}
    assert rows[0] == ["What", "Women n = 3ᵃ", "p value"]
    assert rows[1] == ["Age", "", "0.081ᵇ"]
    assert [row[0] for row in rows[3:]] == [
        "Table 9. A small table. Milan",
        "Synthetic cohort reconstructed from printed counts",
        "ᵃ Of all.",
        "ᵇ Fisher’s exact test.",
        "MC = microcalcifications.",
        "Assumed.",
    ]


def test_html_is_well_formed_and_says_which_cells_are_headers():
    table = render_multivariable(
        given.MILAN_MULTIVARIABLE, given.MILAN_FIT, given.MILAN_CHECKS, 0.95, 0.1
    )
    reader = Reader(to_html(table, "Milan", True, ""))
    assert reader.open == []
    scopes = [header["scope"] for header in reader.headers]
    assert scopes.count("colgroup") == 3
    assert scopes.count("col") == 7
    assert scopes.count("row") == len(table.rows) - scopes.count("rowgroup")
    assert "n = 185, 36 with MC" in reader.text
    assert "Hosmer–Lemeshow" in reader.text


def test_html_needs_nothing_from_outside_and_escapes_what_it_is_given():
    page = to_html(SMALL, "A <b>cohort</b>", False, "")
    assert "http" not in page
    assert "<script" not in page
    assert "A &lt;b&gt;cohort&lt;/b&gt;" in page
    assert "Fisher’s exact test." in page


def test_a_synthetic_cohort_is_marked_and_a_real_one_is_not():
    mark = "Synthetic cohort reconstructed from printed counts"
    assert mark in to_html(SMALL, "Milan", True, "")
    assert mark not in to_html(SMALL, "Duke", False, "")
    assert mark not in to_csv(SMALL, "Duke", False, "")


def test_the_note_on_assumptions_stands_below_the_table():
    assert "Histology is assumed." in to_html(SMALL, "Milan", True, "Histology is assumed.")


def test_numbers_are_padded_so_that_points_and_brackets_stand_in_line():
    space = "\u2007"
    assert aligned(["15 (27.3)", "4 (9.1)", "", "Reference"]) == [
        "15 (27.3)",
        f"{space}4{space} (9.1)",
        "",
        "Reference",
    ]
    assert aligned(["21/130 (16.2)", "2/6 (33.3)"])[1] == f"{space}2/6{space * 2} (33.3)"
    assert aligned(["<0.001", "0.081"])[1] == f"{space}0.081"
