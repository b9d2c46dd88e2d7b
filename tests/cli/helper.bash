# SPDX-License-Identifier: Apache-2.0
# What every test here begins with: an empty folder of its own, `lab.vfhost` in it, and VGPUCTL, the program.
bats_require_minimum_version 1.5.0

setup() {
  : "${VGPUCTL:?names the program to test}"
  unset COLUMNS NO_COLOR
  cd "$BATS_TEST_TMPDIR" || exit 1
  vgpuctl sim create lab.vfhost --gpu intel-b60,2 --gpu plain -q
}

vgpuctl() { "$VGPUCTL" "$@"; }
on_lab() { vgpuctl --sim lab.vfhost "$@"; }

# Five VFs of 2 GiB with 20 ms, and 35 ms for one of them; two VFs of the plain GPU.
lab_profile() {
  cat <<PROFILE
schema = 1
[[gpu]]
match = { address = "0000:03:00.0" }
vfs = ${VFS:-5}
vram = "2GiB"
exec_quantum = "20ms"
vf_driver = "vfio-pci"
  [[gpu.vf]]
  index = 3
  exec_quantum = "${QUANTUM:-35ms}"
[[gpu]]
match = { address = "0000:05:00.0" }
vfs = 2
PROFILE
}

# How many writes reached the simulated kernel since the host was made or folded.
# None is a count, too: grep then ends with 1; without the file with 2.
writes() { grep -c '^w' lab.vfhost || [[ $? == 1 ]]; }

# The place of a VF's count, as sim fault names it.
count_of() { echo "sys:bus/pci/devices/$1/sriov_numvfs"; }

# "stdout and stderr hold this", with a message that shows both when not.
says() {
  local all="$output${stderr:+$'\n'$stderr}"
  if [[ "$all" != *"$1"* ]]; then
    printf 'not said: %s; but:\n%s\n' "$1" "$all" >&2
    return 1
  fi
}

# is DOCUMENT CODE COMMAND…: standard output is that document (docs/schema) and nothing else, the exit status is CODE.
is() {
  local document=$1 code=$2
  shift 2
  run "-$code" --separate-stderr vgpuctl "$@" --json
  [ -z "$stderr" ]
  "$BATS_TEST_DIRNAME/document.py" "$document" <<<"$output"
}

# value EXPRESSION: of the last document, `d`.
value() { python3 -c "import json,sys; d = json.load(sys.stdin); print(($1))" <<<"$output"; }
