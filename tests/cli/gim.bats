# SPDX-License-Identifier: Apache-2.0
# AMD's gim: which way a change of the count takes, and what a person is shown of it.
load helper

second_wish() { printf 'schema = 1\n[[gpu]]\nmatch = { address = "0000:04:00.0" }\nadopt = true\nvfs = %s\n' "$1"; }

@test "a count that gim takes while it runs leaves its other GPUs alone and asks for nothing" {
  vgpuctl sim create gim.vfhost --gpu amd-v710-gim,2 -q
  second_wish 4 >four.toml
  run -0 vgpuctl --sim gim.vfhost plan four.toml
  says '0000:03:00.0  AMD Radeon PRO V710  1 VF, left alone'
  says '0000:04:00.0  AMD Radeon PRO V710  1 → 4 VFs, replaces all of them'
  says "four.toml:5, while its driver runs, through AMD's library"
  run -0 vgpuctl --sim gim.vfhost apply four.toml
  run -0 vgpuctl --sim gim.vfhost check four.toml
  run -0 grep -P '^w\tamdsmi:0000:04:00.0/num_vf\t4\t' gim.vfhost
  run ! grep -P '^w\tmodule:gim' gim.vfhost
}

@test "no VFs at all, and a host without AMD's library, are a reload that is to be allowed" {
  vgpuctl sim create gim.vfhost --gpu amd-v710-gim -q
  sed -i '/amdsmi/d' gim.vfhost
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "*" }\nadopt = true\nvfs = 4\n' >four.toml
  run -10 vgpuctl --sim gim.vfhost apply four.toml
  says '--allow-driver-reload'
  run -0 vgpuctl --sim gim.vfhost apply four.toml --allow-driver-reload
  vgpuctl sim create other.vfhost --gpu amd-v710-gim -q
  sed 's/vfs = 4/vfs = 0/' four.toml >none.toml
  run -10 vgpuctl --sim other.vfhost apply none.toml
  says '--allow-driver-reload'
}

@test "what a run that failed leaves on gim's list is named" {
  vgpuctl sim create gim.vfhost --gpu amd-v710-gim,2 -q
  second_wish 2 >two.toml
  vgpuctl sim fault gim.vfhost etc:gim_config --errno ENOSPC
  run -1 vgpuctl --sim gim.vfhost apply two.toml
  says 'failed, taken back'
  says 'left by a driver; not touched'
  says '0000:04:00.0 vf1  vram'
  run -0 vgpuctl --sim gim.vfhost list
  says '0000:04:00.0  AMD Radeon PRO V710  gim     amd-gim  1 of 12'
}
