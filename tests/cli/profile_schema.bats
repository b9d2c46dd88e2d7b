# SPDX-License-Identifier: Apache-2.0
# What schema tells of the language, of a device, and of installed resources. tests/schema compares it with the parser.
load helper

@test "the schema that is installed is the one that the program prints" {
  vgpuctl schema | diff "$PROJECT/docs/schema/profile.json" - || {
    echo 'after a change of the language:  vgpuctl schema >docs/schema/profile.json' >&2
    return 1
  }
  vgpuctl schema --json | diff "$PROJECT/docs/schema/profile.json" -
}

@test "every shipped profile, and what init and export print, is right by the schema" {
  on_lab init >init.toml
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  on_lab export >export.toml
  cat >judge.py <<'PYTHON'
import json, sys, tomllib
import jsonschema
judge = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
for name in sys.argv[2:]:
    with open(name, "rb") as file:
        for error in judge.iter_errors(tomllib.load(file)):
            sys.exit(f"{name}: {error.json_path}: {error.message}")
PYTHON
  vgpuctl schema >schema.json
  /usr/bin/python3 judge.py schema.json "$PROJECT"/profiles/*.toml init.toml export.toml
  sed 's/^vfs /vfz /' init.toml >wrong.toml
  run ! /usr/bin/python3 judge.py schema.json wrong.toml
}

@test "schema --gpu tells what this device takes" {
  run -0 --separate-stderr on_lab schema --gpu 0000:03:00.0
  [ "${lines[0]}" = 'simulated: lab.vfhost' ]
  says '0000:03:00.0  Intel Arc Pro B60'
  says 'exec_quantum     each VF  duration'
  COLUMNS=60 run -0 on_lab schema --gpu 0000:03:00.0
  for line in "${lines[@]}"; do
    [ "${#line}" -le 60 ]
  done
  run -5 --separate-stderr on_lab schema --gpu 0000:77:00.0
}

@test "schema --gpu --json has type, unit, range and source" {
  run -0 --separate-stderr on_lab schema --gpu 0000:03:00.0 --json
  "$BATS_TEST_DIRNAME/document.py" attributes <<<"$output"
  python3 - <<'PYTHON' "$output"
import json, sys
(gpu,) = json.loads(sys.argv[1])["gpus"]
one, of_pf = [a for a in gpu["attributes"] if a["attribute"] == "exec_quantum"]
assert (one["scope"], one["type"], one["unit"]) == ("vf", "duration", "microseconds"), one
assert of_pf["scope"] == "pf", of_pf
assert one["phases"] == ["before_vfs", "with_vfs"], one
(bound,) = [a for a in gpu["attributes"] if a["attribute"] == "vf_driver"]
assert bound["phases"] == ["with_vfs"], bound
assert one["least"] > 0 and one["most"] > one["least"] and one["read_from"], one
PYTHON
}

@test "schema --resources tells what is installed, and where" {
  run -0 on_lab schema --resources
  says 'No resources are installed'
  mkdir -p lab.vfhost.root/etc/vgpuctl/resources.d
  file=lab.vfhost.root/etc/vgpuctl/resources.d/site.toml
  printf 'schema = 1\n[resources."site/half"]\nvram = "11GiB"\nexec_quantum = "20ms"\n' >"$file"
  run -0 on_lab schema --resources
  says 'site/half'
  says 'vram = 11 GiB'
  says "$file"
  run -0 --separate-stderr on_lab schema --resources --json
  "$BATS_TEST_DIRNAME/document.py" resources <<<"$output"
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "0000:03:00.0" }\nvfs = 2\nresources = "site/half"\n' >half.toml
  run -0 on_lab plan half.toml
  echo 'vrm = 1' >>"$file"
  run -4 --separate-stderr on_lab schema --resources
  says "did you mean 'vram'?"
}

@test "one question at a time" {
  run -4 on_lab schema --gpu 0000:03:00.0 --resources
}
