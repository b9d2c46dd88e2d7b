# SPDX-License-Identifier: Apache-2.0
# Everything that is printed under --json is described in docs/schema, each key of it, whatever state the host is in.
load helper

# keep DOCUMENT COMMAND…: its output is one of those that documents_are_described looks at; how it ends does not matter here.
keep() {
  local document=$1
  shift
  kept=$((${kept:-0} + 1))
  vgpuctl "$@" --json >"$document.$kept.json" || [[ $? -le 10 ]]
}

documents_are_described() {
  local document
  for document in "$@"; do
    "$BATS_TEST_DIRNAME/document.py" "$document" "$document".*.json
  done
}

lab_with_vfs() {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
}

@test "the schemas are in order, and each property is described" {
  run -0 "$BATS_TEST_DIRNAME/document.py" --schemas
}

@test "a document that is not as described is found" {
  # wrong DOCUMENT CHANGE: with this change it is not as described, and without it is.
  wrong() {
    python3 -c "import json,sys; d = json.load(open('right.json')); $2; print(json.dumps(d))" >wrong.json
    "$BATS_TEST_DIRNAME/document.py" "$1" right.json
    run -1 "$BATS_TEST_DIRNAME/document.py" "$1" wrong.json
    says 'wrong.json: $'
  }
  lab_with_vfs
  on_lab list --json >right.json
  wrong inventory 'd["simulated"] = 1'
  wrong inventory 'd["format_version"] = "2.0"'
  wrong inventory 'd = []'
  wrong inventory 'del d["gpus"][0]["address"]'
  wrong inventory 'd["gpus"][0]["address"] = "03:00.0"'
  wrong inventory 'd["gpus"][0]["vram_total"] = "24 GiB"'
  wrong inventory 'd["gpus"][0]["sriov"]["num_vfs"] = None'
  wrong inventory 'd["gpus"][0]["colour"] = "red"'
  wrong inventory 'd["gpus"][0]["vfs"][0]["attributes"]["colour"] = "red"'
  wrong inventory 'd["gpus"][0]["vfs"][0]["attributes"]["exec_quantum"] = "20ms"'
  # In what builds upon another document, too.
  on_lab teardown --all --json >right.json
  wrong report 'd["units"][0]["colour"] = "red"'
  wrong report 'd["units"][0]["result"] = "perfect"'
  wrong report 'd["units"][0]["steps"][0]["outcome"] = "well"'
  wrong report 'd["units"][0]["steps"][0]["colour"] = "red"'
  wrong report 'del d["units"][0]["steps"][0]["id"]'
  on_lab lists --json >right.json || [[ $? == 4 ]]
  wrong error 'd["error"]["kind"] = "bad"'
  wrong error 'd["error"]["details"] = []'
  run -1 "$BATS_TEST_DIRNAME/document.py" inventory right.json
  run -1 "$BATS_TEST_DIRNAME/document.py" error <<<'{"format_version"'
}

@test "the golden cases: what is there, what would be done, what was done" {
  local case name host model gpus
  for case in "$PROJECT"/tests/golden/*/; do
    name=$(basename "$case")
    host=$name.vfhost
    if grep -q '^vfhost' "$case/host"; then
      cp "$case/host" "$host"
    else
      # A line is a model; ' of N', how many VFs the matrix lets it have, says nothing about its documents.
      gpus=()
      while read -r model _; do
        gpus+=(--gpu "$model")
      done <"$case/host"
      vgpuctl sim create "$host" "${gpus[@]}" -q
    fi
    if [[ -e "$case/before.toml" ]]; then
      vgpuctl --sim "$host" apply -q "$case/before.toml" --allow-driver-reload --allow-reset --allow-register-writes
    fi
    if [[ -e "$case/profile.toml" ]]; then
      keep plan --sim "$host" plan "$case/profile.toml"
      keep check --sim "$host" check "$case/profile.toml"
      keep report --sim "$host" apply "$case/profile.toml" --allow-driver-reload --allow-reset --allow-register-writes
    else
      keep plan --sim "$host" teardown --all --dry-run
      keep report --sim "$host" teardown --all
    fi
    keep inventory --sim "$host" show
  done
  ((kept > 100))
  documents_are_described plan check report inventory
}

@test "runs that are refused, that fail, and that could not be taken back" {
  lab_with_vfs
  vgpuctl sim hold lab.vfhost 0000:03:00.0/0 --vm build-7
  VFS=6 lab_profile >six.toml
  keep inventory --sim lab.vfhost list
  keep plan --sim lab.vfhost plan six.toml
  keep plan --sim lab.vfhost plan six.toml --allow-in-use 0000:03:00.0/0
  keep report --sim lab.vfhost apply six.toml
  keep report --sim lab.vfhost teardown --all --keep-going
  is report 3 --sim lab.vfhost teardown 0000:03:00.0
  [ "$(value 'd["error"]["kind"], d["error"]["code"], d["units"][0]["blocked"][0]["holders"][0]["vm"]')" = \
    "('in_use', 3, 'build-7')" ]
  vgpuctl sim release lab.vfhost 0000:03:00.0/0
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --errno EIO --half
  is report 1 --sim lab.vfhost apply six.toml --only 0000:03:00.0
  [ "$(value 'd["units"][0]["result"], d["error"]["details"][0]["errno"]')" = "('rolled_back', 5)" ]
  # What was to take it back fails as often as it is tried.
  local turn
  for turn in 2 3 4 5 6 7 8 9; do
    vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --errno EIO --turn "$turn"
  done
  is report 9 --sim lab.vfhost apply six.toml --only 0000:03:00.0
  [ "$(value 'd["units"][0]["result"], len(d["units"][0]["not_restored"]) > 0, d["error"]["code"]')" = "('failed', True, 9)" ]
  documents_are_described inventory plan report
}

@test "a run that was cut off, and what recovers it" {
  lab_profile >lab.toml
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --stop after
  "$BATS_TEST_DIRNAME/stopped.py" "$VGPUCTL" --sim lab.vfhost apply lab.toml -- \
    "$VGPUCTL" --sim lab.vfhost apply lab.toml --json >error.locked.json || [[ $? == 7 ]]
  is error 9 --sim lab.vfhost apply lab.toml
  [ "$(value 'd["error"]["kind"], d["simulated"]')" = "('not_restored', True)" ]
  keep report --sim lab.vfhost recover
  keep report --sim lab.vfhost recover
  documents_are_described error report
}

@test "what differs, is missing, lent, left over, of others, and stale" {
  lab_with_vfs
  QUANTUM=50ms lab_profile >moved.toml
  sed 's/^exec_quantum.*//; s/^vfs = 2/vfs = 1/' lab.toml >less.toml
  printf 'schema = 1\n[[gpu]]\nmatch = { model = "*B60*" }\nexpect = 3\nvfs = 5\n' >three.toml
  vgpuctl sim hold lab.vfhost 0000:03:00.0/0 --vm build-7
  local profile
  for profile in lab moved less three; do
    keep check --sim lab.vfhost check "$profile.toml"
    keep plan --sim lab.vfhost plan "$profile.toml" --allow-missing --adopt
  done
  on_lab plan -q moved.toml --out saved.json
  "$BATS_TEST_DIRNAME/document.py" plan saved.json
  sed 's/35ms/40ms/' lab.toml >other.toml
  on_lab apply -q other.toml
  is error 8 --sim lab.vfhost apply --plan saved.json
  [ "$(value 'd["error"]["kind"]')" = stale ]
  documents_are_described check plan
}

