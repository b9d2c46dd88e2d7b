#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of profiles and the parser of profiles judge alike.

compare.py --program VGPUCTL --judge JUDGE               every disagreement is printed; exit status 1 if there is one
compare.py --program VGPUCTL --judge JUDGE --self-test   schemas with a planted fault must each disagree somewhere
"""

import argparse
import collections
import copy
import json
import subprocess
import sys

sys.dont_write_bytecode = True
import jsonschema  # noqa: E402
from profiles import profiles  # noqa: E402

SEED = 20261
COUNT = 8000

# What keys mean to each other, and what no pattern tells of a number: the parser's alone.
PARSER_ONLY = (
    "there is no such VF with vfs",
    "is named twice",
    "two VFs would have it",
    "no such resources",
    "one UUID can't be that of several VFs",
    "'overrides' builds on the earlier table",
    "a GPU that is given away whole",
    "another vendor than 'vendor' says",
    "the fraction gives no whole number",
    "the number is too big",
)


def parsers_verdicts(judge: str, texts: list[str]) -> list[list[dict]]:
    """What the parser finds in each profile: the one place that knows how it is asked."""
    answer = subprocess.run([judge], input="\n".join(texts) + "\n", capture_output=True, text=True, check=True)
    return [json.loads(line) for line in answer.stdout.splitlines()]


def is_parsers_alone(faults: list[dict]) -> bool:
    return all(any(words in fault["why"] for words in PARSER_ONLY) for fault in faults)


def disagreements(schema: dict, judged: list[tuple[dict, list[dict]]]):
    """(profile, faults of the parser, whether the schema takes it), and a tally."""
    validator = jsonschema.Draft202012Validator(schema)
    for profile, faults in judged:
        taken = validator.is_valid(profile)
        if taken == (not faults):
            yield "both take it" if taken else "both refuse it", profile, faults
        elif taken and is_parsers_alone(faults):
            yield "parser only", profile, faults
        else:
            yield "DISAGREE", profile, faults


def compare(schema: dict, judged: list[tuple[dict, list[dict]]]) -> int:
    tally = collections.Counter()
    for verdict, profile, faults in disagreements(schema, judged):
        tally[verdict] += 1
        if verdict == "DISAGREE":
            print(json.dumps(profile))
            print("  the parser says:", "; ".join(f"{f['subject']}: {f['why']}" for f in faults) or "right")
            for error in jsonschema.Draft202012Validator(schema).iter_errors(profile):
                print("  the schema says:", error.message[:200])
    print(", ".join(f"{verdict}: {number}" for verdict, number in sorted(tally.items())))
    enough = min(tally["both take it"], tally["both refuse it"]) >= COUNT // 5
    if not enough:
        print("too few of one kind to say anything")
    return 1 if tally["DISAGREE"] or not enough else 0


def planted(schema: dict) -> dict[str, dict]:
    """The schema with one fault each."""

    def spoil(how) -> dict:
        copied = copy.deepcopy(schema)
        how(copied["$defs"])
        return copied

    return {
        "a VF may have no msix": spoil(lambda defs: defs["gpu"]["properties"].pop("msix")),
        "a VF may have a driver of the GPU": spoil(
            lambda defs: defs["gpu"]["properties"].update(driver={"type": "string"})
        ),
        "any text is a size": spoil(lambda defs: defs["size"]["anyOf"].append({"type": "string"})),
        "any text is a time": spoil(lambda defs: defs["duration"]["anyOf"].append({"type": "string"})),
        "a time may not be infinite": spoil(lambda defs: defs["duration"].update({"not": {"const": "infinite"}})),
        "match may be empty": spoil(lambda defs: defs["match"].pop("minProperties")),
        "unknown keys in match": spoil(lambda defs: defs["match"].pop("additionalProperties")),
        "index may be missing": spoil(lambda defs: defs["some_vfs"].pop("required")),
        "VFs may be first in turn": spoil(
            lambda defs: defs["gpu"]["properties"]["priority"]["anyOf"].append({"const": "high"})
        ),
        "a driver may be called default": spoil(
            lambda defs: defs["pf"]["properties"]["driver"]["anyOf"].append({"const": "default"})
        ),
    }


def self_test(schema: dict, judged: list[tuple[dict, list[dict]]]) -> int:
    wrong = 0
    for what, spoilt in planted(schema).items():
        if all(verdict != "DISAGREE" for verdict, _, _ in disagreements(spoilt, judged)):
            print("not found:", what)
            wrong += 1
    print(f"{len(planted(schema)) - wrong} planted faults found")
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--judge", required=True)
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    text = subprocess.run([options.program, "schema"], capture_output=True, text=True, check=True).stdout
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    made = list(profiles(SEED, COUNT))
    faults = parsers_verdicts(options.judge, [json.dumps(profile) for profile in made])
    judged = list(zip(made, faults, strict=True))
    return self_test(schema, judged) if options.self_test else compare(schema, judged)


if __name__ == "__main__":
    sys.exit(main())
