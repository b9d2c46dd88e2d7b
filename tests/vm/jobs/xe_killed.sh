# SPDX-License-Identifier: Apache-2.0
# kill -9 of vgpuctl before its writes, of its journal's as of the kernel's, and with its helper's on the way, under xe 7.0: times in
# sysfs, quotas of two GTs in debugfs, and a mode that ends with the first of them. Each time recover: the host is as before the run,
# and its driver gives out by itself where it did.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x8086,device=0xe211,vf-device=0xe211,vfs=2'
insmod /modules/vfxe.ko release=700
modprobe vfio-pci
gpu=0000:41:00.0
{
  profile "$gpu" 1
  printf 'vram = "1GiB"\nggtt = "256MiB"\ncontexts = 1024\nexec_quantum = "20ms"\n'
} >/tmp/one.toml
bare=$(host_state)
expect 0 vgpuctl apply /tmp/one.toml
cut_up=$(host_state)

# It takes a second: after every other.
other=0
after_cut() {
  other=$((1 - other))
  [[ $1 == "$cut_up" || $other == 1 ]] || gives_by_itself $gpu
}
first=1
for how in KILL_BEFORE KILL_DURING; do
  cuts $how $first "$cut_up" "$bare" vgpuctl teardown --all
  gives_by_itself $gpu
  cuts $how $first "$bare" "$cut_up" vgpuctl apply /tmp/one.toml
  first=$((first % ${EVERY:-1} + 1))
done
cuts_were_cuts
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$bare"
same "what is left of journals" "$(find /run/vgpuctl/journal -type f | wc -l)" 0
done_with_it
