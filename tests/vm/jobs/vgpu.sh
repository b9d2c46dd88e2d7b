# SPDX-License-Identifier: Apache-2.0
# vGPUs by the files of each VF, with a driver named nvidia: the PF goes by way of the kernel's own pci-pf-stub and comes back,
# types are given and changed one by one, what others took away comes back, and who uses a GPU or a vGPU keeps it.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26b9,vfs=4'
modprobe vfio-pci
gpu=0000:41:00.0
pf=$pci/devices/$gpu
lock=/proc/driver/nvidia/gpus/$gpu/unbindLock
kernel_may_say='NVRM: Attempting to remove device'
vf() { printf '%s/virtfn%s' "$pf" "$1"; }
# file VF NAME: as `watched` names it. The first VF is behind the PF: function 1.
file() { printf '%s/nvidia/%s' "$(readlink -f "$pf" | sed "s/\.0$/.$(($1 + 1))/")" "$2"; }
types() { cat "$pf"/virtfn*/nvidia/current_vgpu_type | tr '\n' ' '; }
# vgpus VFS [TYPE]
vgpus() {
  profile "$gpu" "$1"
  if [[ -n "${2-}" ]]; then
    printf 'vgpu_type = "%s"\n' "$2"
  fi
}
vgpus 3 L40S-8Q >/tmp/three.toml

# A driver for displays and computing alone is told from a vGPU host's.
modprobe nvidia vgpu=0
before=$(host_state)
watched 5 vgpuctl apply /tmp/three.toml
says "nvidia_vgpu_vfio"
same "writes to a driver without vGPUs" "$wrote" ""
rmmod nvidia

