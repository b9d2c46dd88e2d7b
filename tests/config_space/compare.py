#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the library decodes of dumps of configuration space is what `lspci -F DUMP -vvvnn` prints of them.

compare.py --judge JUDGE DUMP…              every disagreement is printed; exit status 1 if there is one, or too little was compared
compare.py --judge JUDGE --self-test DUMP…  each field that is compared, changed by one bit, must disagree
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys

# Of a capability that all fields are compared of which lspci prints; the name is what lspci calls it.
LEAST = 60

SIZES = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
SPEEDS = {"2.5": 1, "5": 2, "8": 3, "16": 4, "32": 5, "64": 6}
TYPES = {
    "Endpoint": 0,
    "Legacy Endpoint": 1,
    "Root Port": 4,
    "Upstream Port": 5,
    "Downstream Port": 6,
    "PCI-Express to PCI/PCI-X Bridge": 7,
    "PCI/PCI-X to PCI-Express Bridge": 8,
    "Root Complex Integrated Endpoint": 9,
    "Root Complex Event Collector": 10,
}


def flag(name: str) -> str:
    return rf"\b{re.escape(name)}(?P<value>[+-])"


def as_flag(text: str) -> int:
    return 1 if text == "+" else 0


def as_hex(text: str) -> int:
    return int(text, 16)


def as_speed(text: str) -> int:
    return SPEEDS.get(text, 0)


def as_payload(text: str) -> int:
    return int(text).bit_length() - 8


def as_type(text: str) -> int:
    return TYPES.get(text.strip(), -1)


def as_pin(text: str) -> int:
    return 0 if text == "?" else ord(text) - ord("A") + 1


def flags(line: str, names: dict[str, str]) -> list:
    """Fields that are switches of one line that begins so."""
    return [(field, rf"^\s*{line}.*{flag(name)}", as_flag) for field, name in names.items()]


ACS = {
    "source_validation": "SrcValid",
    "translation_blocking": "TransBlk",
    "request_redirect": "ReqRedir",
    "completion_redirect": "CmpltRedir",
    "upstream_forwarding": "UpstreamFwd",
    "egress_control": "EgressCtrl",
    "direct_translated": "DirectTrans",
}

