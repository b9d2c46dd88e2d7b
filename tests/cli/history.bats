# SPDX-License-Identifier: Apache-2.0
# What was changed, and back again.
load helper

@test "history tells what was changed, undo takes it back, and says so when there is nothing left" {
  lab_profile >lab.toml
  run -0 on_lab history
  says 'Nothing was changed since the last boot.'
  vgpuctl sim dump lab.vfhost >before
  on_lab apply -q lab.toml
  run -0 on_lab history
  says 'apply lab.toml'
  says '0 → '
  run -0 on_lab --json history
  says '"undone": false'
  run -0 on_lab undo --dry-run
  says "→ 0"
  run -0 on_lab undo
  vgpuctl sim dump lab.vfhost >after
  cmp before after
  run -0 on_lab undo
  says 'Nothing to undo'
  run -0 on_lab history
  says 'undo 1'
  says undone
}

@test "undo refuses where somebody uses what would go, and where the host moved since" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim hold lab.vfhost 0000:03:00.0/0 --vm build-7
  run -3 --separate-stderr on_lab undo
  says 'VM "build-7"'
  run -0 on_lab undo --dry-run --allow-in-use 0000:03:00.0/0
  says 'taken from users'
}
