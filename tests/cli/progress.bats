# SPDX-License-Identifier: Apache-2.0
# The line that says what a run does while it lasts.
load helper

# Runs a command on a terminal; an armed fault holds it up for more than half a second.
long_run() {
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --stop before
  python3 "$BATS_TEST_DIRNAME/on_terminal.py" "$VGPUCTL" --sim lab.vfhost "$@" >out 2>err
}

@test "a long run says on a terminal what it does, and erases that in the end" {
  lab_profile >lab.toml
  long_run apply lab.toml
  grep -q '^0000:03:00.0 .*verified' out
  grep -qE '0000:03:00\.0( vf[0-9]+)?: [a-z_]+, step [0-9]+ of [0-9]+, [0-9]+ s' err
  # Each is written over the one before, and what comes last is the erasing.
  [ "$(tail -c 4 err)" = $'\r\x1b[K' ]
  [ "$(wc -l <err)" -eq 0 ]
  # What stays is what a run without it says.
  on_lab teardown -q --all
  on_lab apply lab.toml >plain
  diff <(sed 's/  [0-9.]* m*s$//' out) <(sed 's/  [0-9.]* m*s$//' plain)
}

@test "the way back says that it is one" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim fault lab.vfhost "$(count_of 0000:05:00.0)" --errno EIO --half
  lab_profile | sed 's/vfs = 2/vfs = 3/' >more.toml
  vgpuctl sim fault lab.vfhost "$(count_of 0000:05:00.0)" --turn 2 --stop before
  run -1 python3 "$BATS_TEST_DIRNAME/on_terminal.py" "$VGPUCTL" --sim lab.vfhost apply more.toml
  says ': taking back '
}

@test "short runs say nothing of it, nor do pipes, --json and -q" {
  lab_profile >lab.toml
  python3 "$BATS_TEST_DIRNAME/on_terminal.py" "$VGPUCTL" --sim lab.vfhost apply lab.toml 2>err
  [ ! -s err ]
  on_lab teardown -q --all
  for options in --json -q; do
    long_run apply lab.toml "$options"
    [ ! -s err ]
    on_lab teardown -q --all
  done
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --stop before
  python3 "$BATS_TEST_DIRNAME/on_terminal.py" bash -c "exec '$VGPUCTL' --sim lab.vfhost apply lab.toml 2>piped"
  [ ! -s piped ]
}