# field, pattern with a group `value`, what makes a number of it
HEADER = [
    ("vendor_id", r"\[(?P<value>[0-9a-f]{4}):[0-9a-f]{4}\]", as_hex),
    ("device_id", r"\[[0-9a-f]{4}:(?P<value>[0-9a-f]{4})\]", as_hex),
    ("revision_id", r"^\S+ .*\(rev (?P<value>[0-9a-f]{2})\)", as_hex),
    ("latency_timer", r"^\s*Latency: (?P<value>\d+)", int),
    ("interrupt_pin", r"^\s*Interrupt: pin (?P<value>[A-D?])", as_pin),
    ("interrupt_line", r"^\s*Interrupt: pin \S+ routed to IRQ (?P<value>\d+)", int),
    ("primary_bus", r"^\s*Bus: primary=(?P<value>[0-9a-f]{2})", as_hex),
    ("secondary_bus", r"^\s*Bus: .*secondary=(?P<value>[0-9a-f]{2})", as_hex),
    ("subordinate_bus", r"^\s*Bus: .*subordinate=(?P<value>[0-9a-f]{2})", as_hex),
    *flags("Control:", {"io_space": "I/O", "memory_space": "Mem", "bus_master": "BusMaster", "intx_disabled": "DisINTx"}),
    *flags("Status:", {"has_capabilities": "Cap"}),
]
# A bridge's stand in a capability.
OF_ENDPOINT = [
    ("subsystem_vendor_id", r"^\s*Subsystem: .*\[(?P<value>[0-9a-f]{4}):[0-9a-f]{4}\]", as_hex),
    ("subsystem_device_id", r"^\s*Subsystem: .*\[[0-9a-f]{4}:(?P<value>[0-9a-f]{4})\]", as_hex),
]
CAPABILITIES = {
    r"Express \(v\d\)": [
        ("express_version", r"Express \(v(?P<value>\d)\)", int),
        ("type", r"Express \(v\d\) (?P<value>[^,(]*)", as_type),
        ("largest_payload", r"^\s*DevCap:\s+MaxPayload (?P<value>\d+) bytes", as_payload),
        ("function_level_reset", rf"^\s*ExtTag.*{flag('FLReset')}", as_flag),
        ("payload", r"^\s*MaxPayload (?P<value>\d+) bytes, MaxReadReq", as_payload),
        ("transactions_pending", rf"^\s*DevSta:.*{flag('TransPend')}", as_flag),
        ("port_number", r"^\s*LnkCap:\s+Port #(?P<value>\d+)", int),
        ("link_speed_capable", r"^\s*LnkCap:.*Speed (?P<value>[\d.]+)GT/s", as_speed),
        ("link_width_capable", r"^\s*LnkCap:.*Width x(?P<value>\d+)", int),
        ("link_speed", r"^\s*LnkSta:.*Speed (?P<value>[\d.]+)GT/s", as_speed),
        ("link_width", r"^\s*LnkSta:.*Width x(?P<value>\d+)", int),
        ("ari_forwarding_capable", rf"^\s*DevCap2:(?:.|\n)*?{flag('ARIFwd')}", as_flag),
        ("ari_forwarding_enable", rf"^\s*DevCtl2:(?:.|\n)*?{flag('ARIFwd')}", as_flag),
    ],
    r"MSI-X:": [
        ("enable", flag("Enable"), as_flag),
        ("table_size", r"Count=(?P<value>\d+)", lambda text: int(text) - 1),
        ("function_mask", flag("Masked"), as_flag),
        ("table_bar", r"Vector table: BAR=(?P<value>\d)", int),
        ("table_offset", r"Vector table: .*offset=(?P<value>[0-9a-f]+)", lambda text: as_hex(text) >> 3),
        ("pba_bar", r"PBA: BAR=(?P<value>\d)", int),
        ("pba_offset", r"PBA: .*offset=(?P<value>[0-9a-f]+)", lambda text: as_hex(text) >> 3),
    ],
    r"Single Root I/O Virtualization": [
        *flags("IOVCap:", {"vf_migration_capable": "Migration", "vf_10bit_tags_capable": "10BitTagReq"}),
        ("vf_migration_interrupt", r"IOVCap:.*Interrupt Message Number: (?P<value>[0-9a-f]+)", as_hex),
        *flags(
            "IOVCtl:",
            {
                "vf_enable": "Enable",
                "vf_migration_enable": "Migration",
                "vf_migration_interrupt_enable": "Interrupt",
                "vf_memory_space_enable": "MSE",
                "ari_capable_hierarchy": "ARIHierarchy",
                "vf_10bit_tags_enable": "10BitTagReq",
            },
        ),
        *flags("IOVSta:", {"vf_migration_status": "Migration"}),
        ("initial_vfs", r"Initial VFs: (?P<value>\d+)", int),
        ("total_vfs", r"Total VFs: (?P<value>\d+)", int),
        ("num_vfs", r"Number of VFs: (?P<value>\d+)", int),
        ("function_dependency_link", r"Dependency Link: (?P<value>[0-9a-f]+)", as_hex),
        ("first_vf_offset", r"VF offset: (?P<value>\d+)", int),
        ("vf_stride", r"stride: (?P<value>\d+)", int),
        ("vf_device_id", r"Device ID: (?P<value>[0-9a-f]+)", as_hex),
        ("supported_page_sizes", r"Supported Page Size: (?P<value>[0-9a-f]+)", as_hex),
        ("system_page_size", r"System Page Size: (?P<value>[0-9a-f]+)", as_hex),
        ("vf_migration_state_offset", r"VF Migration: offset: (?P<value>[0-9a-f]+)", lambda text: as_hex(text) >> 3),
        ("vf_migration_state_bar", r"VF Migration: .*BIR: (?P<value>\d)", int),
    ],
    r"Alternative Routing-ID": [
        *flags("ARICap:", {"mfvc_groups_capable": "MFVC", "acs_groups_capable": "ACS"}),
        ("next_function", r"Next Function: (?P<value>\d+)", int),
        *flags("ARICtl:", {"mfvc_groups_enable": "MFVC", "acs_groups_enable": "ACS"}),
        ("function_group", r"Function Group: (?P<value>\d+)", int),
    ],
    r"Access Control Services": [
        *flags("ACSCap:", {f"{field}_capable": name for field, name in ACS.items()}),
        *flags("ACSCtl:", {f"{field}_enable": name for field, name in ACS.items()}),
    ],
    r"Address Translation Service": [
        ("invalidate_queue_depth", r"Invalidate Queue Depth: (?P<value>[0-9a-f]+)", as_hex),
        *flags("ATSCtl:", {"enable": "Enable"}),
        ("smallest_translation_unit", r"Smallest Translation Unit: (?P<value>[0-9a-f]+)", as_hex),
    ],
    r"Page Request Interface": [
        *flags("PRICtl:", {"enable": "Enable", "reset": "Reset"}),
        *flags("PRISta:", {"response_failure": "RF", "unexpected_group_index": "UPRGI", "stopped": "Stopped"}),
        ("most_requests", r"Page Request Capacity: (?P<value>[0-9a-f]+)", as_hex),
        ("requests_allowed", r"Page Request Allocation: (?P<value>[0-9a-f]+)", as_hex),
    ],
    r"Process Address Space ID": [
        *flags("PASIDCap:", {"execute_capable": "Exec", "privileged_capable": "Priv"}),
        ("width_bits", r"Max PASID Width: (?P<value>[0-9a-f]+)", as_hex),
        *flags("PASIDCtl:", {"enable": "Enable", "execute_enable": "Exec", "privileged_enable": "Priv"}),
    ],
    r"Device Serial Number": [
        ("serial_number", r"Serial Number (?P<value>[0-9a-f-]+)", lambda text: as_hex(text.replace("-", ""))),
    ],
    r"Vendor Specific Information: ID=": [
        ("vsec_id", r"ID=(?P<value>[0-9a-f]+)", as_hex),
        ("vsec_revision", r"Rev=(?P<value>\d+)", int),
        ("vsec_length", r"Len=(?P<value>[0-9a-f]+)", as_hex),
    ],
    r"Designated Vendor-Specific": [
        ("dvsec_vendor_id", r"Vendor=(?P<value>[0-9a-f]+)", as_hex),
        ("dvsec_id", r"ID=(?P<value>[0-9a-f]+)", as_hex),
        ("dvsec_revision", r"Rev=(?P<value>\d+)", int),
        ("dvsec_length", r"Len=(?P<value>\d+)", int),
    ],
}
REGION = re.compile(r"^\s*Region (?P<bar>\d): (?P<kind>Memory|I/O ports) at (?P<at>\S+)(?: \((?P<bits>\d\d)-bit, (?P<pref>\S+)\))?")
RESIZABLE = re.compile(r"BAR (?P<bar>\d): current size: (?P<now>\d+)(?P<unit>[KMGT]?B)(?:, supported:(?P<all>[ \w]*))?")


