from study.presentation.assumptions import find_assumptions
from tests.conftest import PROJECT

MODULE = """\
# ASSUME: a first assumption that goes on
# over two lines (our choice, no source).
LIMIT, OTHER = 25, 3.5
# ASSUME: an assumption right below another. Source: Bulmer 1979.
# ASSUME: the last.
def compute():
    # ASSUME: within a function.
    edges = [1]
"""


def test_every_mark_is_found_with_all_its_lines_and_the_constant_below_it():
    assert find_assumptions({"a.py": MODULE}) == [
        [
            "A first assumption that goes on over two lines (our choice, no source).",
            "LIMIT, OTHER = 25, 3.5",
            "a.py",
        ],
        ["An assumption right below another. Source: Bulmer 1979.", "", "a.py"],
        ["The last.", "", "a.py"],
        ["Within a function.", "", "a.py"],
    ]


def test_no_mark_of_the_code_is_missed():
    files = sorted((PROJECT / "scripts/study").rglob("*.py"))
    texts = {str(file): file.read_text(encoding="utf-8") for file in files}
    marks = sum(
        line.strip().startswith("# ASSUME:") for text in texts.values() for line in text.split("\n")
    )
    assert len(find_assumptions(texts)) == marks > 5


def test_assumptions_are_marked_where_the_list_looks_for_them():
    elsewhere = [
        *PROJECT.glob("scripts/*.py"),
        *PROJECT.glob("schemas/*.*"),
        *PROJECT.glob("rules/*.smk"),
    ]
    texts = {str(file): file.read_text(encoding="utf-8") for file in elsewhere}
    assert find_assumptions(texts) == []
