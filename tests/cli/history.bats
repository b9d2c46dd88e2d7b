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

@test "two hundred cycles of apply and teardown leave nothing behind that grows" {
  lab_profile >lab.toml
  local cycle files=''
  for ((cycle = 1; cycle <= 200; ++cycle)); do
    on_lab apply -q lab.toml
    on_lab teardown -q --all
    # By then the history is full: it keeps the last twenty runs.
    if ((cycle == 20)); then
      files=$(find lab.vfhost.state -type f | wc -l)
      bytes=$(du -sb lab.vfhost.state | cut -f1)
    fi
  done
  [[ "$(find lab.vfhost.state -type f | wc -l)" == "$files" ]]
  # Numbers of runs grow by a digit.
  (($(du -sb lab.vfhost.state | cut -f1) < bytes + 4096))
}
