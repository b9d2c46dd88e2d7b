# SPDX-License-Identifier: Apache-2.0
"""Makes profiles, right and wrong ones, from a seed: one that is right is grown, then one thing in it may be spoilt."""

import random

ADDRESSES = ["0000:03:00.0", "03:00.0", "10000:E1:1f.7", "1:03:00.0", "0000:3b:*", "*", "3b:0[01].?", "0000:[!0]*"]
NO_ADDRESSES = ["", "3b:00", "0000:03:20.0", "0000:03:00.8", "03.00.0", "gpu*", "0000:03:00.0 ", "123456789:03:00.0"]
SIZES = ["4GiB", "1.5GiB", "500MB", "4096", "12B", "1.0B", "4 TiB", "0", "2.50 KiB", "1.5KB", "7 ", 0, 4096, 2**40]
NO_SIZES = ["4gib", "4G", "GiB", ".5GiB", "1.GiB", "4 GiB ", " 4GiB", "1.5B", "-1", "4GiB4", "1e3", -1, "1,5GiB"]
TIMES = ["500us", "20ms", "1s", "infinite", "1.5ms", "0.000001s", "20 ms", "2.000us", "0.1250ms", "0s"]
NO_TIMES = ["20", "20m", "1.5us", "0.0001ms", "0.0000001s", "Infinite", "ms", " 1s", "1s ", 20, "1min", "1h"]
IDS = ["0x10de", "0x0000ffff", "0xE211", 0, 65535, 57873, "0x1"]
NO_IDS = ["10de", "0x", "0x1ffff", "0X10de", "0x00000ffff", -1, 65536, "0xg", ""]
PAIRS = ["8086:e211", "10DE:26b9"]
NO_PAIRS = ["8086:e2112", ":", "8086:", "0x8086:0xe211", "808:e211"]
COUNTS = [0, 1, 64, 2**63 - 1]
TEXTS = ["a", "NVIDIA L40S-8Q", "auto", "none", "*B60*", "…"]
DRIVERS = ["auto", "host", "none", "vfio-pci", "my_Driver9", "x" * 63]
NO_DRIVERS = ["", "default", "a/b", "x" * 64, "vfio pci", "ü", 3]
JUNK = [None, True, False, 1.5, -1, 7, 2**62, "", "default", "junk", "0", [], ["junk"], [None], {}, {"junk": 1}, [[1]]]
UUID = "5c6b2c6e-98f3-4a64-9c41-0f2f0d3e9A01"


