# SPDX-License-Identifier: Apache-2.0
# A driver named nvidia, by hand: VFs need another driver for the moment in which they are made, types come with both of PF and
# VF bound, and go with either. Both of its frameworks: files of its own, and the kernel's mdev core. What NVIDIA's driver makes
# of such writes is not shown.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26b9,vfs=4;vendor=0x10de,device=0x26b9,vf-device=0x26b9,vfs=4'
modprobe vfio-pci
modprobe pci-pf-stub
modprobe nvidia lock_delay=200 vgpu_delay=200
kernel_may_say='NVRM: Attempting to remove device'
gpu=0000:41:00.0
pf=$pci/devices/$gpu
lock=/proc/driver/nvidia/gpus/$gpu/unbindLock

# refuses ERROR FILE TEXT: the kernel's word for an errno, as bash has it.
refuses() {
  checked=$((checked + 1))
  local code=0
  out=$({ echo "$3" >"$2"; } 2>&1) || code=$?
  [[ "$code" != 0 && "$out" == *"$1" ]] || fail "'$3' to $2: code $code, '$out', not $1"
}
# takes FILE TEXT
takes() {
  checked=$((checked + 1))
  echo "$2" >"$1" || fail "'$2' to $1"
}
told() { [[ "$(dmesg)" == *"$1"* ]]; }
absent() { [[ ! -e "$1" ]]; }
vf() { printf '%s/virtfn%s' "$pf" "$1"; }
types() { printf '%s/mdev_supported_types/nvidia-%s' "$(vf "$1")" "$2"; }
# What is on offer, in one word where it is all.
on_offer() { sed 1d "$(vf "$1")/nvidia/creatable_vgpu_types" | sed 's/.*-//' | tr '\n' ' '; }
lock_it() {
  comes test -e "$lock"
  takes "$lock" 1
  reads "$lock" 1
}
# Under a driver that can, COUNT VFs; then back to nvidia.
make_vfs() {
  lock_it
  takes "$pci/drivers/nvidia/unbind" "$gpu"
  takes "$pf/driver_override" pci-pf-stub
  takes "$pci/drivers/pci-pf-stub/bind" "$gpu"
  takes "$pf/sriov_numvfs" "$1"
  takes "$pci/drivers/pci-pf-stub/unbind" "$gpu"
  takes "$pf/driver_override" ''
  takes "$pci/drivers/nvidia/bind" "$gpu"
  reads "$pf/sriov_numvfs" "$1"
}

same "the driver of the PF" "$(name_of "$pf/driver")" nvidia
refuses "No such file or directory" "$pf/sriov_numvfs" 4
takes "$pf/sriov_numvfs" 0
comes test -e "$lock"
reads "$lock" 0
grep -q "^Device Minor: .* 1$" /proc/driver/nvidia/gpus/0000:42:00.0/information || fail "the other GPU is not the second"

# Whoever uses the GPU keeps the lock away; nobody says so, but the file. Nobody uses one that is locked.
exec {user}</dev/nvidia0
takes "$lock" 1
reads "$lock" 0
exec {user}<&-
exec {late}>"$lock"
echo 1 >&"$late"
reads "$lock" 0
exec {late}>&-
reads "$lock" 1
expect 1 bash -c '</dev/nvidia0'
says "No such device"
takes "$lock" 'no number'
reads "$lock" 1
takes "$lock" 0

# To be unbound in use takes as long as the use.
exec {user}</dev/nvidia0
(
  exec {user}<&-
  echo "$gpu" >"$pci/drivers/nvidia/unbind"
) &
comes told "Attempting to remove device $gpu with non-zero usage count"
[[ -d /proc/$! ]] || fail "it did not wait"
exec {user}<&-
wait $! || fail "it was not unbound"
absent "/proc/driver/nvidia/gpus/$gpu" || fail "its files are still there"
takes "$pci/drivers/nvidia/bind" "$gpu"

make_vfs 4
for n in 0 1 2 3; do
  same "driver of VF $n" "$(name_of "$(vf "$n")/driver")" nvidia
  absent "$(vf "$n")/nvidia" || fail "VF $n has files with nobody to make them"
done

