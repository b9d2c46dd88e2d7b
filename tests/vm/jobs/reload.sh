# SPDX-License-Identifier: Apache-2.0
# Somebody takes the PF's driver away in the middle of a run, as a driver upgrade does that nobody coordinates: the run takes
# back what was its own, and names what others did.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vfs=8'
drivers
driver plain 1d0f:8f00 sriov
modprobe vfio-pci
gpu=0000:41:00.0
profile "$gpu" 8 vfio-pci >/tmp/eight.toml
before=$(host_state)

# The driver is asked to go while it makes VFs. The kernel lets it end that first, and then it takes them along.
knob plain delay 3000
vgpuctl apply /tmp/eight.toml >/tmp/out 2>&1 &
run=$!
for ((try = 0; try < 200; ++try)); do
  [[ "$(cat "$pci/devices/$gpu/sriov_drivers_autoprobe")" == 0 ]] && break
  sleep 0.05
done
echo plain >/sys/module/vfdrivers/parameters/remove
code=0
wait "$run" || code=$?
out=$(cat /tmp/out)
# Whoever comes to the PF's lock first, the driver that goes or the look at the count, decides whether the run sees the count
# wrong or, a step on, that the host moved.
same "whether a run that lost its driver failed or found the host moved: $code" "$([[ "$code" == [18] ]] && echo yes)" yes
if [[ $code == 1 ]]; then says "should read '8' and reads '0'"; else says "plan again"; fi
says "changed meanwhile by others"
says "was plain  is none"
reads "$pci/devices/$gpu/sriov_numvfs" 0

# Without the driver nothing is begun; with it the host is as it was, and all goes on.
expect 5 vgpuctl apply /tmp/eight.toml
expect 2 vgpuctl check /tmp/eight.toml
driver plain 1d0f:8f00 sriov
same "the host once its driver is back" "$(host_state)" "$before"
knob plain delay 0
expect 0 vgpuctl apply /tmp/eight.toml
expect 0 vgpuctl check /tmp/eight.toml

# A VF's driver goes in the middle: a reload of vfio-pci while nobody has anything open.
cut_up=$(host_state)
rmmod vfio_pci
expect 2 vgpuctl check /tmp/eight.toml
modprobe vfio-pci
expect 0 vgpuctl apply /tmp/eight.toml
same "the host after vfio-pci came back" "$(host_state)" "$cut_up"
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"
done_with_it
