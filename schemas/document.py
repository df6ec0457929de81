"""Read a configuration document and check it against its JSON Schema, for people.

Imported by the Snakefile: nothing heavy may be imported here.
"""

import re
from collections.abc import Collection, Iterator
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


class _Dumper(yaml.SafeDumper):
    """Quotes what the loader would else not read as text."""


_Dumper.yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


def write_inline(value: Any) -> str:
    """Return a value as one line of YAML that `read_document` reads back."""
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        allow_unicode=True,
        width=10**6,
        sort_keys=False,
    )
    return text.removesuffix("\n").removesuffix("\n...")


def read_document(text: str) -> Any:
    """Return the content of a YAML document, in which a codebook may say `yes: [sì, si]`.

    Raises
    ------
    yaml.YAMLError
        If the text is not YAML; the message names line and column.
    """
    return yaml.load(text, Loader=_Loader)


def explain_syntax(error: yaml.YAMLError) -> str:
    """Return where and why a text is not YAML, for people who do not know YAML."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", error))
    hints = {
        "mapping values are not allowed": "a text that holds a colon needs quotation marks",
        r"character '\t'": "indent with spaces, not with tabs",
        "could not find expected ':'": "a key needs a colon and a space behind it",
    }
    hint = next((words for sign, words in hints.items() if sign in problem), problem)
    return f"line {mark.line + 1}: {hint}." if mark else f"{hint}."


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
                yield f"unknown key '{_join(place, key)}'. {hint(str(key), known)}"
    elif error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                yield f"key '{_join(place, key)}' is missing. Add it; see config/README.md."
    elif error.validator == "enum":
        known = [str(value) for value in error.validator_value]
        yield f"'{place}' is '{error.instance}'. {hint(str(error.instance), known)}"
    elif error.validator == "not":
        yield f"'{place}': {error.validator_value.get('description', error.message)}"
    elif error.validator == "anyOf" and error.context:
        best = best_match([error])
        yield from _sentences(best) if best is not error else [f"'{place}': {error.message}."]
    elif error.validator == "type":
        yield f"'{place}' is '{error.instance}'. {_expected(error)}"
    else:
        said = error.schema.get("remedy") or error.schema.get("description", "")
        reason = "" if "remedy" in error.schema else f" {error.message}."
        yield f"'{place}' is '{error.instance}'.{reason} {said}".rstrip()


def _expected(error: ValidationError) -> str:
    """Return what to write instead, by an example a person can copy."""
    value = error.instance
    if value is None:
        return "Write a value or leave the key out; a decimal has a point and no comma: 0.5."
    examples = {
        "array": f"Write a list, such as [{value}].",
        "object": "Write `key: value` pairs below it, or {key: value}.",
        "string": f'Write it as text: "{value}".',
        "boolean": "Write true or false.",
        "integer": "Write a whole number, in a file and without quotes.",
        "number": "Write a number, in a file and without quotes.",
    }
    kind = error.validator_value
    return examples[kind if isinstance(kind, str) else kind[0]]


def _join(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def hint(word: str, known: Collection[str], otherwise: str = "Allowed") -> str:
    """Return the known word that is meant, or, behind `otherwise`, all there are."""
    nearest = get_close_matches(word, known, n=1)
    choices = ", ".join(known) or "none"
    return f"Did you mean '{nearest[0]}'?" if nearest else f"{otherwise}: {choices}."
