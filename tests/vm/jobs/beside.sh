# SPDX-License-Identifier: Apache-2.0
# Devices that have SR-IOV and are no GPUs: QEMU's igb, nvme and virtio-net. They are not for vgpuctl unless it is told so, and
# then their VFs come from the kernel's own drivers, at the addresses that the device has for them.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26ba,vfs=8;vendor=0x10de,device=0x26b9,vf-device=0x26ba,vfs=8'
drivers
driver plain 10de:26b9 sriov
for module in vfio-pci igb igbvf nvme virtio-pci virtio-net; do
  modprobe "$module"
done
gpu=0000:41:00.0
gpu2=0000:42:00.0

# with_vfs DRIVER: the PF that it has.
with_vfs() {
  local pf
  for pf in "$pci/drivers/$1"/0000:*; do
    if [[ -e "$pf/sriov_totalvfs" ]]; then
      basename "$pf"
    fi
  done
}
igb=$(with_vfs igb)
nvme=$(with_vfs nvme)
net=$(with_vfs virtio-pci)
beside=("$igb" "$nvme" "$net")
printf 'igb %s, nvme %s, virtio-net %s\n' "${beside[@]}"
for pf in "${beside[@]}"; do
  [[ -n "$pf" ]] || fail "a device is missing"
done

# What stands beside the GPUs, which are on the buses from 0x40 on.
beside_state() { host_state | grep -v /0000:4; }

# untouched COMMAND: nothing beside the GPUs has changed.
untouched() { same "what stands beside the GPUs after '$*'" "$(beside_state)" "$as_set_up"; }

# never_opened COMMAND...: it ends with 0, and nothing beside the GPUs was as much as opened for writing.
never_opened() {
  watched 0 "$@"
  same "whether '$*' wrote to the GPUs" "$(grep -c "/$gpu/" <<<"$wrote" | sed 's/[1-9].*/yes/')" yes
  local pf
  for pf in "${beside[@]}"; do
    same "what '$*' opened of $pf" "$(grep -c "/${pf%:*}:" <<<"$wrote")" 0
  done
  untouched "$*"
}

# VFs made by hand: with the host's driver, without one, and with an override that somebody wants.
reads "$pci/devices/$igb/sriov_totalvfs" 7
echo 3 >"$pci/devices/$igb/sriov_numvfs"
same "the driver of igb's VF 0" "$(name_of "$pci/devices/$igb/virtfn0/driver")" igbvf
echo 0 >"$pci/devices/$nvme/sriov_drivers_autoprobe"
echo 2 >"$pci/devices/$nvme/sriov_numvfs"
echo 0 >"$pci/devices/$net/sriov_drivers_autoprobe"
echo 2 >"$pci/devices/$net/sriov_numvfs"
echo pci-stub >"$pci/devices/$net/virtfn1/driver_override"
reads "$pci/devices/$nvme/sriov_numvfs" 2
reads "$pci/devices/$net/sriov_numvfs" 2
as_set_up=$(beside_state)
before=$(host_state)

expect 0 vgpuctl list
says "$gpu"
for pf in "${beside[@]}"; do
  [[ "$out" != *"$pf"* ]] || fail "list shows $pf"
done
expect 0 vgpuctl list --all-classes
for pf in "$gpu" "${beside[@]}"; do
  says "$pf"
done

# A profile that would fit everything is about the GPUs.
profile '*' 2 vfio-pci >/tmp/every.toml
expect 0 vgpuctl plan /tmp/every.toml
never_opened vgpuctl apply /tmp/every.toml
reads "$pci/devices/$gpu/sriov_numvfs" 2
reads "$pci/devices/$gpu2/sriov_numvfs" 2
expect 0 vgpuctl check /tmp/every.toml
expect 0 vgpuctl export
for pf in "${beside[@]}"; do
  [[ "$out" != *"$pf"* ]] || fail "export names $pf"
done
never_opened vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"

# To look at all classes is not yet to mean them: the table has to, too. What was exported means them, and is as it is.
expect 0 vgpuctl --all-classes apply /tmp/every.toml
untouched apply with --all-classes
expect 0 vgpuctl --all-classes export
for pf in "${beside[@]}"; do
  says "$pf"
done
printf '%s\n' "$out" >/tmp/exported.toml
expect 0 vgpuctl --all-classes apply /tmp/exported.toml
untouched apply of what was exported
expect 0 vgpuctl teardown --all

# Nor is it enough that the table means them, or that they are named.
any() { profile "$@" | sed 's/^match.address.*/&\nmatch.class = "any"/'; }
for pf in "${beside[@]}"; do
  expect 5 vgpuctl teardown "$pf"
  says "--all-classes"
  any "$pf" 1 vfio-pci >/tmp/one.toml
  expect 5 vgpuctl apply /tmp/one.toml
  says "--all-classes"
