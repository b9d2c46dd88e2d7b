# SPDX-License-Identifier: Apache-2.0
# A PF driver named xe with the sriov_admin/ tree: the backend finds its files, which may come late, and writes through a real
# sysfs. What Intel's driver makes of such writes is not shown.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x8086,device=0xe211,vf-device=0xe211,vfs=8'
insmod /modules/vfxe.ko vram=8589934592
modprobe vfio-pci
gpu=0000:41:00.0
admin=$pci/devices/$gpu/sriov_admin
values() { grep -rsH '' "$admin"/*/profile; }
before=$(host_state; values)

{
  profile "$gpu" 4
  printf 'vram = "1GiB"\nexec_quantum = "20ms"\npreempt_timeout = "40ms"\n'
  printf '[[gpu.vf]]\nindex = 3\nexec_quantum = "35ms"\n'
} >/tmp/four.toml
expect 0 vgpuctl list
says "intel-xe"
expect 0 vgpuctl plan /tmp/four.toml
same "a plan writes nothing" "$(host_state; values)" "$before"
expect 0 vgpuctl apply /tmp/four.toml
reads "$pci/devices/$gpu/sriov_numvfs" 4
reads "$admin/vf1/profile/vram_quota" 1073741824
reads "$admin/vf1/profile/exec_quantum_ms" 20
reads "$admin/vf4/profile/exec_quantum_ms" 35
reads "$admin/vf4/profile/preempt_timeout_us" 40000
same "the driver of VF 3" "$(name_of "$pci/devices/$gpu/virtfn3/driver")" vfio-pci
expect 0 vgpuctl check /tmp/four.toml
cut_up=$(host_state; values)
expect 0 vgpuctl apply /tmp/four.toml
vgpuctl export >/tmp/exported.toml
expect 0 vgpuctl apply /tmp/exported.toml
same "the host after what was exported" "$(host_state; values)" "$cut_up"

# Drift of one value is mended by one write.
echo 7 >"$admin/vf2/profile/exec_quantum_ms"
expect 2 vgpuctl check /tmp/four.toml
says "exec_quantum"
watched 0 vgpuctl apply /tmp/four.toml
same "what it wrote to" "$wrote" "$(readlink -f "$admin")/vf2/profile/exec_quantum_ms"
same "the host mended" "$(host_state; values)" "$cut_up"

# More than there is: the driver's ENOSPC, and all goes back.
sed 's/1GiB/3GiB/' /tmp/four.toml >/tmp/too-much.toml
code=0
out=$(vgpuctl apply /tmp/too-much.toml 2>&1) || code=$?
same "code of more VRAM than there is" "$code" 1
says ENOSPC
same "the host after it" "$(host_state; values)" "$cut_up"
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state; values)" "$before"

# The driver reloaded, its tree late, as the real one's was seen: before it is there the GPU has no such keys, and nothing is
# written; the count alone could be had.
rmmod vfxe
insmod /modules/vfxe.ko vram=8589934592 late=1
without_tree=$(host_state)
expect 5 vgpuctl apply /tmp/four.toml
says "vram"
same "the host before its tree" "$(host_state)" "$without_tree"
echo 0 >/sys/module/vfxe/parameters/late
expect 0 vgpuctl apply /tmp/four.toml
same "the host after a late tree" "$(host_state; values)" "$cut_up"
expect 0 vgpuctl teardown --all
done_with_it
