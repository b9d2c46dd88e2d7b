# SPDX-License-Identifier: Apache-2.0
# Many at once on the same GPUs.
load helper

@test "fifty applies of two profiles at once, twenty rounds of it, never leave a mixture" {
  lab_profile >one.toml
  VFS=4 QUANTUM=25ms lab_profile | sed 's/^vfs = 2/vfs = 3/' >two.toml
  local profile round at pid
  for profile in one two; do
    on_lab apply -q "$profile.toml"
    vgpuctl sim dump lab.vfhost >"$profile.dump"
    on_lab teardown -q --all
  done
  for ((round = 1; round <= 20; ++round)); do
    local runs=()
    for ((at = 0; at < 50; ++at)); do
      profile=$((at % 2)) && profile=${profile/0/one} && profile=${profile/1/two}
      on_lab apply -q --lock-timeout 5min "$profile.toml" 2>>errors &
      runs+=($!)
    done
    for pid in "${runs[@]}"; do wait "$pid"; done
    vgpuctl sim dump lab.vfhost >now.dump
    cmp -s now.dump one.dump || cmp -s now.dump two.dump || {
      echo "round $round: neither"
      diff one.dump now.dump | head -20
      return 1
    }
  done
  [[ ! -s errors ]]
}
