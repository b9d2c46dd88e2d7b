# SPDX-License-Identifier: Apache-2.0
# What others made, and what an earlier profile had.
load helper

@test "VFs of which there is no record are refused with the way out, and removed when adopted" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  rm -r lab.vfhost.state
  run -0 on_lab check lab.toml
  before=$(writes)
  run -3 --separate-stderr on_lab teardown --all
  says 'others made what would be changed; nothing was changed'
  says '5 VFs were not made by vgpuctl'
  says 'help: give --adopt'
  [[ "$(writes)" == "$before" ]]
  run -3 on_lab --json teardown --all
  says '"kind": "foreign"'
  run -0 on_lab teardown --all --adopt --dry-run
  says 'adopted: what others made on 0000:03:00.0'
  run -0 on_lab teardown --all --adopt
  run -0 on_lab list
}

@test "a key that is gone from the profile is told of in plan and check" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  grep -v exec_quantum lab.toml >less.toml
  run -0 on_lab check less.toml
  says 'left over:'
  says 'vf0 … vf2, vf4'
  says 'exec_quantum'
  says '35 ms'
  says 'In sync'
  run -0 on_lab plan less.toml
  says 'left over:'
  run -0 on_lab --json check less.toml
  says '"left_over": ['
  says '"attribute": "exec_quantum"'
}

@test "GPUs that no table is about lose our VFs only where the profile says so" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  sed '/0000:05:00.0/,$d' lab.toml | sed '$d' >first.toml
  run -0 on_lab apply first.toml
  says unchanged
  { echo 'unlisted = "teardown"'; cat first.toml; } >alone.toml
  run -0 on_lab plan alone.toml
  says '0000:05:00.0'
  says 'removes all of them'
  run -0 on_lab apply alone.toml
  run -0 on_lab check alone.toml
}