done
same "the host after all that was refused" "$(host_state)" "$before"

# A network interface that is up is in use; one that is down is not, and its driver's VFs may go.
interface=$(ls "$pci/devices/$igb/virtfn0/net")
expect 0 ip link set "$interface" up
expect 3 vgpuctl --all-classes teardown "$igb"
says "network interface $interface"
same "the host after it" "$(host_state)" "$before"
expect 0 ip link set "$interface" down
expect 0 vgpuctl --all-classes plan /tmp/exported.toml
# These were made by hand, so they go only when that is asked for.
expect 3 vgpuctl --all-classes teardown "$igb" --dry-run
says "were not made by vgpuctl"
expect 0 vgpuctl --all-classes teardown "$igb" --dry-run --adopt

# Both: the igb is cut up, and nothing else is touched.
any "$igb" 7 vfio-pci >/tmp/seven.toml
echo 0 >"$pci/devices/$igb/sriov_numvfs"
free=$(host_state)
expect 0 vgpuctl --all-classes apply /tmp/seven.toml
reads "$pci/devices/$igb/sriov_numvfs" 7
expect 0 vgpuctl --all-classes check /tmp/seven.toml
reads "$pci/devices/$igb/sriov_offset" 128
reads "$pci/devices/$igb/sriov_stride" 2
expect 0 vgpuctl --all-classes --json show "$igb"
bus=${igb%:*}
for ((n = 0; n < 7; ++n)); do
  # Function 128 + 2n of the bus, of which a device has eight.
  vf=$(printf '%s:%02x.%x' "$bus" $(((128 + 2 * n) / 8)) $(((128 + 2 * n) % 8)))
  same "the address of VF $n" "$(name_of "$pci/devices/$igb/virtfn$n")" "$vf"
  same "the driver of VF $n" "$(name_of "$pci/devices/$vf/driver")" vfio-pci
  says "\"$vf\""
  [[ -e /dev/vfio/$(name_of "$pci/devices/$vf/iommu_group") ]] || fail "VF $n has no group node"
done
same "the groups of its VFs" "$(for vf in "$pci/devices/$igb"/virtfn*; do name_of "$vf/iommu_group"; done | sort -u | wc -l)" 7
# The capability says eight; igb keeps the last for itself, and the kernel's limit is what counts.
any "$igb" 8 vfio-pci >/tmp/eight.toml
expect 5 vgpuctl --all-classes apply /tmp/eight.toml
expect 0 vgpuctl --all-classes teardown "$igb"
same "the host after teardown of the igb" "$(host_state)" "$free"

# A virtio device: driver and device have agreed on VFs, so that backend makes and removes them.
echo 0 >"$pci/devices/$net/sriov_numvfs"
echo 1 >"$pci/devices/$net/sriov_drivers_autoprobe"
free=$(host_state)
virtio=$(basename "$pci/devices/$net"/virtio*)
features=$(cat "$pci/devices/$net/$virtio/features")
printf '%s: %s features, %s\n' "$virtio" "${#features}" "$features"
same "bit 37 of the PF" "${features:37:1}" 1
expect 0 vgpuctl --all-classes --json show "$net"
says '"backend": "virtio"'
any "$net" 2 vfio-pci >/tmp/two.toml
expect 0 vgpuctl --all-classes apply /tmp/two.toml
reads "$pci/devices/$net/sriov_numvfs" 2
for n in 0 1; do
  same "the driver of VF $n of virtio" "$(name_of "$pci/devices/$net/virtfn$n/driver")" vfio-pci
done
for leaf in vendor device class subsystem_vendor subsystem_device; do
  printf '%s: PF %s, VF %s\n' "$leaf" "$(cat "$pci/devices/$net/$leaf")" "$(cat "$pci/devices/$net/virtfn0/$leaf")"
done
printf 'VF addresses: %s %s\n' "$(name_of "$pci/devices/$net/virtfn0")" "$(name_of "$pci/devices/$net/virtfn1")"
sed -n '8,13p' "$pci/devices/$net/resource"
expect 0 vgpuctl --all-classes check /tmp/two.toml
# Without the driver of its kind the kernel makes no VFs and takes none away (EBUSY): it is said beforehand.
driver=/sys/bus/virtio/drivers/virtio_net
echo "$virtio" >"$driver/unbind"
expect 5 vgpuctl --all-classes teardown "$net"
says "the driver of its virtio device ($virtio) is missing"
same "what the kernel says of it" "$( (echo 0 >"$pci/devices/$net/sriov_numvfs") 2>&1 | sed 's/.*: //')" "Device or resource busy"
reads "$pci/devices/$net/sriov_numvfs" 2
echo "$virtio" >"$driver/bind"
expect 0 vgpuctl --all-classes teardown "$net"
same "the host after teardown of the virtio-net" "$(host_state)" "$free"
done_with_it
