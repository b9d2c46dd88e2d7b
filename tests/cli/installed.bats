# SPDX-License-Identifier: Apache-2.0
# Without FILE the profile is the installed one: the main file with its drop-ins, by UAPI.6. Below lab.vfhost.root/ stand the
# folders of the simulated host.
load helper

# Puts standard input into a file below the host's root.
install_as() {
  mkdir -p "lab.vfhost.root/$(dirname "$1")"
  cat >"lab.vfhost.root/$1"
}

# A table for the first GPU with so many VFs; more lines for it.
gpu() {
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "0000:03:00.0" }\nvfs = %s\n%s' "$1" "${2:-}"
}

# How many VFs the installed set plans for the first GPU.
planned() {
  on_lab plan --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["units"][0]["after"]["gpus"][0]["sriov"]["num_vfs"])'
}

@test "where none is installed, plan says where one would be" {
  for command in plan apply check; do
    run -4 --separate-stderr on_lab $command
    says 'no profile is named, and none is installed'
    says 'lab.vfhost.root/etc/vgpuctl/profile.toml'
  done
  run -0 on_lab validate
  says 'No profile is installed'
}

@test "the first of etc, run and usr/lib counts" {
  gpu 1 | install_as usr/lib/vgpuctl/profile.toml
  [ "$(planned)" = 1 ]
  gpu 2 | install_as run/vgpuctl/profile.toml
  [ "$(planned)" = 2 ]
  gpu 3 | install_as etc/vgpuctl/profile.toml
  [ "$(planned)" = 3 ]
}

@test "an empty file and a link to /dev/null hide what is below" {
  gpu 1 | install_as usr/lib/vgpuctl/profile.toml
  install_as etc/vgpuctl/profile.toml </dev/null
  run -4 on_lab plan
  ln -sf /dev/null lab.vfhost.root/etc/vgpuctl/profile.toml
  run -4 on_lab plan
  rm lab.vfhost.root/etc/vgpuctl/profile.toml
  [ "$(planned)" = 1 ]
}

@test "a link that leads nowhere is told, not passed over" {
  gpu 1 | install_as usr/lib/vgpuctl/profile.toml
  mkdir -p lab.vfhost.root/etc/vgpuctl
  ln -s nowhere lab.vfhost.root/etc/vgpuctl/profile.toml
  run -4 --separate-stderr on_lab plan
  says 'etc/vgpuctl/profile.toml: it cannot be read'
}

@test "drop-ins of all folders count in the order of their names, the higher folder's of one name" {
  gpu 1 | install_as usr/lib/vgpuctl/profile.toml
  gpu 2 'overrides = true' | install_as usr/lib/vgpuctl/profile.toml.d/50-b.toml
  [ "$(planned)" = 2 ]
  gpu 3 'overrides = true' | install_as etc/vgpuctl/profile.toml.d/40-a.toml
  [ "$(planned)" = 2 ]
  gpu 4 'overrides = true' | install_as run/vgpuctl/profile.toml.d/60-c.toml
  [ "$(planned)" = 4 ]
  gpu 5 'overrides = true' | install_as etc/vgpuctl/profile.toml.d/60-c.toml
  [ "$(planned)" = 5 ]
  install_as etc/vgpuctl/profile.toml.d/60-c.toml </dev/null
  [ "$(planned)" = 2 ]
  gpu 9 'overrides = true' | install_as etc/vgpuctl/profile.toml.d/70-c.conf
  gpu 9 'overrides = true' | install_as etc/vgpuctl/profile.toml.d/.70-c.toml
  [ "$(planned)" = 2 ]
}

@test "drop-ins alone are a profile, and two files for one GPU need a word" {
  gpu 2 | install_as etc/vgpuctl/profile.toml.d/50-b.toml
  [ "$(planned)" = 2 ]
  gpu 3 | install_as etc/vgpuctl/profile.toml.d/60-c.toml
  run -5 --separate-stderr on_lab plan
  says '60-c.toml:3:1: error:'
  says 'the other is lab.vfhost.root/etc/vgpuctl/profile.toml.d/50-b.toml:2'
}

