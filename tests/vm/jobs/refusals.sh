# SPDX-License-Identifier: Apache-2.0
# What the kernel will not do is refused before a write, with its reason; what it fails at leaves the host as it was.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
# In the order of their buses: plain, and one whose VFs can't be set up; too few bus numbers, as firmware gave them and as the kernel has them; too small a
# window; InitialVFs wrong; VFs on the next bus.
bridges 'bus=0x40,buses=3;vfs=8;vfs=8,vf-header=3|bus=0x48,buses=4,port-buses=1;vfs=64,ari=0,plain-offset=256|bus=0x4c,buses=2;vfs=64,ari=0,plain-offset=256|bus=0x50,buses=4,window=4m;vfs=8,vf-bar=1m|bus=0x58,buses=2;vfs=8,initial=4|bus=0x60,buses=4;vfs=16,offset=250,stride=1'
modprobe vfio-pci
drivers
plain=0000:41:00.0
before=$(host_state)

# refused CODE GPU VFS TEXT
refused() {
  profile "$2" "$3" none >/tmp/p.toml
  watched "$1" vgpuctl apply /tmp/p.toml
  says "$4"
  same "writes to the kernel for $2" "$wrote" ""
  same "the host after $2" "$(host_state)" "$before"
}

# fails CODE GPU TEXT: all its VFs; the host is then as before.
fails() {
  profile "$2" "$(cat "$pci/devices/$2/sriov_totalvfs")" none >/tmp/p.toml
  expect "$1" vgpuctl apply /tmp/p.toml
  says "$3"
  same "the host after $2 failed" "$(host_state)" "$before"
}

refused 5 "$plain" 4 "no driver"
driver idle 1d0f:8f00
before=$(host_state)
# Nothing in sysfs tells of a driver nobody knows that it makes no VFs: its ENOENT does.
fails 1 "$plain" ENOENT
echo idle >/sys/module/vfdrivers/parameters/remove
driver plain 1d0f:8f00 sriov
before=$(host_state)
refused 5 "$plain" 9 "8"
refused 5 0000:49:00.0 64 "reach bus 4b"
refused 5 0000:51:00.0 8 "memory"
refused 5 0000:59:00.0 8 "InitialVFs"
# What only the kernel sees: where its own bus numbers end.
fails 1 0000:4d:00.0 ENOMEM

# A VF that can't be made (probe.c:pci_setup_device) takes those before it along.
fails 1 0000:42:00.0 EIO

knob plain enable-errno 12
fails 1 "$plain" ENOMEM
knob plain enable-errno 0
knob plain fewer 1
fails 1 "$plain" 7
knob plain fewer 0
bus_knob 0 stuck 1
fails 1 "$plain" EIO
bus_knob 0 stuck 0

profile "$plain" 4 none >/tmp/p.toml
expect 0 vgpuctl apply /tmp/p.toml
reads "$pci/devices/$plain/sriov_numvfs" 4
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"

# VFs on the next bus are followed by their links.
profile 0000:61:00.0 16 vfio-pci >/tmp/p.toml
expect 0 vgpuctl apply /tmp/p.toml
same "VF 15's address" "$(name_of "$pci/devices/0000:61:00.0/virtfn15")" 0000:62:01.1
expect 0 vgpuctl check /tmp/p.toml
expect 0 vgpuctl teardown --all

# Not root: the kernel says no, and so do we.
profile "$plain" 4 none >/tmp/p.toml
expect 10 setpriv --reuid 1000 --regid 1000 --clear-groups vgpuctl apply /tmp/p.toml
same "the host after somebody who is not root" "$(host_state)" "$before"
done_with_it
