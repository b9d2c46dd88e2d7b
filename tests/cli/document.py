#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""document.py NAME [FILE…]: whether each file, or standard input, is the document of docs/schema/NAME.json.

A reader takes keys that it does not know, since minor versions add some; here each key has to be described, so that nothing
is printed that is not documented.
document.py --schemas: whether the schemas themselves are in order, each property with a description.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schema"
MOST_SHOWN = 20


def schema_names() -> list[str]:
    return sorted(path.stem for path in SCHEMAS.glob("*.json"))


class Bundle:
    """All schemas in one: a file's definitions under its name, so that nothing is looked for anywhere else."""

    def __init__(self) -> None:
        self.definitions = {}
        for name in schema_names():
            schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
            for key, definition in schema.pop("$defs", {}).items():
                self.definitions[f"{name}.{key}"] = self.bundled(definition, name)
            self.definitions[name] = self.bundled(schema, name)

    def bundled(self, schema, name: str):
        if isinstance(schema, list):
            return [self.bundled(one, name) for one in schema]
        if not isinstance(schema, dict):
            return schema
        out = {key: self.bundled(value, name) for key, value in schema.items() if key not in ("$schema", "$comment")}
        if isinstance(out.get("$ref"), str):
            file, _, pointer = out["$ref"].partition("#/$defs/")
            out["$ref"] = f"#/$defs/{file.removesuffix('.json') or name}.{pointer}"
        return out

    def target(self, reference: str) -> dict:
        return self.definitions[reference.removeprefix("#/$defs/")]

    def whole(self, schema: dict) -> dict:
        """With the keys of what it builds upon (allOf) among its own, which win."""
        properties, required = {}, []
        for part in schema.get("allOf", []):
            base = self.whole(self.target(part["$ref"]))
            properties |= base["properties"]
            required += base["required"]
        return {
            key: value for key, value in schema.items() if key != "allOf"
        } | {
            "type": schema.get("type", "object"),
            "properties": properties | schema.get("properties", {}),
            "required": required + schema.get("required", []),
        }

    def strict(self, schema):
        if isinstance(schema, list):
            return [self.strict(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        if "properties" in schema:
            whole = self.whole(schema)
            out = {key: self.strict(value) for key, value in whole.items() if key not in ("properties", "required")}
            out["properties"] = {key: self.strict(value) for key, value in whole["properties"].items()}
            out["required"] = whole["required"]
            return {"additionalProperties": False} | out
        return {key: self.strict(value) for key, value in schema.items()}

    def validator(self, name: str) -> Draft202012Validator:
        strict = {key: self.strict(definition) for key, definition in self.definitions.items()}
        return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": strict})


def leaves(error) -> list:
    """Of an error that stands for several (oneOf), those."""
    return [leaf for one in error.context for leaf in leaves(one)] if error.context else [error]


def faults(validator: Draft202012Validator, text: str) -> list[str]:
    try:
        document = json.loads(text)
    except ValueError as error:
        return [f"no JSON: {error}"]
    errors = [leaf for error in validator.iter_errors(document) for leaf in leaves(error)]
    return [f"{error.json_path}: {error.message[:300]}" for error in errors]


def undescribed(bundle: Bundle, schema, where: str) -> list[str]:
    if isinstance(schema, list):
        return [fault for one in schema for fault in undescribed(bundle, one, where)]
    if not isinstance(schema, dict):
        return []
    found = []
    for key, one in schema.get("properties", {}).items():
        told = one.get("description") or ("$ref" in one and bundle.target(one["$ref"]).get("description"))
        found += [] if told else [f"{where}.{key} has no description"]
    for key, value in schema.items():
        # Below "properties" the keys are names, not words of the schema language.
        inside = list(value.values()) if key in ("properties", "$defs") else value
        found += undescribed(bundle, inside, where)
    return found


def schema_faults() -> list[str]:
    found = []
    for name in schema_names():
        Draft202012Validator.check_schema(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))
    bundle = Bundle()
    text = json.dumps(bundle.definitions)
    for name, definition in bundle.definitions.items():
        found += undescribed(bundle, definition, name)
        if "." in name and f'"#/$defs/{name}"' not in text:
            found.append(f"{name} is used nowhere")
    return found


def main() -> int:
    if sys.argv[1] == "--schemas":
        found = schema_faults()
    else:
        validator = Bundle().validator(sys.argv[1])
        texts = {name: Path(name).read_text(encoding="utf-8") for name in sys.argv[2:]} or {"": sys.stdin.read()}
        found = [f"{name or '-'}: {fault}" for name, text in texts.items() for fault in faults(validator, text)]
    print("\n".join(found[:MOST_SHOWN]), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
