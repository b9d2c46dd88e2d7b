#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""shape.py DOCUMENT: whether standard input is the JSON document of that name, as its contract says.

Every key must be there, and of one of its types; keys that are not named here may be there, too.
"""

import json
import re
import sys

TEXT, NUMBER, FLAG, ANY = str, int, bool, object
ADDRESS = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-1][0-9a-f]\.[0-7]")
ID = re.compile(r"0x[0-9a-f]{4}")
KINDS = re.compile(
    "syntax|invalid|no_match|not_a_pf|unsupported|does_not_fit|in_use|foreign|locked|stale|drifted|missing"
    "|not_permitted|unreadable|io|in_flight|not_restored"
)


def maybe(shape):
    return ("maybe", shape)


def word(*words):
    return re.compile("|".join(words))


HOLDER = {"pid": maybe(NUMBER), "command": maybe(TEXT), "vm": maybe(TEXT), "container": maybe(TEXT), "node": TEXT}
VF = {
    "index": NUMBER,
    "address": maybe(ADDRESS),
    "driver": maybe(TEXT),
    "iommu_group": maybe(NUMBER),
    "in_use": maybe(FLAG),
    "holders": [HOLDER],
    "attributes": dict,
}
GPU = {
    "address": ADDRESS,
    "vendor_id": ID,
    "device_id": ID,
    "subsystem_id": re.compile(r"0x[0-9a-f]{4}:0x[0-9a-f]{4}"),
    "class": re.compile(r"0x[0-9a-f]{6}"),
    "vendor": maybe(TEXT),
    "model": maybe(TEXT),
    "driver": maybe(TEXT),
    "backend": maybe(TEXT),
    "numa_node": maybe(NUMBER),
    "iommu_group": maybe(NUMBER),
    "vram_total": maybe(NUMBER),
    "sriov": maybe(
        {
            "total_vfs": NUMBER,
            "num_vfs": NUMBER,
            "offset": maybe(NUMBER),
            "stride": maybe(NUMBER),
            "vf_device_id": maybe(ID),
            "drivers_autoprobe": maybe(FLAG),
        }
    ),
    "attributes": dict,
    "vfs": [VF],
}
STEP = {
    "id": NUMBER,
    "kind": word("change", "await"),
    "what": TEXT,
    "target": maybe(TEXT),
    "from": ANY,
    "to": ANY,
    "reason": maybe(TEXT),
    "source": maybe(TEXT),
}
UNIT = {
    "gpus": [ADDRESS],
    "why_together": maybe(TEXT),
    "action": word("none", "create", "update", "replace", "remove"),
    "disruption": word("none", "vf", "gpu", "hive", "driver", "host"),
    "affects": [TEXT],
    "lost": list,
    "blocked": [{"code": NUMBER, "kind": KINDS, "gpu": ADDRESS, "vf": maybe(NUMBER), "holders": [HOLDER]}],
    "expected_us": NUMBER,
    "before": ANY,
    "after": ANY,
    "steps": [STEP],
}
RESULT = UNIT | {
    "result": word(
        "unchanged", "applied", "rolled_back", "failed", "refused", "missing", "skipped", "in_flight"
    ),
    "code": NUMBER,
    "steps": [STEP | {"outcome": TEXT, "duration_us": NUMBER}],
}
ERROR = {"code": NUMBER, "kind": KINDS, "message": TEXT, "details": list}
DIFFERENCE = {
    "gpu": ADDRESS,
    "vf": maybe(NUMBER),
    "attribute": TEXT,
    "expected": ANY,
    "actual": ANY,
    "cause": maybe(TEXT),
}
ATTRIBUTE = {
    "attribute": TEXT,
    "scope": word("vf", "pf"),
    "type": TEXT,
    "unit": maybe(word("bytes", "microseconds")),
    "words": [TEXT],
    "description": TEXT,
    "phases": maybe([word("before_vfs", "with_vfs")]),
    "least": maybe(NUMBER),
    "most": maybe(NUMBER),
    "read_from": TEXT,
}
HEAD = {"format_version": re.compile(r"1\.[0-9]+")}
DOCUMENTS = {
    "inventory": HEAD | {"simulated": FLAG, "gpus": [GPU]},
    "plan": HEAD | {"simulated": FLAG, "fingerprint": TEXT, "changes": FLAG, "units": [UNIT]},
    "report": HEAD | {"simulated": FLAG, "changed": FLAG, "units": [RESULT]},
    "refusal": HEAD | {"simulated": FLAG, "changed": FLAG, "units": [RESULT], "error": ERROR},
    "check": HEAD
    | {"simulated": FLAG, "in_sync": FLAG, "differences": [DIFFERENCE], "missing": list, "lent": list}
    | {"unreadable": [DIFFERENCE]},
    "error": HEAD | {"error": ERROR},
    "models": HEAD
    | {"models": [{"name": TEXT, "model": TEXT, "total_vfs": NUMBER, "sourced": NUMBER, "assumed": NUMBER}]},
    "proposal": HEAD | {"simulated": FLAG, "profile": TEXT},
    "attributes": HEAD | {"simulated": FLAG, "gpus": [{"gpu": ADDRESS, "attributes": [ATTRIBUTE]}]},
    "resources": HEAD | {"simulated": FLAG, "resources": [{"name": TEXT, "files": [TEXT], "values": dict}]},
    "dump": HEAD | {"dump": TEXT},
    "sim": HEAD | {"host": TEXT, "done": TEXT},
}


def faults(value, shape, where: str) -> list[str]:
    if isinstance(shape, tuple):
        return [] if value is None else faults(value, shape[1], where)
    if isinstance(shape, re.Pattern):
        fits = isinstance(value, str) and shape.fullmatch(value)
        return [] if fits else [f"{where}: {value!r} is not {shape.pattern}"]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where}: no object"]
        found = [f"{where}.{key} is missing" for key in shape if key not in value]
        for key in shape.keys() & value.keys():
            found += faults(value[key], shape[key], f"{where}.{key}")
        return found
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where}: no list"]
        return [fault for at, one in enumerate(value) for fault in faults(one, shape[0], f"{where}[{at}]")]
    number_that_is_a_flag = shape is NUMBER and isinstance(value, bool)
    return [] if isinstance(value, shape) and not number_that_is_a_flag else [f"{where}: {value!r} is no {shape}"]


def main() -> int:
    document = json.load(sys.stdin)
    found = faults(document, DOCUMENTS[sys.argv[1]], "$")
    print("\n".join(found[:20]))
    return 1 if found else 0


sys.exit(main())