modprobe nvidia lock_delay=100 vgpu_delay=100
insmod /lib/modules/*/extra/nvidia_vgpu_vfio.ko
comes test -e "$lock"
before=$(host_state)
expect 0 vgpuctl list
says "nvidia-vfio"
expect 2 vgpuctl check /tmp/three.toml
expect 0 vgpuctl plan /tmp/three.toml
same "a plan writes nothing" "$(host_state)" "$before"

# Somebody has the GPU open: he is named, and nothing is begun.
(exec sleep 1000) </dev/nvidia0 &
user=$!
watched 3 vgpuctl apply /tmp/three.toml
says "1 GPU is in use"
says "/dev/nvidia0"
says "pid $user"
same "writes to a GPU in use" "$wrote" ""
kill $user
wait $user
# One more than the memory has room for.
vgpus 3 L40S-24Q >/tmp/too-many.toml
watched 5 vgpuctl apply /tmp/too-many.toml
says "L40S-24Q"
same "writes for a vGPU too many" "$wrote" ""
same "the host after what was refused" "$(host_state)" "$before"

# The whole way, and each file once but for what lies on the way.
home=$(readlink -f "$pf")
watched 0 vgpuctl apply /tmp/three.toml
same "what it wrote to" "$wrote" "$lock
$pci/drivers/nvidia/unbind
$home/driver_override
$pci/drivers/pci-pf-stub/bind
$home/sriov_numvfs
$pci/drivers/pci-pf-stub/unbind
$home/driver_override
$pci/drivers/nvidia/bind
$home/driver_override
$(file 0 current_vgpu_type)
$(file 1 current_vgpu_type)
$(file 2 current_vgpu_type)"
same "the driver of the PF" "$(name_of "$pf/driver")" nvidia
reads "$lock" 0
reads "$pf/driver_override" "(null)"
reads "$pf/sriov_drivers_autoprobe" 1
same "types" "$(types)" "1152 1152 1152 0 "
for n in 0 1 2 3; do same "the driver of VF $n" "$(name_of "$(vf $n)/driver")" nvidia; done
expect 0 vgpuctl check /tmp/three.toml
exports_what_is_there

# Another series, and parameters, for one VF: only its files are written.
{
  cat /tmp/three.toml
  printf '[[gpu.vf]]\nindex = 1\nvgpu_type = "L40S-8A"\nvgpu_params = "frame_rate_limiter=0, disable_vnc=1"\n'
} >/tmp/mixed.toml
watched 0 vgpuctl apply /tmp/mixed.toml
same "what it wrote to for VF 1" "$wrote" "$(file 1 current_vgpu_type)
$(file 1 current_vgpu_type)
$(file 1 vgpu_params)"
same "types" "$(types)" "1152 1162 1152 0 "
reads "$(vf 1)/nvidia/vgpu_params" 'frame_rate_limiter=0, disable_vnc=1'
reads "$(vf 1)/nvidia/placement_id" 8
mixed=$(host_state)
exports_what_is_there

# A VM has VF 0's vGPU: it stays, and so does the GPU; the others' can be changed.
holds "$(vf 0)"
watched 3 vgpuctl teardown --all
says "1 VF is in use"
says "pid $holder"
same "writes while a VM has VF 0" "$wrote" ""
sed 's/8Q/12Q/' /tmp/three.toml >/tmp/larger.toml
watched 3 vgpuctl apply /tmp/larger.toml
says "pid $holder"
same "writes for another size while a VM has VF 0" "$wrote" ""
same "the host while a VM has VF 0" "$(host_state)" "$mixed"
sed 's/, disable_vnc=1//' /tmp/mixed.toml >/tmp/params.toml
watched 0 vgpuctl apply /tmp/params.toml
same "what it wrote to for parameters" "$wrote" "$(file 1 vgpu_params)"
lets_go
expect 0 vgpuctl apply /tmp/mixed.toml
same "the host without the VM" "$(host_state)" "$mixed"

# Fewer: their VFs stay, without a vGPU. Parameters that nobody names any more stay, too.
vgpus 1 L40S-8Q >/tmp/one.toml
watched 0 vgpuctl apply /tmp/one.toml
same "what it wrote to for fewer" "$wrote" "$(file 1 current_vgpu_type)
$(file 2 current_vgpu_type)"
same "types of fewer" "$(types)" "1152 0 0 0 "
expect 0 vgpuctl apply /tmp/mixed.toml
same "the host with all of them" "$(host_state)" "$mixed"

# The driver's upgrade, by hand: VFs stay, vGPUs do not.
echo 1 >"$lock"
echo "$gpu" >$pci/drivers/nvidia/unbind
expect 2 vgpuctl check /tmp/mixed.toml
says "driver"
echo "$gpu" >$pci/drivers/nvidia/bind
comes test -e "$(vf 3)/nvidia"
same "types after the PF was bound anew" "$(types)" "0 0 0 0 "
expect 2 vgpuctl check /tmp/mixed.toml
says vgpu_type
expect 0 vgpuctl apply /tmp/mixed.toml
same "the host after its driver came back" "$(host_state)" "$mixed"
# And one that somebody left on the way.
echo 1 >"$lock"
echo "$gpu" >$pci/drivers/nvidia/unbind
echo pci-pf-stub >"$pf/driver_override"
echo "$gpu" >$pci/drivers/pci-pf-stub/bind
expect 2 vgpuctl check /tmp/mixed.toml
says pci-pf-stub
expect 0 vgpuctl apply /tmp/mixed.toml
same "the host after it was left on the way" "$(host_state)" "$mixed"

# Every vGPU goes first, and every VF from its driver.
watched 0 vgpuctl teardown --all
same "what teardown wrote to" "$wrote" "$(file 0 current_vgpu_type)
$(file 1 current_vgpu_type)
$(file 2 current_vgpu_type)
$pci/drivers/nvidia/unbind
$pci/drivers/nvidia/unbind
$pci/drivers/nvidia/unbind
$pci/drivers/nvidia/unbind
$lock
$pci/drivers/nvidia/unbind
$home/driver_override
$pci/drivers/pci-pf-stub/bind
$home/sriov_numvfs
$pci/drivers/pci-pf-stub/unbind
$home/driver_override
$pci/drivers/nvidia/bind
$home/driver_override"
same "the host after teardown" "$(host_state)" "$before"
expect 0 vgpuctl undo
same "the host after undo of the teardown" "$(host_state)" "$mixed"
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$before"
done_with_it