def functions_of_lspci(dump: str) -> dict[str, str]:
    """What lspci prints of each function, by its whole address."""
    run = subprocess.run(
        ["lspci", "-F", dump, "-D", "-vvvnn"], capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C"}
    )
    blocks = [block for block in run.stdout.split("\n\n") if block.strip()]
    return {block.split()[0]: block for block in blocks}


def cut(block: str) -> tuple[str, list[tuple[int, bool, str]]]:
    """The part before the first capability; each capability with its offset and whether it has a version."""
    parts = re.split(r"^\tCapabilities: \[([0-9a-f]+)( v\d+)?\] ", block, flags=re.MULTILINE)
    found = []
    for at in range(1, len(parts), 3):
        found.append((int(parts[at], 16), parts[at + 1] is not None, parts[at + 2]))
    return parts[0], found


def raw(fields: dict, name: str):
    return int(fields[name]["raw"], 16) if name in fields and fields[name]["raw"] is not None else None


class Comparison:
    def __init__(self) -> None:
        self.compared = collections.Counter()
        self.wrong = []
        self.names = set()

    def equal(self, where: str, field: str, expected, ours) -> None:
        self.compared[where.split(": ")[-1]] += 1
        self.names.add((where, field))
        if expected != ours:
            self.wrong.append(f"{where}: {field}: lspci has {expected}, the library {ours}")

    def fields(self, where: str, text: str, rules: list, fields: dict) -> None:
        for field, pattern, number in rules:
            match = re.search(pattern, text, re.MULTILINE)
            if match:
                self.equal(where, field, number(match["value"]), raw(fields, field))

    def bars(self, where: str, text: str, prefix: str, fields: dict) -> None:
        upper = None
        for line in text.split("\n"):
            match = REGION.match(line)
            # lspci shows the upper half of a 64-bit BAR once more, as one without an address.
            if not match or match["at"] == "<ignored>" or match["bar"] == upper:
                continue
            upper = str(int(match["bar"]) + 1) if match["bits"] == "64" else None
            name = f"{prefix}{match['bar']}"
            ours = raw(fields, name)
            io = match["kind"] != "Memory"
            at = 0 if match["at"].startswith("<") else int(match["at"], 16)
            bits = (0x1 if io else 0) | (0x4 if match["bits"] == "64" else 0) | (0x8 if match["pref"] == "prefetchable" else 0)
            self.equal(where, name, at | bits, None if ours is None else ours & ~(0x2 if io else 0))

    def resizable(self, where: str, text: str, fields: dict) -> None:
        for match in RESIZABLE.finditer(text):
            name = f"bar{match['bar']}"
            size = int(match["now"]) * SIZES[match["unit"]]
            self.equal(where, f"{name}_size", size.bit_length() - 21, raw(fields, f"{name}_size"))
            sizes = re.findall(r"(\d+)([KMGT]?B)", match["all"] or "")
            bits = sum(1 << ((int(number) * SIZES[unit]).bit_length() - 21) for number, unit in sizes)
            self.equal(where, f"{name}_sizes", bits, raw(fields, f"{name}_sizes"))

    def function(self, where: str, block: str, document: dict) -> None:
        space = document["configuration"]
        header, capabilities = cut(block)
        ours = {field["name"]: field for field in space["header"]}
        self.fields(f"{where}: header", header, HEADER, ours)
        if "Bus: primary" not in header:
            self.fields(f"{where}: header", header, OF_ENDPOINT, ours)
        self.bars(f"{where}: header", header, "bar", ours)
        by_offset = {one["offset"]: one for one in space["capabilities"]}
        listed = [(at, extended) for at, extended, text in capabilities if not text.startswith("<chain")]
        self.equal(f"{where}: list", "offsets", sorted(set(at for at, _ in listed)), sorted(by_offset))
        for at, _, text in capabilities:
            mine = {field["name"]: field for field in by_offset.get(at, {}).get("fields", [])}
            for name, rules in CAPABILITIES.items():
                if re.match(name, text):
                    self.fields(f"{where}: {name}", text, rules, mine)
            if text.startswith("Single Root"):
                self.bars(f"{where}: VF BARs", text, "vf_bar", mine)
            if "Resizable BAR" in text.split("\n")[0]:
                self.resizable(f"{where}: Resizable BAR", text, mine)


