# SPDX-License-Identifier: Apache-2.0
# kill -9 of vgpuctl before its writes, of its journal's as of the kernel's, and with its helper's on the way; of the helper before
# its own. Each time recover: the host is as before the run, its PF on its own driver and unlocked.
#
#   run.py job … --set MDEV=1 …	# the same with the kernel's mdev core
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26b9,vfs=2'
modprobe vfio-pci
modprobe pci-pf-stub
modprobe nvidia lock_delay=20 vgpu_delay=20
[[ -z ${MDEV-} ]] || modprobe mdev
insmod /lib/modules/*/extra/nvidia_vgpu_vfio.ko
gpu=0000:41:00.0
comes test -e "/proc/driver/nvidia/gpus/$gpu/unbindLock"
{
  profile "$gpu" 2
  printf 'vgpu_type = "L40S-24Q"\n[[gpu.vf]]\nindex = 1\nvgpu_type = "L40S-24A"\nvgpu_params = "disable_vnc=1"\n'
} >/tmp/two.toml
bare=$(host_state)
expect 0 vgpuctl apply /tmp/two.toml
cut_up=$(host_state)

first=1
for how in KILL_BEFORE KILL_DURING KILL_HELPER_BEFORE; do
  cuts $how $first "$cut_up" "$bare" vgpuctl teardown --all
  cuts $how $first "$bare" "$cut_up" vgpuctl apply /tmp/two.toml
  first=$((first % ${EVERY:-1} + 1))
done
cuts_were_cuts
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$bare"
same "what is left of journals" "$(find /run/vgpuctl/journal -type f | wc -l)" 0
done_with_it
