# SPDX-License-Identifier: Apache-2.0
# A host with much on it: 8 GPUs with 64 VFs each, on three bridges in two PCI domains and on two NUMA nodes, some of which
# firmware left with VFs on.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges 'bus=0x40,buses=8,node=0;vfs=64,left-on=5;vfs=64;vfs=64;vfs=64|bus=0x50,buses=8,node=1;vfs=64;vfs=64|domain=1,bus=0x40,buses=8,node=1;vfs=64;vfs=64,left-on=64'
drivers
driver plain 1d0f:8f00 sriov
modprobe vfio-pci
mapfile -t gpus < <(cd "$pci/drivers/plain" && ls -d -- ????:??:??.?)
same "GPUs" "${#gpus[@]}" 8
before=$(host_state)
reads /sys/module/vfbridge/parameters/turned_off 2
# sriov_init clears VF Enable (iov.c), so that what firmware left on is nobody's.
for gpu in "${gpus[@]}"; do
  reads "$pci/devices/$gpu/sriov_numvfs" 0
done

# QEMU's IOMMU is of domain 0: no VM can have the VFs of domain 1.
{
  echo 'schema = 1'
  for gpu in "${gpus[@]}"; do
    profile "$gpu" 64 "$([[ $gpu == 0000:* ]] && echo vfio-pci || echo none)" | sed 1d
  done
} >/tmp/all.toml
expect 0 vgpuctl plan /tmp/all.toml
same "a plan writes nothing" "$(host_state)" "$before"
expect 0 vgpuctl apply /tmp/all.toml
expect 0 vgpuctl check /tmp/all.toml
for gpu in "${gpus[@]}"; do
  reads "$pci/devices/$gpu/sriov_numvfs" 64
  bound=$(find "$pci/devices/$gpu"/virtfn*/driver -maxdepth 0 -lname '*/vfio-pci' 2>/dev/null | wc -l)
  same "VFs of $gpu on vfio-pci" "$bound" "$([[ $gpu == 0000:* ]] && echo 64 || echo 0)"
  expect 0 vgpuctl show "$gpu"
  says "NUMA node $(<"$pci/devices/$gpu/numa_node")"
done
same "NUMA nodes" "$(for gpu in "${gpus[@]}"; do cat "$pci/devices/$gpu/numa_node"; done | sort | tr '\n' ' ')" "0 0 0 0 1 1 1 1 "
expect 0 vgpuctl list
same "GPUs with all their VFs in the list" "$(grep -c '64 of 64' <<<"$out")" 8
cut_up=$(host_state)
exports_what_is_there

# The same address in two domains are two GPUs: one is changed, and no other.
vgpuctl teardown 0001:41:00.0 >/tmp/torn || fail "teardown of 0001:41:00.0: $(</tmp/torn)"
reads $pci/devices/0001:41:00.0/sriov_numvfs 0
reads $pci/devices/0000:41:00.0/sriov_numvfs 64
expect 2 vgpuctl check /tmp/all.toml
says 0001:41:00.0
watched 0 vgpuctl apply /tmp/all.toml
# The GPU and its VFs, which have its bus.
same "buses that it wrote to" "$(grep -oE '[0-9a-f:]+\.[0-7]/[^/]+$' <<<"$wrote" | cut -d: -f1,2 | sort -u)" 0001:41
same "other files that it wrote to" "$(grep -cvE '/0001:41:[^/]+/[^/]+$' <<<"$wrote")" 0
same "the host cut up again" "$(host_state)" "$cut_up"
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"
done_with_it
