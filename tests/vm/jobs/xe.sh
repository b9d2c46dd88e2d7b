# SPDX-License-Identifier: Apache-2.0
# A PF driver named xe with the newest sriov_admin/ tree: the backend finds its files, which may come late, and writes through a
# real sysfs; no file of debugfs is touched for it. What Intel's driver makes of such writes is not shown.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x8086,device=0xe211,vf-device=0xe211,vfs=8'
insmod /modules/vfxe.ko vram=8589934592
modprobe vfio-pci
gpu=0000:41:00.0
admin=$pci/devices/$gpu/sriov_admin
before=$(host_state)

{
  profile "$gpu" 4
  printf 'vram = "1GiB"\nexec_quantum = "20ms"\npreempt_timeout = "40ms"\n'
  printf '[[gpu.vf]]\nindex = 3\nexec_quantum = "35ms"\n'
} >/tmp/four.toml
expect 0 vgpuctl list
says "intel-xe"
watched 0 vgpuctl plan /tmp/four.toml
same "writes of a plan" "$wrote" ""
same "the host after a plan" "$(host_state)" "$before"
watched 0 vgpuctl apply /tmp/four.toml
same "what it wrote to in debugfs" "$(grep /debug/ <<<"$wrote")" ""
reads "$pci/devices/$gpu/sriov_numvfs" 4
reads "$admin/vf1/profile/vram_quota" 1073741824
reads "$admin/vf1/profile/exec_quantum_ms" 20
reads "$admin/vf4/profile/exec_quantum_ms" 35
reads "$admin/vf4/profile/preempt_timeout_us" 40000
same "the device of VF 3" "$(name_of "$admin/vf4/device")" "$(name_of "$pci/devices/$gpu/virtfn3")"
same "the driver of VF 3" "$(name_of "$pci/devices/$gpu/virtfn3/driver")" vfio-pci
expect 0 vgpuctl check /tmp/four.toml
cut_up=$(host_state)
exports_what_is_there
same "the host after what was exported" "$(host_state)" "$cut_up"

# Drift of one value is mended by one write; so is that of one GT, which only debugfs can set.
echo 7 >"$admin/vf2/profile/exec_quantum_ms"
expect 2 vgpuctl check /tmp/four.toml
says "exec_quantum"
watched 0 vgpuctl apply /tmp/four.toml
same "what it wrote to" "$wrote" "$(readlink -f "$admin")/vf2/profile/exec_quantum_ms"
same "the host mended" "$(host_state)" "$cut_up"
echo 7 >/sys/kernel/debug/dri/$gpu/gt1/vf2/exec_quantum_ms
expect 10 vgpuctl check /tmp/four.toml
says "tiles have different values"
watched 0 vgpuctl apply /tmp/four.toml
same "what it wrote to" "$wrote" "$(readlink -f "$admin")/vf2/profile/exec_quantum_ms"
same "the host mended on both GTs" "$(host_state)" "$cut_up"
echo 1 >/sys/kernel/debug/dri/$gpu/gt1/vf2/exec_quantum_ms
sed 's/index = 3/index = 2/' /tmp/four.toml >/tmp/other.toml
expect 0 vgpuctl apply /tmp/other.toml
reads "$admin/vf2/profile/exec_quantum_ms" 20
reads "$admin/vf3/profile/exec_quantum_ms" 35
expect 0 vgpuctl apply /tmp/four.toml
same "the host as before that" "$(host_state)" "$cut_up"

# One's quantum: one write.
sed 's/35ms/45ms/' /tmp/four.toml >/tmp/quantum.toml
watched 0 vgpuctl apply /tmp/quantum.toml
same "what it wrote to" "$wrote" "$(readlink -f "$admin")/vf4/profile/exec_quantum_ms"
expect 0 vgpuctl apply /tmp/four.toml

# Priorities: one write for all VFs, the PF's own behind it.
{
  sed '/gpu.vf/,$d' /tmp/four.toml
  printf 'priority = "normal"\n[gpu.pf]\nexec_quantum = "10ms"\npreempt_timeout = "20ms"\npriority = "high"\n'
  sed -n '/gpu.vf/,$p' /tmp/four.toml
} >/tmp/priority.toml
watched 0 vgpuctl apply /tmp/priority.toml
same "what it wrote to" "$wrote" "$(printf "$(readlink -f "$admin")/%s\n" pf/profile/exec_quantum_ms pf/profile/preempt_timeout_us \
  .bulk_profile/sched_priority pf/profile/sched_priority)"
reads "$admin/pf/profile/sched_priority" "low normal [high]"
reads "$admin/vf8/profile/sched_priority" "low [normal]"
expect 0 vgpuctl check /tmp/priority.toml
exports_what_is_there

# More than there is: the driver's ENOSPC, and all goes back.
ready=$(host_state)
sed 's/1GiB/3GiB/' /tmp/priority.toml >/tmp/too-much.toml
expect 1 vgpuctl apply /tmp/too-much.toml
says ENOSPC
same "the host after it" "$(host_state)" "$ready"

# Another size of VRAM.
sed 's/1GiB/512MiB/' /tmp/priority.toml >/tmp/smaller.toml
expect 0 vgpuctl apply /tmp/smaller.toml
reads "$admin/vf4/profile/vram_quota" 536870912
reads "$admin/vf4/profile/exec_quantum_ms" 35
reads "$admin/pf/profile/sched_priority" "low normal [high]"
expect 0 vgpuctl check /tmp/smaller.toml
expect 0 vgpuctl apply /tmp/priority.toml
same "the host with the first size" "$(host_state)" "$ready"
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"

# Without debugfs, and without anything named: the count alone, and what was asked of sysfs.
umount /sys/kernel/debug
expect 0 vgpuctl apply /tmp/priority.toml
expect 0 vgpuctl check /tmp/priority.toml
exports_what_is_there
sed "s/^vram.*/&\ncontexts = 1024/" /tmp/four.toml >/tmp/contexts.toml
expect 5 vgpuctl apply /tmp/contexts.toml
says "contexts"
says "debugfs"
expect 0 vgpuctl teardown --all
mount -t debugfs debug /sys/kernel/debug
same "the host after teardown without debugfs" "$(host_state)" "$before"
gives_by_itself $gpu

# The driver reloaded, its tree late, as the real one's was seen: before it is there the GPU has no such keys, and nothing is
# written; the count alone could be had.
rmmod vfxe
insmod /modules/vfxe.ko vram=8589934592 late=3
without_tree=$(host_state)
expect 5 vgpuctl apply /tmp/four.toml
says "vram"
same "the host before its tree" "$(host_state)" "$without_tree"
echo 2 >/sys/module/vfxe/parameters/late
expect 0 vgpuctl apply /tmp/four.toml
echo 0 >/sys/module/vfxe/parameters/late
same "the host after a late tree" "$(host_state)" "$cut_up"
expect 0 vgpuctl check /tmp/four.toml
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$before"
done_with_it
