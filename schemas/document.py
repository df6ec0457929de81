"""Read a configuration document and check it against its JSON Schema, for people.

Imported by the Snakefile: nothing heavy may be imported here.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match


class _Loader(yaml.SafeLoader):
    """YAML 1.2: only true and false are booleans; `yes`, `no` and dates stay text."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def read_document(text: str) -> Any:
    """Return the content of a YAML document, in which a codebook may say `yes: [sì, si]`.

    Raises
    ------
    yaml.YAMLError
        If the text is not YAML; the message names line and column.
    """
    return yaml.load(text, Loader=_Loader)


def document_problems(document: Any, schema: dict[str, Any], name: str) -> list[str]:
    """Return every violation as a sentence that names file, key and remedy.

    Parameters
    ----------
    document : Any
        What was read from the file, or a merge of several.
    schema : dict
        JSON Schema, draft 2020-12.
    name : str
        What the document is called in the messages, such as ``config/config.yaml``.

    Returns
    -------
    list of str
        Empty where the document is valid.
    """
    errors = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda e: e.json_path)
    return [f"{name}: {sentence}" for error in errors for sentence in _sentences(error)]


def _sentences(error: ValidationError) -> Iterator[str]:
    place = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties" and "properties" in error.schema:
        known = list(error.schema["properties"])
        for key in error.instance:
            if key not in known:
                yield f"unknown key '{_join(place, key)}'. {_hint(str(key), known)}"
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield f"key '{_join(place, key)}' is missing. Add it; see config/README.md."
    elif error.validator == "enum":
        known = [str(value) for value in error.validator_value]
        yield f"'{place}' is '{error.instance}'. {_hint(str(error.instance), known)}"
    elif error.validator == "anyOf" and error.context:
        best = best_match([error])
        yield from _sentences(best) if best is not error else [f"'{place}': {error.message}."]
    else:
        yield f"'{place}': {error.message}. {error.schema.get('description', '')}".rstrip()


def _join(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def _hint(word: str, known: list[str]) -> str:
    nearest = get_close_matches(word, known, n=1)
    choices = ", ".join(known) or "none"
    return f"Did you mean '{nearest[0]}'?" if nearest else f"Allowed: {choices}."
