# SPDX-License-Identifier: Apache-2.0
# vGPUs as mediated devices of the kernel's own mdev core: the profile of jobs/vgpu.sh gives the same types, under UUIDs that
# stay the same; mdevctl sees them, and what it has defined is what is made.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26b9,vfs=4'
modprobe vfio-pci
modprobe mdev
modprobe nvidia lock_delay=100 vgpu_delay=100
insmod /lib/modules/*/extra/nvidia_vgpu_vfio.ko
gpu=0000:41:00.0
pf=$pci/devices/$gpu
lock=/proc/driver/nvidia/gpus/$gpu/unbindLock
mdevs=/sys/bus/mdev/devices
kernel_may_say='NVRM: Attempting to remove device'
comes test -e "$lock"
# By the kernel's own names, as `watched` has them. The first VF is behind the PF: function 1.
address() { printf '%s' "0000:41:00.$(($1 + 1))"; }
vf() { printf '%s' "$(readlink -f "$pf" | sed 's/[^/]*$//')$(address "$1")"; }
create() { printf '%s/mdev_supported_types/nvidia-%s/create' "$(vf "$1")" "$2"; }
# The UUID of VF N's mdev.
uuid_of() {
  local device
  for device in "$mdevs"/*; do
    if [[ "$(readlink -f "$device")" == "$(vf "$1")"/* ]]; then basename "$device"; fi
  done
}
# The types of all VFs.
types() {
  local n uuid
  for n in 0 1 2 3; do
    uuid=$(uuid_of $n)
    printf '%s ' "${uuid:+$(name_of "$mdevs/$uuid/mdev_type")}"
  done
}
{
  profile "$gpu" 3
  printf 'vgpu_type = "L40S-8Q"\n'
} >/tmp/three.toml
before=$(host_state)

expect 0 vgpuctl list
says "nvidia-mdev"
watched 0 vgpuctl apply /tmp/three.toml
same "types" "$(types)" "nvidia-1152 nvidia-1152 nvidia-1152  "
same "which of them it made" "$(grep create <<<"$wrote")" "$(create 0 1152)
$(create 1 1152)
$(create 2 1152)"
same "the driver of the PF" "$(name_of "$pf/driver")" nvidia
reads "$lock" 0
expect 0 vgpuctl check /tmp/three.toml
exports_what_is_there
cut_up=$(host_state)
expect 0 mdevctl list
for n in 0 1 2; do says "$(uuid_of $n) $(address $n) nvidia-1152"; done

# Another series, and parameters, for one VF: only its mdev goes, and another comes.
{
  cat /tmp/three.toml
  printf '[[gpu.vf]]\nindex = 1\nvgpu_type = "L40S-8A"\nvgpu_params = "disable_vnc=1"\n'
} >/tmp/mixed.toml
gone=$(uuid_of 1)
watched 0 vgpuctl apply /tmp/mixed.toml
came=$(uuid_of 1)
same "what it wrote to for VF 1" "$wrote" "$(vf 1)/$gone/remove
$(create 1 1162)
$(vf 1)/$came/nvidia/vgpu_params"
same "types" "$(types)" "nvidia-1152 nvidia-1162 nvidia-1152  "
reads "$mdevs/$came/nvidia/vgpu_params" disable_vnc=1
mixed=$(host_state)
exports_what_is_there
expect 0 vgpuctl apply /tmp/three.toml
same "VF 1 with the type that it had before" "$(host_state)" "$cut_up"
expect 0 vgpuctl apply /tmp/mixed.toml
same "VF 1 with the other again" "$(host_state)" "$mixed"

# A VM has VF 0's: it stays, and so does the GPU; the others' can be changed.
holds "$mdevs/$(uuid_of 0)"
watched 3 vgpuctl teardown --all
says "1 VF is in use"
says "pid $holder"
same "writes while a VM has VF 0's" "$wrote" ""
sed 's/8Q/12Q/' /tmp/three.toml >/tmp/larger.toml
watched 3 vgpuctl apply /tmp/larger.toml
says "pid $holder"
same "writes for another size while a VM has VF 0's" "$wrote" ""
same "the host while a VM has VF 0's" "$(host_state)" "$mixed"
expect 0 vgpuctl apply /tmp/three.toml
same "the others meanwhile" "$(host_state)" "$cut_up"
lets_go

# The driver's upgrade, by hand: VFs stay, mdevs do not, and come under the same UUIDs.
echo 1 >"$lock"
echo "$gpu" >$pci/drivers/nvidia/unbind
echo "$gpu" >$pci/drivers/nvidia/bind
comes test -e "$(vf 3)/mdev_supported_types"
same "types after the PF was bound anew" "$(types)" "    "
expect 2 vgpuctl check /tmp/three.toml
expect 0 vgpuctl apply /tmp/three.toml
same "the host after its driver came back" "$(host_state)" "$cut_up"
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"
expect 0 vgpuctl apply /tmp/three.toml
same "all of them under the same UUIDs" "$(host_state)" "$cut_up"

# What mdevctl has defined, of VF 2 with the same type, of VF 0 with another. What is there stays, whoever made it; where one
# is to be made, it is under the UUID of the definition whose type it has. (Of a VF that is yet to come nobody knows the
# address, and so no definitions.)
mine=6c1e1f0c-8f4e-4a6c-9d0b-5b8a4f7c0002
other=6c1e1f0c-8f4e-4a6c-9d0b-5b8a4f7c0000
derived=$(uuid_of 0)
expect 0 mdevctl define --auto --uuid $mine --parent "$(address 2)" --type nvidia-1152
expect 0 mdevctl define --auto --uuid $other --parent "$(address 0)" --type nvidia-1162
watched 0 vgpuctl apply /tmp/three.toml
same "writes for what is defined otherwise" "$wrote" ""
sed 's/L40S-8Q/none/' /tmp/three.toml >/tmp/none.toml
expect 0 vgpuctl apply /tmp/none.toml
same "types of VFs without vGPUs" "$(types)" "    "
expect 0 vgpuctl apply /tmp/three.toml
same "the UUID of VF 2" "$(uuid_of 2)" $mine
same "the UUID of VF 0" "$(uuid_of 0)" "$derived"
expect 0 mdevctl list
says "$mine $(address 2) nvidia-1152"
expect 0 mdevctl list --defined
says "$mine $(address 2) nvidia-1152 auto"
# Made by mdevctl, taken as it is; stopped by it, it comes back under its UUID.
expect 0 mdevctl stop --uuid $mine
expect 2 vgpuctl check /tmp/three.toml
expect 0 mdevctl start --uuid $mine
expect 0 vgpuctl check /tmp/three.toml
watched 0 vgpuctl apply /tmp/three.toml
same "writes for what mdevctl made" "$wrote" ""
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$before"
done_with_it
