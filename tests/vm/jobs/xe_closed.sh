# SPDX-License-Identifier: Apache-2.0
# xe 7.0, its debugfs not mounted, and then locked down: what stands in sysfs works, what needs debugfs is refused with that reason.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x8086,device=0xe211,vf-device=0xe211,vfs=6'
insmod /modules/vfxe.ko release=700
modprobe vfio-pci
gpu=0000:41:00.0
admin=$pci/devices/$gpu/sriov_admin
{
  profile "$gpu" 2
  printf 'priority = "normal"\nexec_quantum = "20ms"\npreempt_timeout = "40ms"\n'
} >/tmp/times.toml

# What is asked of sysfs is had; KEY is not, for REASON, and nothing was written.
works_without() {
  local reason=$1 before key line
  before=$(host_state)
  expect 0 vgpuctl show $gpu
  for line in 'vram = "1GiB"' 'ggtt = "256MiB"' 'contexts = 1024' 'doorbells = 16'; do
    key=${line%% *}
    sed "s/^priority/$line\n&/" /tmp/times.toml >/tmp/key.toml
    watched 5 vgpuctl apply /tmp/key.toml
    says "$key"
    says "$reason"
    same "writes of what has $key" "$wrote" ""
  done
  {
    cat /tmp/times.toml
    printf '[gpu.pf]\nreserve_vram = "256MiB"\n'
  } >/tmp/key.toml
  expect 5 vgpuctl apply /tmp/key.toml
  says "reserve_vram"
  says "$reason"
  same "the host after what was refused" "$(host_state)" "$before"
  expect 0 vgpuctl apply /tmp/times.toml
  reads "$admin/vf2/profile/exec_quantum_ms" 20
  reads "$admin/vf2/profile/sched_priority" "low [normal]"
  expect 0 vgpuctl check /tmp/times.toml
  exports_what_is_there
  expect 0 vgpuctl teardown --all
  same "the host after teardown" "$(host_state)" "$before"
}
umount /sys/kernel/debug
works_without "mount debugfs"
mount -t debugfs debug /sys/kernel/debug
gives_by_itself $gpu
echo integrity >/sys/kernel/security/lockdown
expect 1 cat /sys/kernel/debug/dri/$gpu/gt0/vf1/contexts_quota
works_without "lockdown"
done_with_it
