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
strace -f -qq -y -e trace=openat,openat2,open,write -o /tmp/trace vgpuctl apply /tmp/eight.toml >/tmp/again
same "a second apply" "$?" 0
same "writes to the kernel" "$(grep -cE '</(sys|proc)/.*O_(WRONLY|RDWR)|O_(WRONLY|RDWR).*</(sys|proc)/' /tmp/trace)" 0
expect 0 vgpuctl export
printf '%s\n' "$out" >/tmp/exported.toml
strace -f -qq -y -e trace=openat,openat2,open -o /tmp/trace vgpuctl apply - </tmp/exported.toml >/tmp/again
same "apply of what was exported" "$?" 0
same "its writes to the kernel" "$(grep -cE 'O_(WRONLY|RDWR).*</(sys|proc)/' /tmp/trace)" 0
same "the host after it" "$(host_state)" "$cut_up"

# Drift: somebody takes VF 3 away.
name_of "$pci/devices/$gpu/virtfn3" >$pci/drivers/vfio-pci/unbind
expect 2 vgpuctl check /tmp/eight.toml
says "vf3"
strace -f -qq -y -e trace=openat,openat2,open -o /tmp/trace vgpuctl apply /tmp/eight.toml >/tmp/again
same "apply that mends" "$?" 0
expect 0 vgpuctl check /tmp/eight.toml
same "the host mended" "$(host_state)" "$cut_up"
same "what it wrote to" "$(grep -oE 'O_(WRONLY|RDWR).*= [0-9]+<(/sys|/proc).*' /tmp/trace | grep -oE '/(sys|proc)[^>]*')" $pci/drivers/vfio-pci/bind

expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"
done_with_it