class Grower:
    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def one(self, *of):
        return self.random.choice(of)

    def often(self, chance: float) -> bool:
        return self.random.random() < chance

    def some(self, makers: dict, chance: float) -> dict:
        return {key: make() for key, make in makers.items() if self.often(chance)}

    # What an attribute of each kind may be.
    def of(self, pool: list):
        return lambda: self.random.choice(pool)

    def or_default(self, pool: list):
        return self.of([*pool, "default"])

    def vf_values(self, chance: float) -> dict:
        return self.some(
            {
                "vf_driver": self.of(DRIVERS),
                "vram": self.or_default(SIZES),
                "ggtt": self.or_default(SIZES),
                "contexts": self.or_default(COUNTS),
                "doorbells": self.or_default(COUNTS),
                "exec_quantum": self.or_default(TIMES),
                "preempt_timeout": self.or_default(TIMES),
                "priority": self.of(["low", "normal", "default"]),
                "vgpu_type": self.or_default([*TEXTS, 0, 2**32 - 1]),
                "vgpu_params": self.or_default(TEXTS),
                "placement": self.or_default(COUNTS),
                "gpu_instance": self.or_default(COUNTS),
                "msix": self.or_default(COUNTS),
                "requires": self.or_default([[], ["cuda"], ["rocm", "level_zero", "vulkan", "opencl", "cuda"]]),
            },
            chance,
        )

    def pf_values(self, chance: float) -> dict:
        layouts = ["off", [], ["1g.10gb", "1g.10gb"], {}, {"3g.40gb": 1, "1g.10gb+me": 64}]
        return self.some(
            {
                "exec_quantum": self.or_default(TIMES),
                "preempt_timeout": self.or_default(TIMES),
                "priority": self.or_default(["low", "normal", "high"]),
                "driver": self.of(["host", "xe", "nvidia"]),
                "reserve_vram": self.or_default(SIZES),
                "heterogeneous": self.or_default([True, False]),
                "mig": self.or_default(layouts),
                "compute_partition": self.or_default(["SPX", "DPX", "QPX", "CPX"]),
                "accelerator_partition": self.or_default(["SPX", "CPX"]),
                "memory_partition": self.or_default(["NPS1", "NPS2", "NPS4", "NPS8"]),
            },
            chance,
        )

    def match(self) -> dict:
        keys = self.some(
            {
                "address": self.of(ADDRESSES),
                "device": self.of(IDS),
                "subsystem": self.of([*IDS, *PAIRS]),
                "class": self.of(["any", "0x03", "0x0302", "0x00ffffff", 0, 0xFFFFFF]),
                "model": self.of(TEXTS),
                "driver": self.of(TEXTS),
                "backend": self.of(["generic", "intel-xe", "nvidia-mdev", "amd-gpuiov", "virtio"]),
                "slot": self.of(TEXTS),
                "serial": self.of(TEXTS),
                "uuid": self.of(TEXTS),
                "numa_node": self.of([0, 2**31 - 1]),
                "nth": self.of([0, 2**32 - 1]),
            },
            0.2,
        )
        if self.often(0.3):
            keys["vendor"] = self.one("nvidia", "AMD", "Intel", "virtio", *IDS)
        elif self.often(0.3):
            keys["device"] = self.one(*PAIRS)
        return keys or {"address": "*"}

    def expect(self):
        item = self.of([0, 8, 2**32 - 1, "8", "1..", "..4", "2..4", "3..3"])
        return item() if self.often(0.7) else [item() for _ in range(self.one(1, 2, 3))]

    def vf_tables(self) -> list:
        places = [3, "0-2", [4], [5, "6-7"], "8", ["9", "10-10", 11]]
        self.random.shuffle(places)
        tables = []
        for index in places[: self.one(0, 1, 2)]:
            table = {"index": index, **self.vf_values(0.15)}
            table.pop("priority", None)
            if index in (3, "8", [4]) and self.often(0.5):
                table["uuid"] = self.one(UUID, "default")
            tables.append(table)
        return tables

    def gpu(self, names: list) -> dict:
        table = {"match": self.match(), **self.vf_values(0.1)}
        table |= self.some(
            {
                "expect": self.expect,
                "optional": self.of([True, False]),
                "adopt": self.of([True, False]),
                "vfs": self.of([12, 24, 65535, "max"]),
                "pf": lambda: self.pf_values(0.2),
                "vf": self.vf_tables,
            },
            0.3,
        )
        if self.often(0.2):
            table[self.one("overrides", "replaces")] = True
        if names and self.often(0.4):
            table["resources"] = self.one(*names)
        return table

    def right(self) -> dict:
        profile = {"schema": 1}
        names = [name for name in ("half", "a b", "9") if self.often(0.3)]
        if names:
            profile["resources"] = {name: self.vf_values(0.2) for name in names}
        if self.often(0.3):
            profile["defaults"] = self.vf_values(0.2)
        if self.often(0.2):
            profile["unlisted"] = "teardown"
        if self.often(0.9):
            profile["gpu"] = [self.gpu(names) for _ in range(self.one(1, 1, 2))]
        return profile

    # What may be wrong.
    def replacement(self, key: str):
        """Something that is mostly wrong for a key, and near to what would be right."""
        near = {
            "address": NO_ADDRESSES,
            "device": [*NO_IDS, *NO_PAIRS],
            "subsystem": [*NO_IDS, *NO_PAIRS],
            "vendor": [*NO_IDS, "nvida", "AMD ", "0X1002"],
            "class": ["Any", "0x1000000", "0x", -1, 2**24, "0302", "0x0000ffffff"],
            "backend": ["intel_xe", "Generic", "xe"],
            "expect": ["..", "1...2", "-1", "1..x", "1,2", [], [1, None], -1, 2**32, " 1"],
            "index": [-1, 65535, "3-", "-3", "a", "1-2-3", [], ["x"], [[1]], "1 - 2"],
            "vfs": [-1, 65536, "Max", "4", [4], "all"],
            "schema": [2, 0, "1", [1]],
            "unlisted": ["keep", "Teardown", True],
            "resources": ["", 1, ["half"], {"a/b": {}}],
            "match": [{}, [], "x", {"models": "x"}],
            "gpu": [{}, [1], "x"],
            "vf": [{}, [1], [{}], [{"index": 0, "priority": "low"}]],
            "pf": [[], "x", {"vram": "1GiB"}, {"driver": "default"}],
            "uuid": [UUID[:-1], UUID + "0", UUID.replace("-", ""), ""],
            "priority": ["high", "Normal", "lowest", ""],
            "requires": [["cuda", "cuda"], ["CUDA"], "cuda", [1], {}],
            "mig": ["on", [""], [1], {"1g.10gb": 0}, {"1g.10gb": 65}, {"1g.10gb": "2"}, True],
            "vgpu_type": [-1, 2**32, "", ["x"], True],
            "compute_partition": ["spx", "TPX"],
            "memory_partition": ["NPS3", "nps1", 1],
        }
        for keys, pool in (
            (("vram", "ggtt", "reserve_vram"), NO_SIZES),
            (("exec_quantum", "preempt_timeout"), NO_TIMES),
            (("vf_driver", "driver"), NO_DRIVERS),
            (("contexts", "doorbells", "placement", "gpu_instance", "msix"), ["1", -1, 2**63, 1.5]),
            (("nth", "numa_node"), ["0", -1, 2**32]),
        ):
            near |= dict.fromkeys(keys, pool)
        return self.one(*near[key]) if key in near and self.often(0.7) else self.one(*JUNK)

    def spoilt(self, profile: dict) -> dict:
        tables = list(tables_in(profile))
        table = self.one(*tables)
        how = self.one("replace", "replace", "replace", "add", "remove", "rename")
        keys = list(table)
        if how == "add" or not keys:
            table[self.one(*STRANGE)] = self.one("default", 1, "low", "off", "auto", True, [], {}, UUID)
        elif how == "replace":
            key = self.one(*keys)
            table[key] = self.replacement(key)
        elif how == "remove":
            del table[self.one(*keys)]
        else:
            key = self.one(*keys)
            table[self.one(key + "s", key.upper(), key[:-1] or "x")] = table.pop(key)
        return profile


# Keys that stand somewhere, and here and there where they may not.
STRANGE = """vram vf_driver exec_quantum priority vgpu_type uuid requires driver heterogeneous mig reserve_vram
compute_partition accelerator_partition memory_partition index vfs match expect schema gpu defaults nth model
optional adopt unknown""".split()


def tables_in(value):
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from tables_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from tables_in(inner)


def profiles(seed: int, count: int):
    grower = Grower(seed)
    for number in range(count):
        profile = grower.right()
        yield profile if number % 3 == 0 else grower.spoilt(profile)
