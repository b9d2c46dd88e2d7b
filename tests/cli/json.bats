# SPDX-License-Identifier: Apache-2.0
# Every command has a machine form, errors included: what its schema says (schema.bats), with what is meant in it.
load helper

@test "list and show" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  is inventory 0 --sim lab.vfhost list
  [ "$(value 'd["simulated"], len(d["gpus"])')" = "(True, 3)" ]
  [ "$(value '[d["gpus"][0]["vfs"][3]["attributes"][key] for key in ("exec_quantum", "vram")]')" = \
    '[35000, 2147483648]' ]
  is inventory 0 --sim lab.vfhost show 0000:03:00.0
  [ "$(value 'd["gpus"][0]["sriov"]["num_vfs"], d["gpus"][0]["vram_total"]')" = "(5, 25769803776)" ]
  is inventory 0 --sim lab.vfhost show 0000:05:00.0
  [ "$(value 'd["gpus"][0]["vram_total"]')" = "None" ]
  is inventory 0 --sim lab.vfhost list --all-classes --vfs
}

@test "plan, apply and teardown" {
  lab_profile >lab.toml
  is plan 0 --sim lab.vfhost plan lab.toml
  [ "$(value 'd["changes"], [u["action"] for u in d["units"]]')" = "(True, ['create', 'create'])" ]
  is plan 2 --sim lab.vfhost plan lab.toml --detailed-exitcode --out plan.json
  "$BATS_TEST_DIRNAME/document.py" plan plan.json
  is plan 0 --sim lab.vfhost apply --dry-run lab.toml
  is report 0 --sim lab.vfhost apply --plan plan.json
  [ "$(value 'd["changed"], [u["result"] for u in d["units"]]')" = "(True, ['applied', 'applied'])" ]
  is report 0 --sim lab.vfhost apply lab.toml
  [ "$(value 'd["changed"], [u["result"] for u in d["units"]]')" = "(False, ['unchanged', 'unchanged'])" ]
  is plan 0 --sim lab.vfhost teardown --all --dry-run
  is report 0 --sim lab.vfhost teardown --all
}

@test "export is a profile: the same as in TOML" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  on_lab export >export.toml
  on_lab export --json >export.json
  python3 - <<'SAME'
import json
import tomllib

with open("export.json", encoding="utf-8") as one, open("export.toml", "rb") as other:
    exported, wanted = json.load(one), tomllib.load(other)
for gpu in exported["gpu"]:  # a list of one in JSON, that one in TOML: `index` takes both
    for vf in gpu.get("vf", []):
        vf["index"] = vf["index"][0] if len(vf["index"]) == 1 else vf["index"]
assert exported == wanted, exported
assert exported["gpu"][0]["vfs"] == 5, exported
SAME
  is error 5 --sim lab.vfhost export 0000:09:00.0
}

@test "check" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  is check 0 --sim lab.vfhost check lab.toml
  [ "$(value 'd["in_sync"]')" = True ]
  QUANTUM=50ms lab_profile >moved.toml
  is check 2 --sim lab.vfhost check moved.toml
  [ "$(value '[(x["gpu"], x["vf"], x["attribute"], x["expected"], x["actual"]) for x in d["differences"]]')" = \
    "[('0000:03:00.0', 3, 'exec_quantum', 50000, 35000)]" ]
}

@test "a refusal, a failure, and a run that was cut off" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim hold lab.vfhost 0000:03:00.1
  is report 3 --sim lab.vfhost teardown --all
  [ "$(value 'd["error"]["kind"], d["error"]["code"], d["changed"]')" = "('in_use', 3, False)" ]
  vgpuctl sim release lab.vfhost 0000:03:00.1
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --errno EIO
  is report 1 --sim lab.vfhost teardown 0000:03:00.0
  [ "$(value 'd["units"][0]["result"]')" = rolled_back ]
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --stop before
  "$BATS_TEST_DIRNAME/stopped.py" "$VGPUCTL" --sim lab.vfhost teardown --all -- true
  is error 9 --sim lab.vfhost teardown --all
  is report 0 --sim lab.vfhost recover
  is report 0 --sim lab.vfhost recover
  [ "$(value 'd["units"]')" = '[]' ]
}

@test "errors, those of the command line included" {
  printf 'schema = 1\nunlistd = 1\nvrma = 2\n' >bad.toml
  is error 4 --sim lab.vfhost apply bad.toml
  [ "$(value 'len(d["error"]["details"])')" = 2 ]
  is error 4 --sim lab.vfhost lists
  is error 4 --sim lab.vfhost plan
  is error 4 list --colour never
  is error 4 --sim lab.vfhost teardown
  is error 5 --sim lab.vfhost show 0000:09:00.0
  [ "$(value 'd["error"]["kind"]')" = no_match ]
}

@test "the commands of sim" {
  is sim-models 0 sim models
  is sim-done 0 sim create new.vfhost --gpu plain
  is error 4 sim create other.vfhost --gpu none
  is sim-done 0 sim fault new.vfhost "$(count_of 0000:03:00.0)" --errno EIO
  is sim-done 0 sim fold new.vfhost
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  is sim-done 0 sim hold lab.vfhost 0000:03:00.1
  is sim-done 0 sim release lab.vfhost 0000:03:00.1
  is sim-dump 0 sim dump lab.vfhost
  # Of bytes that are no UTF-8 (configuration space has some) U+FFFD.
  vgpuctl sim dump lab.vfhost >dump
  [ "$(value 'd["dump"] == open("dump", "rb").read().decode("utf-8", "replace")')" = True ]
}
