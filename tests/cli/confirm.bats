# SPDX-License-Identifier: Apache-2.0
# What nobody confirms goes back by itself, also when the terminal is gone.
load helper

# Until the history says so; a limit, so that a test ends.
until_history_says() {
  local deadline=$((SECONDS + 30))
  until run on_lab history && [[ "$output" == *"$1"* ]]; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# How many watch over this host. By its whole path: other tests have a host of the same name.
watchers() { pgrep -fc -- "--sim $PWD/lab.vfhost revert-unconfirmed" || [[ $? == 1 ]]; }
no_watchers() {
  local deadline=$((SECONDS + 30))
  until [[ "$(watchers)" == 0 ]]; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

@test "what is not confirmed goes back when its time is over, and confirm then says so" {
  lab_profile >lab.toml
  vgpuctl sim dump lab.vfhost >before
  run -0 on_lab apply --confirm-within 1s lab.toml
  says 'vgpuctl --sim lab.vfhost confirm'
  run -0 on_lab check lab.toml
  until_history_says 'undo 1'
  vgpuctl sim dump lab.vfhost >after
  cmp before after
  run -8 --separate-stderr on_lab confirm
  says 'was taken back already'
  run -8 on_lab --json confirm
  says '"kind": "stale"'
}

@test "it goes back though the terminal that it was asked for from is gone" {
  lab_profile >lab.toml
  vgpuctl sim dump lab.vfhost >before
  script -qec "$VGPUCTL --sim lab.vfhost apply --confirm-within 2s lab.toml" terminal </dev/null
  grep -q 'is taken back at' terminal
  until_history_says 'undo 1'
  vgpuctl sim dump lab.vfhost >after
  cmp before after
}

@test "what is confirmed stays, and nobody watches any more" {
  lab_profile >lab.toml
  vgpuctl --sim "$PWD/lab.vfhost" apply -q --confirm-within 1h lab.toml
  [[ "$(watchers)" == 1 ]]
  run -0 on_lab history
  says 'to be confirmed by'
  run -0 on_lab --json history
  says '"confirmation": "awaited"'
  run -0 on_lab confirm
  says 'run 1 (apply lab.toml) is kept.'
  no_watchers
  run -0 on_lab check lab.toml
  run -0 on_lab confirm
  says 'Nothing waits to be confirmed.'
}

@test "it stays where a VM has started meanwhile, and the history says why" {
  lab_profile >lab.toml
  on_lab apply -q --confirm-within 1s lab.toml
  vgpuctl sim hold lab.vfhost 0000:03:00.0/0 --vm build-7
  until_history_says 'could not be taken back'
  says 'build-7'
  run -0 on_lab check lab.toml
  run -0 on_lab confirm
  says 'is kept'
}

@test "an apply that changes nothing, or that is refused, leaves nobody to watch" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl --sim "$PWD/lab.vfhost" apply -q --confirm-within 1h lab.toml
  no_watchers
  run -0 on_lab confirm
  says 'Nothing waits'
  run -4 --separate-stderr on_lab apply --confirm-within 0s lab.toml
  says 'no time to confirm'
  run -4 --separate-stderr on_lab apply --confirm-within soon lab.toml
  says '--confirm-within'
  says '10min or 2h'
  run -0 on_lab teardown --all --lock-timeout 2h --wait 10min
}