def documents_of(judge: str, dump: str) -> dict[str, dict]:
    run = subprocess.run([judge, dump], capture_output=True, text=True, check=True)
    documents = [json.loads(line) for line in run.stdout.splitlines()]
    return {document["gpu"]["address"]: document for document in documents}


def compare(dump: str, blocks: dict[str, str], documents: dict[str, dict]) -> Comparison:
    comparison = Comparison()
    comparison.equal(f"{os.path.basename(dump)}: functions", "addresses", sorted(blocks), sorted(documents))
    for address, block in blocks.items():
        if address in documents:
            comparison.function(f"{os.path.basename(dump)}: {address}", block, documents[address])
    return comparison


def all_fields(documents: dict[str, dict]):
    for address, document in documents.items():
        for field in document["configuration"]["header"]:
            yield f"{address}: header", field
        for capability in document["configuration"]["capabilities"]:
            for field in capability["fields"]:
                yield f"{address}: {capability['name']}", field


def self_test(dump: str, blocks: dict[str, str], documents: dict[str, dict]) -> tuple[int, int]:
    """How many fields there are whose change is found, and how many fields there are."""
    found = total = 0
    for _, field in all_fields(documents):
        if field["raw"] is None:
            continue
        total += 1
        before = field["raw"]
        field["raw"] = hex(int(before, 16) ^ 1 << (field["bits"] - 1))
        found += bool(compare(dump, blocks, documents).wrong)
        field["raw"] = before
    return found, total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", required=True)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--least", type=int, default=LEAST, help="of each dump, how many values must be compared")
    parser.add_argument("dumps", nargs="+")
    options = parser.parse_args()
    failed = False
    for dump in options.dumps:
        blocks, documents = functions_of_lspci(dump), documents_of(options.judge, dump)
        if options.self_test:
            found, total = self_test(dump, blocks, documents)
            print(f"{os.path.basename(dump)}: a changed bit is found in {found} of {total} fields")
            failed |= found < options.least
            continue
        comparison = compare(dump, blocks, documents)
        compared = sum(comparison.compared.values())
        print(f"{os.path.basename(dump)}: {compared} values compared, {len(comparison.wrong)} differ")
        print("".join(f"  {wrong}\n" for wrong in comparison.wrong), end="")
        failed |= bool(comparison.wrong) or compared < options.least
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
