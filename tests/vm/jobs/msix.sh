# SPDX-License-Identifier: Apache-2.0
# MSI-X vectors of VFs: given while a VF has no driver, read back, and seen by lspci alike; one VF changed and no other; refused
# where somebody has the VF, where there are not as many, and where the PF's driver has none to give.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vfs=8|bus=0x60;vfs=4,device=0x8e00'
drivers
driver plain 1d0f:8f00 sriov msix
driver bare 1d0f:8e00 sriov
knob plain vectors 40
modprobe vfio-pci
gpu=0000:41:00.0
bare=0000:61:00.0
host=$pci/devices/$gpu
before=$(host_state)

# What somebody else reads of a VF.
witness() { lspci -vvn -s "$(name_of "$host/virtfn$1")" | sed -n 's/.*MSI-X: Enable[-+] Count=\([0-9]*\) .*/\1/p'; }
witnesses() {
  local n
  for n in 0 1 2 3; do witness "$n"; done | tr '\n' ' '
}
# vectors GPU N VF M: four VFs with N vectors each, and VF with M.
vectors() {
  profile "$1" 4 vfio-pci
  printf 'msix = %s\n[[gpu.vf]]\nindex = %s\nmsix = %s\n' "$2" "$3" "$4"
}

reads "$host/sriov_vf_total_msix" 40
reads "$pci/devices/$bare/sriov_vf_total_msix" 0
vectors "$gpu" 6 2 12 >/tmp/six.toml
expect 0 vgpuctl plan /tmp/six.toml
says "msix"
same "a plan writes nothing" "$(host_state)" "$before"
expect 0 vgpuctl apply /tmp/six.toml
same "what lspci counts" "$(witnesses)" "6 6 12 6 "
for n in 0 1 2 3; do
  same "driver of VF $n" "$(name_of "$host/virtfn$n/driver")" vfio-pci
done
expect 0 vgpuctl check /tmp/six.toml
expect 0 vgpuctl show
says "msix"
cut_up=$(host_state)
watched 0 vgpuctl apply /tmp/six.toml
same "writes of a second apply" "$wrote" ""
expect 0 vgpuctl export "$gpu"
says "msix = 6"
printf '%s\n' "$out" >/tmp/exported.toml
watched 0 vgpuctl apply /tmp/exported.toml
same "writes of what was exported" "$wrote" ""

# VF 1 alone: taken from its driver, given its vectors, brought back. VF 0 is held meanwhile.
vectors "$gpu" 6 1 9 | sed '/^index/s/1/[1]/' >/tmp/nine.toml
printf '[[gpu.vf]]\nindex = 2\nmsix = 12\n' >>/tmp/nine.toml
expect 2 vgpuctl check /tmp/nine.toml
says "vf1"
exec 5<>"/dev/vfio/$(name_of "$host/virtfn1/iommu_group")"
expect 3 vgpuctl apply /tmp/nine.toml
says "vf1"
same "the host while VF 1 is held" "$(host_state)" "$cut_up"
same "what lspci counts while VF 1 is held" "$(witnesses)" "6 6 12 6 "
exec 5>&-
exec 5<>"/dev/vfio/$(name_of "$host/virtfn0/iommu_group")"
watched 0 vgpuctl apply /tmp/nine.toml
same "what it wrote to" "$wrote" "$pci/drivers/vfio-pci/unbind
$(readlink -f "$host/virtfn1")/sriov_vf_msix_count
$pci/drivers/vfio-pci/bind"
exec 5>&-
same "what lspci counts with VF 1 changed" "$(witnesses)" "6 9 12 6 "
same "the host with VF 1 changed" "$(host_state)" "$cut_up"
expect 0 vgpuctl check /tmp/nine.toml

# The whole pool is dealt out anew: what shrinks goes first.
vectors "$gpu" 4 3 28 >/tmp/all.toml
expect 0 vgpuctl apply /tmp/all.toml
same "what lspci counts of all there are" "$(witnesses)" "4 4 4 28 "
vectors "$gpu" 4 0 28 >/tmp/all.toml
expect 0 vgpuctl apply /tmp/all.toml
same "what lspci counts of all dealt out anew" "$(witnesses)" "28 4 4 4 "

# More than there is, for one and for all; less than one.
vectors "$gpu" 4 0 41 >/tmp/bad.toml
expect 5 vgpuctl apply /tmp/bad.toml
says "at most 40"
says "sriov_vf_total_msix"
vectors "$gpu" 11 0 11 >/tmp/bad.toml
expect 5 vgpuctl apply /tmp/bad.toml
says "there are 40 for all of them"
vectors "$gpu" 4 0 0 >/tmp/bad.toml
expect 5 vgpuctl apply /tmp/bad.toml
says "at least 1"
same "what lspci counts after refusals" "$(witnesses)" "28 4 4 4 "

# Who is not root is not shown them, and is told so. What earlier runs noted of the VFs is root's alone, and stands in his way
# before that: it is put aside.
mv /run/vgpuctl /run/aside
expect 10 setpriv --reuid=1000 --clear-groups vgpuctl check /tmp/all.toml
says "only root"
expect 0 setpriv --reuid=1000 --clear-groups vgpuctl show "$gpu"
says "unknown"
mv /run/aside /run/vgpuctl

# Back to the device's own number, once.
profile "$gpu" 4 vfio-pci >/tmp/default.toml
printf 'msix = "default"\n' >>/tmp/default.toml
expect 0 vgpuctl apply /tmp/default.toml
same "what lspci counts by default" "$(witnesses)" "4 4 4 4 "
watched 0 vgpuctl apply /tmp/default.toml
same "writes of a second default" "$wrote" ""

# They die with their VFs; what the driver chose is exported as a comment.
expect 0 vgpuctl apply /tmp/six.toml
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"
profile "$gpu" 4 vfio-pci >/tmp/four.toml
expect 0 vgpuctl apply /tmp/four.toml
same "what lspci counts of new VFs" "$(witnesses)" "4 4 4 4 "
expect 0 vgpuctl export "$gpu"
says "# msix = 4  chosen by the driver"
expect 0 vgpuctl teardown --all

# A driver that has none to give.
vectors "$bare" 6 0 6 >/tmp/bare.toml
watched 5 vgpuctl apply /tmp/bare.toml
says "'bare' does not let the MSI-X vectors of its VFs be set"
same "its writes" "$wrote" ""
same "the host after all" "$(host_state)" "$before"
done_with_it