@test "history, undo, and what waits to be confirmed" {
  keep history --sim lab.vfhost history
  keep report --sim lab.vfhost undo
  lab_with_vfs
  keep history --sim lab.vfhost history
  keep plan --sim lab.vfhost undo --dry-run
  keep report --sim lab.vfhost undo
  is report 0 --sim lab.vfhost apply lab.toml --confirm-within 1h
  [ "$(value 'd["confirm_by"] is not None, d["run"]')" = "(True, 3)" ]
  keep history --sim lab.vfhost history
  is history 0 --sim lab.vfhost confirm
  [ "$(value '[run["confirmation"] for run in d["runs"]]')" = "['kept']" ]
  keep history --sim lab.vfhost confirm
  documents_are_described history plan report
}

@test "faults of a profile are objects with their places, all of them" {
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "*" }\nvfs = 2\nvrma = "2GiB"\nexec_quantum = "soon"\n' >bad.toml
  is error 4 --sim lab.vfhost plan bad.toml
  [ "$(value '[(f["file"], f["line"], f["column"], f["length"], f["text"]) for f in d["error"]["details"]]')" = \
    "[('bad.toml', 5, 1, 4, 'vrma = \"2GiB\"'), ('bad.toml', 6, 16, 6, 'exec_quantum = \"soon\"')]" ]
  [[ "$(value 'd["error"]["details"][0]["help"]')" == *vram* ]]
  is error 4 --sim lab.vfhost plan none.toml
  [ "$(value '[d["error"]["details"][0][key] for key in ("subject", "errno", "file", "line")]')" = "['none.toml', 2, None, None]" ]
  VFS=99 lab_profile >many.toml
  is error 5 --sim lab.vfhost plan many.toml
  [ "$(value 'd["error"]["details"][0]["line"]')" = 4 ]
}

@test "hosts with nothing to manage, devices of other classes, and the commands of sim" {
  vgpuctl sim create plain.vfhost --gpu plain -q
  keep inventory --sim plain.vfhost list --all-classes
  keep sim-models sim models
  keep sim-done sim create other.vfhost --gpu intel-b60 --gpu nvidia-l40s --gpu amd-v710
  keep inventory --sim other.vfhost show
  for gpu in 0000:03:00.0 0000:04:00.0 0000:05:00.0; do
    keep registers --sim other.vfhost registers "$gpu"
  done
  keep sim-dump sim dump other.vfhost
  keep sim-done sim fault other.vfhost "$(count_of 0000:03:00.0)" --errno EIO
  keep sim-done sim fold other.vfhost
  lab_with_vfs
  keep sim-done sim hold lab.vfhost 0000:03:00.0/0
  keep sim-done sim release lab.vfhost 0000:03:00.0/0
  documents_are_described inventory registers sim-models sim-done sim-dump
  is error 5 --sim lab.vfhost show 0000:09:00.0
  is error 4 --sim none.vfhost list
  is error 4 sim create lab.vfhost --gpu none
}

@test "what is valid, what is explained, and text" {
  lab_profile >lab.toml
  keep validate validate lab.toml
  keep validate --sim lab.vfhost validate
  lab_profile | sed 's/^vram.*/resources = "r"/' >explained.toml
  printf '[resources.r]\nvram = "2GiB"\n[defaults]\nvgpu_type = "any"\n' >>explained.toml
  keep plan --sim lab.vfhost plan --explain explained.toml
  output=$(<plan.3.json)
  [ "$(value '[one["attribute"] for one in d["explained"] if one["skipped"]][0]')" = vgpu_type ]
  keep text help apply
  keep text completion bash
  documents_are_described validate plan text
}
