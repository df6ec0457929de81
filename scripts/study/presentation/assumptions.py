"""The assumptions marked in the code, found where they stand.

The standard library only: the rule files import it.
"""

import re
from collections.abc import Mapping

# A mark, the comment lines that continue it, and the constant it explains, if there is one.
_MARK = re.compile(
    r"""
    ^[ ]*\#[ ]ASSUME:[ ](?P<first>.*\n)
    (?P<more>(?:[ ]*\#(?![ ]ASSUME:).*\n)*)
    (?P<value>[A-Z][A-Z_,\ ]*=[ ].+)?
    """,
    re.MULTILINE | re.VERBOSE,
)


def find_assumptions(sources: Mapping[str, str]) -> list[list[str]]:
    """Return words, value and file of every ``# ASSUME:``, from texts by file name.

    The value is empty where the line below is no constant. Lines are not numbered:
    they move with every edit, and the list would change though no assumption did.
    """
    return [
        [_words(mark), (mark["value"] or "").strip(), file]
        for file, text in sources.items()
        for mark in _MARK.finditer(text)
    ]


def _words(mark: re.Match[str]) -> str:
    comment = re.sub(r"^ *#", "", mark["first"] + mark["more"], flags=re.MULTILINE)
    words = " ".join(comment.split())
    return words[0].upper() + words[1:]
