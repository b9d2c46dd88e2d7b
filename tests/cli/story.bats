# SPDX-License-Identifier: Apache-2.0
# The promise of the program, told once from begin to end.
load helper

@test "plan says it, apply does it, check is 0, and a second apply writes nothing" {
  lab_profile >lab.toml
  run -0 on_lab plan lab.toml
  says '0000:03:00.0  Intel Arc Pro B60  0 → 5 VFs'
  says '~ vf3             exec_quantum  → 35 ms          lab.toml:10'
  says '~ vf0 … vf2, vf4  exec_quantum  → 20 ms          lab.toml:6'
  says '2 GPUs change: 7 VFs made'
  [ "$(writes)" -eq 0 ]

  run -0 on_lab apply lab.toml
  says '0000:03:00.0  Intel Arc Pro B60  5 VFs  ✓ verified'
  says 'Done: 2 changed. Not kept over a reboot; `apply FILE --persist` keeps it.'
  run -0 on_lab check lab.toml
  says 'In sync: the host is as lab.toml says.'

  cp lab.vfhost once.vfhost
  run -0 on_lab apply lab.toml
  says 'Done: 2 unchanged.'
  cmp lab.vfhost once.vfhost
  run -0 on_lab plan --detailed-exitcode lab.toml
}

@test "an export applied to the host it came from changes nothing" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  cp lab.vfhost once.vfhost
  on_lab export >export.toml
  run -0 on_lab apply - <export.toml
  says 'Done: 3 unchanged.'
  run -0 on_lab check export.toml
  cmp lab.vfhost once.vfhost
}

@test "an export applied after a teardown brings the host back" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim dump lab.vfhost >before
  on_lab teardown --all --save saved.toml
  run -0 on_lab apply saved.toml
  vgpuctl sim dump lab.vfhost | diff before -
}

@test "a drift is found, and mended by touching that VF alone" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  QUANTUM=50ms lab_profile >moved.toml
  on_lab apply -q moved.toml
  local before
  before=$(writes)

  run -2 on_lab check lab.toml
  says '0000:03:00.0  vf3  exec_quantum  expected 35 ms  is 50 ms'
  says '1 difference on 1 GPU. `vgpuctl --sim lab.vfhost apply lab.toml` would change only vf3.'
  run -0 on_lab apply lab.toml
  run -0 on_lab check lab.toml
  [ "$(writes)" -eq $((before + 1)) ]
  tail -n 1 lab.vfhost | grep -q 'vf4/profile/exec_quantum_ms.35'
}

@test "changing one VF's time slice is exactly one write" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  local before
  before=$(writes)
  QUANTUM=50ms lab_profile >moved.toml
  run -2 on_lab plan --detailed-exitcode moved.toml
  says '0000:03:00.0  Intel Arc Pro B60  changes only vf3'
  says '~ vf3  exec_quantum  35 ms → 50 ms  moved.toml:10'
  run -0 on_lab apply moved.toml
  [ "$(writes)" -eq $((before + 1)) ]
}

@test "teardown leaves the host as it was, byte for byte" {
  vgpuctl sim dump lab.vfhost >before
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  run ! diff -q before <(vgpuctl sim dump lab.vfhost)
  run -0 on_lab teardown --all
  says 'Done: 2 changed, 1 unchanged.'
  vgpuctl sim dump lab.vfhost | diff before -
}

@test "folding a host file changes nothing but its size" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim dump lab.vfhost >before
  vgpuctl sim fold lab.vfhost
  [ "$(writes)" -eq 0 ]
  vgpuctl sim dump lab.vfhost | diff before -
  run -0 on_lab check lab.toml
}

@test "a saved plan is applied exactly, or not at all" {
  lab_profile >lab.toml
  on_lab plan lab.toml --out plan.json
  [ "$(writes)" -eq 0 ]
  run -0 on_lab apply --plan plan.json
  run -0 on_lab check lab.toml
  run -8 --separate-stderr on_lab apply --plan plan.json
  says 'plan again'
  run -0 on_lab check lab.toml
}

@test "a dry run says what a plan says and writes nothing" {
  lab_profile >lab.toml
  cp lab.vfhost once.vfhost
  diff <(on_lab plan lab.toml) <(on_lab apply --dry-run lab.toml)
  cmp lab.vfhost once.vfhost
  on_lab apply -q lab.toml
  cp lab.vfhost once.vfhost
  run -0 on_lab teardown --all --dry-run
  says '5 → 0 VFs, removes all of them'
  cmp lab.vfhost once.vfhost
}

@test "--only touches the GPUs named, and nothing else" {
  lab_profile >lab.toml
  run -0 on_lab apply lab.toml --only 0000:05:00.0
  run ! grep '^w.*0000:03:00' lab.vfhost
  run -0 on_lab check lab.toml --only 0000:05:00.0
  run -2 on_lab check lab.toml
}

@test "a VF that is to have no driver is in sync when it has none" {
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "0000:05:00.0" }\nvfs = 2\nvf_driver = "none"\n' >none.toml
  run -0 on_lab apply none.toml
  run -0 on_lab check none.toml
  run -0 on_lab plan --detailed-exitcode none.toml
}
