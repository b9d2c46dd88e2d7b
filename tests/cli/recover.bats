# SPDX-License-Identifier: Apache-2.0
# What a run leaves that a reboot cut off: what the reboot took back itself, and what it did not.
load helper

# killed_in HOST PROFILE PLACE: the run that applies it dies right after its write to that place.
killed_in() {
  vgpuctl sim fault "$1" "$3" --stop after
  "$BATS_TEST_DIRNAME/stopped.py" "$VGPUCTL" --sim "$1" apply "$2" --allow-driver-reload -- true
}

# reboot HOST BOOTED: HOST is now as BOOTED is, of another boot, and has none of its /run; /var/lib stays.
reboot() {
  vgpuctl sim fold "$2" -q
  sed 's/^hidden:boot_id = 5e000000/hidden:boot_id = 5e000001/' "$2" >"$1"
  grep -q '^hidden:boot_id = 5e000001' "$1"
  rm -r "$1.state/run"
}

gim_config() { grep '^etc:gim_config' "$1"; }

@test "a file in /etc that a run replaced is taken back after a reboot, and nothing else is touched" {
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "*" }\nadopt = true\nvfs = 8\n' >eight.toml
  vgpuctl sim create gim.vfhost --gpu amd-mi300x -q
  local before
  before=$(gim_config gim.vfhost)
  # What boots with the file that the run leaves: gim makes its VFs of it.
  vgpuctl sim create booted.vfhost --gpu amd-mi300x -q
  vgpuctl --sim booted.vfhost apply -q eight.toml --allow-driver-reload
  killed_in gim.vfhost eight.toml etc:gim_config
  reboot gim.vfhost booted.vfhost
  [ "$(gim_config gim.vfhost)" != "$before" ]
  run -9 --separate-stderr vgpuctl --sim gim.vfhost apply eight.toml --allow-driver-reload
  says 'an earlier run on it was cut off'
  run -0 vgpuctl --sim gim.vfhost recover
  says 'taken back, verified'
  [ "$(grep '^w' gim.vfhost | cut -f 2 | sort -u)" = etc:gim_config ]
  vgpuctl sim fold gim.vfhost -q
  [ "$(gim_config gim.vfhost)" = "$before" ]
  run -0 vgpuctl --sim gim.vfhost list
  says '8 of 8'
  run -0 vgpuctl --sim gim.vfhost recover
  says 'Nothing to recover'
  run -0 vgpuctl --sim gim.vfhost apply eight.toml --allow-driver-reload
}

@test "of a run that wrote nothing lasting, a reboot leaves nothing" {
  lab_profile >lab.toml
  cp lab.vfhost booted.vfhost
  killed_in lab.vfhost lab.toml "$(count_of 0000:03:00.0)"
  run -9 --separate-stderr on_lab apply lab.toml
  reboot lab.vfhost booted.vfhost
  run -0 on_lab recover
  says 'Nothing to recover'
  [ "$(writes)" -eq 0 ]
  run -0 on_lab apply lab.toml
}
