# SPDX-License-Identifier: Apache-2.0
# What a person sees: widths, colours, folded VFs, and what happens when nobody can be told.
load helper

@test "text for people begins by saying that the host is simulated, and machine text does not" {
  lab_profile >lab.toml
  for command in list show 'plan lab.toml' 'check lab.toml' 'apply lab.toml' 'teardown --all' recover; do
    # shellcheck disable=SC2086
    run --separate-stderr on_lab $command
    [ "${lines[0]}" = 'simulated: lab.vfhost' ]
    [ "$(grep -c '^simulated:' <<<"$output")" -eq 1 ]
  done
  run --separate-stderr on_lab show 0000:09:00.0
  [ "${stderr_lines[0]}" = 'simulated: lab.vfhost' ]
  run -0 on_lab export
  [ "${lines[0]}" = '# Exported from a simulated host.' ]
}

@test "80 columns lose the optional columns, and never the address" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  for width in 80 60 40; do
    for command in list 'list --vfs' show 'plan lab.toml'; do
      # shellcheck disable=SC2086
      COLUMNS=$width run -0 on_lab $command
      says '0000:03:00.0'
    done
    COLUMNS=$width run -0 on_lab list
    says '5 of 24'
    for line in "${lines[@]}"; do
      [ "${#line}" -le "$width" ]
    done
  done
  COLUMNS=80 run -0 on_lab list --vfs
  says 'VRAM'
  COLUMNS=120 run -0 on_lab list
  says '█░░░░░░░'
}

@test "no line ends in a blank" {
  lab_profile >lab.toml
  on_lab plan lab.toml >all
  on_lab apply lab.toml >>all
  { on_lab list; on_lab list --vfs; on_lab show; vgpuctl sim models -v; vgpuctl --help; } >>all
  run ! grep -n ' $' all
}

@test "colour only says again what the text says" {
  lab_profile >lab.toml
  strip() { sed 's/\x1b\[[0-9;]*m//g'; }
  for command in list 'list --vfs' show 'plan lab.toml'; do
    # shellcheck disable=SC2086
    on_lab $command --color always >coloured
    grep -q $'\x1b' coloured
    # shellcheck disable=SC2086
    diff <(strip <coloured) <(on_lab $command)
  done
}

@test "a terminal gets colour, and none with NO_COLOR or --color never" {
  seen_by_terminal() { TERM=xterm script -qec "$*" /dev/null; }
  seen_by_terminal "$VGPUCTL --sim lab.vfhost list" | grep -q $'\x1b\[1m'
  run ! grep -q $'\x1b\[1m' <(NO_COLOR=1 seen_by_terminal "$VGPUCTL --sim lab.vfhost list")
  run ! grep -q $'\x1b\[1m' <(seen_by_terminal "$VGPUCTL --sim lab.vfhost list --color never")
}

@test "32 VFs that are alike are one line of show, and 32 of list --vfs" {
  vgpuctl sim create many.vfhost --gpu nvidia-l40s -q
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "*" }\nvfs = "max"\n' >many.toml
  run -0 vgpuctl --sim many.vfhost plan many.toml
  says '~ vf0 … vf31  driver  none → vfio-pci'
  [ "${#lines[@]}" -le 8 ]
  vgpuctl --sim many.vfhost apply -q many.toml
  run -0 vgpuctl --sim many.vfhost show
  says 'vf0 … vf31  0000:03:00.4 … 03:04.3  vfio-pci'
  [ "$(vgpuctl --sim many.vfhost list --vfs | grep -c ' vf[0-9]')" -eq 32 ]
}

@test "plan -v shows the writes that only serve others" {
  lab_profile >lab.toml
  run -0 on_lab plan lab.toml
  says '9 writes on the way that only serve these: -v shows them.'
  [[ "$output" != *autoprobe* ]]
  run -0 --separate-stderr on_lab plan -v lab.toml
  [[ "$output" == *'~ GPU'*'autoprobe'*'1 → 0'* ]]
  says 'info'
}

@test "-q leaves notes out" {
  lab_profile >lab.toml
  run -0 on_lab apply -q lab.toml
  says 'Done: 2 changed.'
  [[ "$output" != *reboot* ]]
}

@test "a reader that goes away ends nothing" {
  lab_profile >lab.toml
  on_lab apply lab.toml | true
  run -0 on_lab check lab.toml
  set -o pipefail
  on_lab list | head -n 1
  on_lab show | true
}

@test "output that can not be written is told, and is code 1" {
  for command in list 'list --json' '--help' '--version' export; do
    # shellcheck disable=SC2086
    run -1 --separate-stderr bash -c "'$VGPUCTL' --sim lab.vfhost $command >/dev/full"
    says 'standard output: it cannot be written: No space left on device'
  done
  lab_profile >lab.toml
  run -3 bash -c "
    '$VGPUCTL' --sim lab.vfhost apply -q lab.toml && '$VGPUCTL' sim hold lab.vfhost 0000:03:00.1 &&
    '$VGPUCTL' --sim lab.vfhost teardown --all --json >/dev/full"
}

@test "the version" {
  run -0 vgpuctl --version
  [[ "$output" =~ ^vgpuctl\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}
