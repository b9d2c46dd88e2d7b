# SPDX-License-Identifier: Apache-2.0
# What others do to the host between runs: a driver goes and comes back, VFs stay behind without it, the PF falls off the bus,
# the kernel is locked down.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vfs=8|bus=0x60,domain=1,node=0;vfs=4'
drivers
driver plain 1d0f:8f00 sriov
modprobe vfio-pci
gpu=0000:41:00.0
profile "$gpu" 4 vfio-pci >/tmp/four.toml
before=$(host_state)
expect 0 vgpuctl apply /tmp/four.toml
cut_up=$(host_state)

# The driver goes and takes the VFs along, as a driver upgrade does.
echo plain >/sys/module/vfdrivers/parameters/remove
expect 2 vgpuctl check /tmp/four.toml
says "no driver"
expect 5 vgpuctl apply /tmp/four.toml
says "no driver"
driver plain 1d0f:8f00 sriov
expect 0 vgpuctl apply /tmp/four.toml
same "the host after its driver came back" "$(host_state)" "$cut_up"

# A driver that goes and leaves its VFs: the kernel refuses their count until a driver is there.
knob plain leave 1
echo plain >/sys/module/vfdrivers/parameters/remove
reads "$pci/devices/$gpu/sriov_numvfs" 4
left=$(host_state)
code=0
out=$(vgpuctl teardown --all 2>&1) || code=$?
same "teardown without a driver" "$code" 5
says "no driver"
same "the host after it" "$(host_state)" "$left"
driver plain 1d0f:8f00 sriov
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"

# Another domain has no IOMMU here: no VM could take a VF, and VFs for the host are made all the same.
far=0001:61:00.0
profile "$far" 4 vfio-pci >/tmp/far.toml
expect 5 vgpuctl apply /tmp/far.toml
says "IOMMU"
same "the host after it" "$(host_state)" "$before"
profile "$far" 4 none >/tmp/far.toml
expect 0 vgpuctl apply /tmp/far.toml
reads "$pci/devices/$far/sriov_numvfs" 4
expect 0 vgpuctl teardown --all
same "the host after teardown of another domain" "$(host_state)" "$before"

# Locked down for integrity, which is what Secure Boot brings: sysfs can be written as before.
echo integrity >/sys/kernel/security/lockdown
expect 0 vgpuctl apply /tmp/four.toml
same "the host under lockdown" "$(host_state)" "$cut_up"
expect 0 vgpuctl teardown --all
same "the host after teardown under lockdown" "$(host_state)" "$before"
# A module that nobody signed is not loaded then: told before anything is written.
profile "$gpu" 4 twin >/tmp/unsigned.toml
expect 5 vgpuctl apply /tmp/unsigned.toml
says "twin"
same "the host after a module that nobody signed" "$(host_state)" "$before"

# Off the bus: the kernel keeps what it knows of it, and the next VFs can't be made.
bus_knob 0 gone 1
code=0
out=$(vgpuctl apply /tmp/four.toml 2>&1) || code=$?
same "apply to a PF off the bus" "$code" 1
reads "$pci/devices/$gpu/sriov_numvfs" 0
done_with_it
