# SPDX-License-Identifier: Apache-2.0
# What the simulator's story tells, on a real kernel: plan, apply, check, export, drift, teardown.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26ba,vfs=16'
drivers
driver plain 10de:26b9 sriov
modprobe vfio-pci
gpu=0000:41:00.0
before=$(host_state)

profile "$gpu" 8 vfio-pci >/tmp/eight.toml

expect 0 vgpuctl list
says "$gpu"
expect 2 vgpuctl check /tmp/eight.toml
expect 0 vgpuctl plan /tmp/eight.toml
says "8"
same "a plan writes nothing" "$(host_state)" "$before"

expect 0 vgpuctl apply /tmp/eight.toml
reads $pci/devices/$gpu/sriov_numvfs 8
reads $pci/devices/$gpu/sriov_drivers_autoprobe 0
for n in 0 1 2 3 4 5 6 7; do
  vf=$pci/devices/$gpu/virtfn$n
  same "driver of VF $n" "$(name_of "$vf/driver")" vfio-pci
  [[ -e /dev/vfio/$(name_of "$vf/iommu_group") ]] || fail "VF $n has no group node"
done
expect 0 vgpuctl check /tmp/eight.toml

# A second run writes nothing to the kernel.
cut_up=$(host_state)
watched 0 vgpuctl apply /tmp/eight.toml
same "writes of a second apply" "$wrote" ""
same "the host after it" "$(host_state)" "$cut_up"
exports_what_is_there

# Drift: somebody takes VF 3 away.
name_of "$pci/devices/$gpu/virtfn3" >$pci/drivers/vfio-pci/unbind
expect 2 vgpuctl check /tmp/eight.toml
says "vf3"
watched 0 vgpuctl apply /tmp/eight.toml
same "what it wrote to" "$wrote" $pci/drivers/vfio-pci/bind
expect 0 vgpuctl check /tmp/eight.toml
same "the host mended" "$(host_state)" "$cut_up"

expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"

# And back again, run by run: the VFs come back as they were, and go.
expect 0 vgpuctl undo
same "the host after undo of the teardown" "$(host_state)" "$cut_up"
expect 0 vgpuctl check /tmp/eight.toml
expect 0 vgpuctl history
says "teardown --all"
says "undo"
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$before"
done_with_it