@test "resources with a slash are installed ones" {
  gpu 2 'resources = "site/small"' | install_as etc/vgpuctl/profile.toml
  run -4 --separate-stderr on_lab plan
  says 'no such resources are installed'
  printf 'schema = 1\n[resources."site/small"]\nvram = "2GiB"\n' | install_as usr/lib/vgpuctl/resources.d/site.toml
  run -0 on_lab plan --explain
  says 'usr/lib/vgpuctl/resources.d/site.toml:3:8'
  printf 'schema = 1\n[resources."site/small"]\nvram = "1GiB"\n' | install_as etc/vgpuctl/resources.d/site.toml
  run -0 on_lab plan --explain
  says 'etc/vgpuctl/resources.d/site.toml:3:8'
}

@test "resources that come with the program are listed and taken by name" {
  gpu 4 'resources = "intel/e211-4"' >lab.toml
  mkdir -p lab.vfhost.root/usr/lib/vgpuctl/resources.d
  cp "$PROJECT"/profiles/resources/intel/*.toml lab.vfhost.root/usr/lib/vgpuctl/resources.d
  run -0 on_lab schema --resources
  says 'intel/e211-4'
  says 'intel/56c0-16-ecc'
  run -0 on_lab schema --resources --json
  says '"intel/0bd5-62"'
  # Whether this GPU takes each of its keys is the backend's word; that there is such a set is not.
  run --separate-stderr on_lab plan lab.toml
  [[ "$output$stderr" != *'no such resources'* ]]
}

@test "validate looks at files alone, at the installed set, and at a file in its place" {
  gpu 2 >good.toml
  gpu 2 'vrma = 1' >bad.toml
  run -0 vgpuctl validate good.toml
  says 'Valid: good.toml (1 table of GPUs)'
  run -0 vgpuctl validate --json good.toml
  says '"valid": true'
  run -4 --separate-stderr vgpuctl validate bad.toml
  says "did you mean 'vram'?"
  run -4 vgpuctl validate none.toml
  printf 'schema = 1\n[resources.r]\nvram = "2GiB"\n' >resources.toml
  gpu 2 'resources = "r"' >uses.toml
  run -4 vgpuctl validate uses.toml
  run -0 vgpuctl validate uses.toml resources.toml
  install_as etc/vgpuctl/profile.toml <resources.toml
  run -0 on_lab validate --as profile.toml.d/60-x.toml uses.toml
  says 'uses.toml'
  install_as etc/vgpuctl/profile.toml.d/60-x.toml <bad.toml
  run -4 on_lab validate
  run -0 on_lab validate --as profile.toml.d/60-x.toml uses.toml
  run -4 --separate-stderr on_lab validate --as profile.toml.d/60-x.conf uses.toml
  says 'not the name of a file of the installed profile'
  run -4 on_lab validate --as profile.toml uses.toml good.toml
  run -4 on_lab validate --as profile.toml
}

@test "apply --persist installs what was verified, keeps the one before, and shows the difference" {
  gpu 2 >lab.toml
  run -0 on_lab apply lab.toml
  says 'Not kept over a reboot'
  [ ! -e lab.vfhost.root ]
  run -0 on_lab apply lab.toml --persist
  says 'Installed as lab.vfhost.root/etc/vgpuctl/profile.toml'
  cmp lab.toml lab.vfhost.root/etc/vgpuctl/profile.toml
  run -0 on_lab check
  says 'In sync: the host is as the installed profile says.'
  gpu 3 >more.toml
  run -0 on_lab apply --persist more.toml
  says '- vfs = 2'
  says '+ vfs = 3'
  cmp lab.toml lab.vfhost.root/etc/vgpuctl/profile.toml.old
  run -0 on_lab apply --persist more.toml
  says 'It is the installed profile already'
  run -0 on_lab apply
  [[ "$output" != *'Not kept'* ]]
}

@test "what did not come to be is not installed" {
  gpu 2 >lab.toml
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --errno EIO
  run -1 on_lab apply lab.toml --persist
  [ ! -e lab.vfhost.root ]
  gpu 2 'vrma = 1' >bad.toml
  run -4 on_lab apply bad.toml --persist
  run -0 on_lab apply lab.toml --persist --dry-run
  [ ! -e lab.vfhost.root ]
  printf 'schema = 1\n[resources.r]\nvrma = 1\n' | install_as etc/vgpuctl/profile.toml.d/60-x.toml
  run -4 --separate-stderr on_lab apply lab.toml --persist
  says 'with the drop-ins that are installed it would be no profile'
  [ "$(on_lab list --json | grep -c '"index"')" = 0 ]
  run -4 on_lab apply --persist
  run -4 on_lab apply lab.toml --persist --only 0000:03:00.0
  run -4 on_lab apply lab.toml --persist --confirm-within 5min
}

@test "a file behind --only is the profile" {
  gpu 2 >lab.toml
  run -0 on_lab apply --only 0000:03:00.0 lab.toml
  [ "$(on_lab list --json | grep -c '"index"')" = 2 ]
}

@test "JSON is taken like TOML, and export --json is a profile that changes nothing" {
  cat >lab.json <<'JSON'
{"schema": 1,
 "gpu": [{"match": {"address": "0000:03:00.0"}, "vfs": 3, "vram": "2GiB", "exec_quantum": "20ms",
          "vf": [{"index": 1, "exec_quantum": "35ms"}]}]}
JSON
  run -0 on_lab apply lab.json
  on_lab export --json >back.json
  run -0 on_lab plan --detailed-exitcode back.json
  run -0 on_lab check back.json
  python3 - <<'PYTHON'
import json
gpu = json.load(open("back.json"))["gpu"][0]
assert gpu["vfs"] == 3 and gpu["vram"] == "2GiB", gpu
assert {"index": [1], "exec_quantum": "35ms"} in gpu["vf"], gpu
PYTHON
  sed -i 's/"vram"/"vrma"/' lab.json
  run -4 --separate-stderr on_lab plan lab.json
  says 'lab.json:2:59: error: vrma: unknown key'
}

@test "plan --explain says where each value stands" {
  cat >lab.toml <<'PROFILE'
schema = 1
[defaults]
exec_quantum = "10ms"
vgpu_type = "any"
[resources.r]
vram = "2GiB"
[[gpu]]
match = { address = "0000:03:00.0" }
vfs = 4
resources = "r"
  [[gpu.vf]]
  index = [1, 2]
  exec_quantum = "20ms"
PROFILE
  run -0 on_lab plan --explain lab.toml
  diff - <(sed -n '/asked for/,/^$/p' <<<"$output" | sed 's/  */ /g') <<'WHERE'
0000:03:00.0 asked for
 GPU vfs 4 [[gpu]] lab.toml:9:7
 vf0 … vf3 vram 2 GiB [resources] lab.toml:6:8
 vf0, vf3 exec_quantum 10 ms [defaults] lab.toml:3:16
 vf1, vf2 exec_quantum 20 ms [[gpu.vf]] lab.toml:13:18
 - vgpu_type skipped: this GPU has none [defaults] lab.toml:4:13

WHERE
  run -0 on_lab plan --explain --json lab.toml
  says '"explained"'
}

@test "a GPU is named by its serial number or UUID, too" {
  vgpuctl sim create two.vfhost --gpu intel-b60,2 --gpu nvidia-l40s-vgpu -q
  run -0 vgpuctl --sim two.vfhost show 5e-00-00-00-00-00-00-01
  says '0000:04:00.0  Intel Arc Pro B60'
  says 'serial number 5e-00-00-00-00-00-00-01'
  run -0 vgpuctl --sim two.vfhost export GPU-5E000000-0000-4000-8000-000000000002
  says '0000:05:00.0'
  gpu 2 | sed 's/address = "0000:03:00.0"/vendor = "intel"/' >lab.toml
  run -0 vgpuctl --sim two.vfhost apply lab.toml --only 5e-00-00-00-00-00-00-01
  [ "$(vgpuctl --sim two.vfhost list --json | grep -c '"index"')" = 2 ]
  run -5 vgpuctl --sim two.vfhost show 5e-00-00-00-00-00-00-09
}
