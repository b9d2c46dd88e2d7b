# SPDX-License-Identifier: Apache-2.0
# AMD's GPUs without a driver: what of its memory each VF will have, by registers.
load helper

bare() { vgpuctl sim create bare.vfhost --gpu "$1" -q; }
on_bare() { vgpuctl --sim bare.vfhost "$@"; }
wish() { printf 'schema = 1\n[[gpu]]\nmatch = { address = "*" }\n%s\n' "$1"; }

@test "registers are written where a switch allows it, by each command that changes something" {
  bare amd-s7150-bare
  wish 'vram = "480MiB"' >split.toml
  run -10 --separate-stderr on_bare apply split.toml
  says 'registers of the GPU would be written in its driver'
  says '--allow-register-writes'
  run ! grep -q '^w' bare.vfhost
  run -10 on_bare plan split.toml
  run -0 on_bare plan --allow-register-writes split.toml
  says 'anew'
  says 'vf0 … vf15'
  run -0 on_bare apply --allow-register-writes split.toml
  grep -q '^w	config:0000:03:00.0/42c	0011001d	' bare.vfhost
  run -0 on_bare check split.toml
  run -10 on_bare undo
  run -0 on_bare undo --allow-register-writes
  run -2 on_bare check split.toml
  run -0 on_bare apply --allow-register-writes split.toml
  run -10 on_bare teardown --all
  run -0 on_bare teardown --all --allow-register-writes
  run -2 on_bare check split.toml
}

@test "it says what it is, what it can do and what it is that it can't" {
  bare amd-v710-bare
  run -0 on_bare list
  says 'amd-gpuiov'
  says '0 of 12'
  run -0 on_bare show 0000:03:00.0
  says 'no driver is bound'
  says 'reserve_vram'
  run -0 on_bare schema --gpu 0000:03:00.0
  says 'config:0000:03:00.0/728'
  wish 'vfs = 4' >vfs.toml
  run -5 --separate-stderr on_bare plan vfs.toml
  says 'no driver is bound to it, so no VFs can be made'
  wish 'vram = "1000MiB"' >odd.toml
  run -5 --separate-stderr on_bare plan odd.toml
  says '992MiB and 1008MiB'
  wish '[[gpu.vf]]
index = 12
vram = "1GiB"' >far.toml
  run -5 --separate-stderr on_bare plan far.toml
  says '12 VFs'
}

@test "registers shows what was written" {
  bare amd-s7150-bare
  wish 'vram = "480MiB"' >split.toml
  run -0 on_bare apply -q --allow-register-writes split.toml
  run -0 on_bare registers 0000:03:00.0
  [[ "$output" =~ 0x430\ +vf1_fb_size\ +480\ MiB\ +0x001d ]]
  [[ "$output" =~ 0x432\ +vf1_fb_offset\ +752\ MiB\ +0x002f ]]
  [[ "$output" =~ total_fb_consumed\ +7.75\ GiB\ +0x1f00 ]]
}

@test "Tab offers the switch" {
  run -0 vgpuctl apply --help
  says '--allow-register-writes'
  for command in apply plan teardown undo; do
    run -0 vgpuctl complete-words fish "$command" --allow-r
    says '--allow-register-writes'
  done
}