# The driver's own files. By insmod: modprobe would load mdev before it.
insmod /lib/modules/*/extra/nvidia_vgpu_vfio.ko
comes test -e "$(vf 3)/nvidia"
absent /sys/class/mdev_bus || fail "there is an mdev core"
absent "$pf/nvidia" || fail "the PF has files"
reads "$(vf 0)/nvidia/current_vgpu_type" 0
for file in placement_id gpu_instance_id; do
  expect 1 cat "$(vf 0)/nvidia/$file"
  says "No such device or address"
done
refuses "Input/output error" "$(vf 0)/nvidia/vgpu_params" 'frame_rate_limiter=0'
refuses "Input/output error" "$(vf 0)/nvidia/current_vgpu_type" 9999
takes "$(vf 0)/nvidia/current_vgpu_type" 1155
reads "$(vf 0)/nvidia/current_vgpu_type" 1155
same "what a VF with a vGPU is offered" "$(on_offer 0)" ""
same "what the others are offered" "$(on_offer 1)" "24Q 24A 24C "
refuses "Input/output error" "$(vf 0)/nvidia/current_vgpu_type" 1155
refuses "Input/output error" "$(vf 1)/nvidia/current_vgpu_type" 1147
takes "$(vf 1)/nvidia/current_vgpu_type" 1165
reads "$(vf 1)/nvidia/placement_id" 24
same "what is left beside two halves" "$(on_offer 2)" ""
refuses "Input/output error" "$(vf 2)/nvidia/current_vgpu_type" 1155
takes "$(vf 0)/nvidia/vgpu_params" 'frame_rate_limiter=0, disable_vnc=1'
reads "$(vf 0)/nvidia/vgpu_params" 'frame_rate_limiter=0, disable_vnc=1'
takes "$(vf 0)/nvidia/vgpu_params" ' '
reads "$(vf 0)/nvidia/vgpu_params" ''

# A VF with a type can be opened by a VM, and keeps its type and its GPU meanwhile.
[[ -e /dev/vfio/$(name_of "$(vf 0)/iommu_group") && -e $(vf 0)/vfio-dev ]] || fail "no node for VF 0"
absent "/dev/vfio/$(name_of "$(vf 2)/iommu_group")" || fail "a node for VF 2, which has no type"
holds "$(vf 0)"
refuses "Input/output error" "$(vf 0)/nvidia/current_vgpu_type" 0
takes "$lock" 1
reads "$lock" 0
lets_go
takes "$(vf 0)/nvidia/current_vgpu_type" 0
absent "/dev/vfio/$(name_of "$(vf 0)/iommu_group")" || fail "a node for VF 0 still"
same "what is offered beside the other half" "$(on_offer 0)" "24Q 24A 24C "
takes "$(vf 1)/nvidia/placement_id" 0
reads "$(vf 1)/nvidia/placement_id" 0
takes "$(vf 1)/nvidia/current_vgpu_type" 0
same "how much is offered in the end" "$(on_offer 0 | wc -w)" 30

# Types and their files go with the PF's driver; VFs stay, and so does their driver.
takes "$(vf 0)/nvidia/current_vgpu_type" 1156
lock_it
takes "$pci/drivers/nvidia/unbind" "$gpu"
same "driver of VF 0 without its PF's" "$(name_of "$(vf 0)/driver")" nvidia
absent "$(vf 0)/nvidia" || fail "VF 0 has files without its PF's driver"
takes "$pci/drivers/nvidia/bind" "$gpu"
comes test -e "$(vf 0)/nvidia"
reads "$(vf 0)/nvidia/current_vgpu_type" 0

# The kernel gives a driver's own refusal to who binds, and keeps it from who asks all drivers.
address=$(name_of "$(vf 0)")
takes "$pci/drivers/nvidia/unbind" "$address"
echo 0 >/sys/module/nvidia/parameters/vgpu
refuses "Operation not permitted" "$pci/drivers/nvidia/bind" "$address"
takes "$pci/drivers_probe" "$address"
absent "$(vf 0)/driver" || fail "VF 0 has a driver that refused it"
echo 1 >/sys/module/nvidia/parameters/vgpu
takes "$pci/drivers_probe" "$address"
same "driver of VF 0 again" "$(name_of "$(vf 0)/driver")" nvidia

# With the kernel's mdev core.
rmmod nvidia_vgpu_vfio
modprobe mdev
insmod /lib/modules/*/extra/nvidia_vgpu_vfio.ko
comes test -e "/sys/class/mdev_bus/$(name_of "$(vf 3)")"
[[ -L /sys/module/mdev/holders/nvidia_vgpu_vfio ]] || fail "nobody holds mdev"
absent "$(vf 0)/nvidia" || fail "VF 0 has the other framework's files"
uuid=0a9c7fe3-2b0f-4d43-a1c5-0d3b8a6f000
reads "$(types 0 1155)/name" "NVIDIA L40S-24Q"
reads "$(types 0 1155)/available_instances" 1
expect 0 mdevctl types
says "nvidia-1155"
refuses "Invalid argument" "$(types 0 1155)/create" not-a-uuid
takes "$(types 0 1155)/create" "${uuid}1"
refuses "File exists" "$(types 1 1155)/create" "${uuid^^}1"
refuses "Input/output error" "$(types 0 1155)/create" "${uuid}2"
refuses "Input/output error" "$(types 1 1147)/create" "${uuid}2"
reads "$(types 1 1147)/available_instances" 0
reads "$(types 1 1165)/available_instances" 1
takes "$(types 1 1165)/create" "${uuid}2"
reads "$(types 2 1165)/available_instances" 0
expect 0 mdevctl list
says "${uuid}1 $(name_of "$(vf 0)") nvidia-1155"
mdev=/sys/bus/mdev/devices
same "the type of an mdev" "$(name_of $mdev/${uuid}2/mdev_type)" nvidia-1165
takes $mdev/${uuid}1/nvidia/vgpu_params disable_vnc=1
reads $mdev/${uuid}1/nvidia/vgpu_params disable_vnc=1

# To remove one in use takes as long as the use.
holds $mdev/${uuid}1
echo 1 >$mdev/${uuid}1/remove &
comes grep -qs vfio_unregister_group_dev /proc/$!/stack
lets_go
wait $! || fail "it was not removed"
absent $mdev/${uuid}1 || fail "it is still there"
lock_it
takes "$pci/drivers/nvidia/unbind" "$gpu"
absent $mdev/${uuid}2 || fail "an mdev without its PF's driver"
absent "$(vf 1)/mdev_supported_types" || fail "types without the PF's driver"
takes "$pci/drivers/nvidia/bind" "$gpu"
make_vfs 0
rmmod nvidia_vgpu_vfio mdev nvidia
kernel_may_say='nothing'
same "what the kernel says of VFs without a driver for their PF" \
  "$(dmesg | grep -c "$gpu: driver left SR-IOV enabled after remove")" 4
done_with_it
