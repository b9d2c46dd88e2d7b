# SPDX-License-Identifier: Apache-2.0
# The generations of xe whose quotas are in debugfs: 7.0 and 6.19 with sriov_admin/ beside it and links at the older places, 6.18 and
# 6.17 with debugfs alone. In the end debugfs is not mounted, and then locked down (xe_closed.sh: the same with sriov_admin/).
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x8086,device=0xe211,vf-device=0xe211,vfs=6'
modprobe vfio-pci
gpu=0000:41:00.0
admin=$pci/devices/$gpu/sriov_admin
debug=/sys/kernel/debug/dri/$gpu
{
  profile "$gpu" 2
  printf 'vram = "1GiB"\nggtt = "256MiB"\ncontexts = 1024\ndoorbells = 16\nexec_quantum = "20ms"\npreempt_timeout = "40ms"\n'
  printf '[gpu.pf]\nexec_quantum = "10ms"\npreempt_timeout = "20ms"\n'
  printf '[[gpu.vf]]\nindex = 1\nexec_quantum = "35ms"\n'
} >/tmp/two.toml

# Both GTs have what is theirs.
has_what_was_asked() {
  local gt
  reads "$pci/devices/$gpu/sriov_numvfs" 2
  reads "$debug/gt0/vf2/lmem_quota" 1073741824
  reads "$debug/gt0/vf2/ggtt_quota" 268435456
  for gt in gt0 gt1; do
    reads "$debug/$gt/vf1/contexts_quota" 1024
    reads "$debug/$gt/vf2/doorbells_quota" 16
    reads "$debug/$gt/vf1/exec_quantum_ms" 20
    reads "$debug/$gt/vf2/exec_quantum_ms" 35
    reads "$debug/$gt/vf2/preempt_timeout_us" 40000
    reads "$debug/$gt/pf/exec_quantum_ms" 10
  done
}

# Where the quantum of VF N stands, a line for each write.
quantum_of() {
  if [[ -e $admin ]]; then
    printf '%s/vf%s/profile/exec_quantum_ms\n' "$(readlink -f "$admin")" "$1"
  else
    readlink -f "$debug"/gt{0,1}/"vf$1/exec_quantum_ms"
  fi
}

# Cut up by hand, changed, and back. Up to 6.18 there are no modes to end.
goes_there_and_back() {
  local before cut_up
  before=$(host_state)
  expect 0 vgpuctl plan --json /tmp/two.toml
  if [[ -e $admin ]]; then says "gives out nothing by itself from here on"; fi
  expect 0 vgpuctl apply /tmp/two.toml
  has_what_was_asked
  expect 0 vgpuctl check /tmp/two.toml
  cut_up=$(host_state)
  exports_what_is_there

  sed 's/35ms/45ms/' /tmp/two.toml >/tmp/quantum.toml
  watched 0 vgpuctl apply /tmp/quantum.toml
  same "what one quantum was written to" "$wrote" "$(quantum_of 2)"
  expect 0 vgpuctl apply /tmp/two.toml
  # Of one GT alone, by somebody.
  echo 7 >"$debug/gt1/vf1/exec_quantum_ms"
  # In sysfs one number is both GTs': it can't be said any more.
  if [[ -e $admin ]]; then expect 10 vgpuctl check /tmp/two.toml; else expect 2 vgpuctl check /tmp/two.toml; fi
  watched 0 vgpuctl apply /tmp/two.toml
  same "what gt1 was mended by" "$wrote" "$(quantum_of 1 | tail -n 1)"
  same "the host mended" "$(host_state)" "$cut_up"

  sed 's/1GiB/2GiB/; s/contexts = 1024/contexts = 2048/' /tmp/two.toml >/tmp/more.toml
  expect 0 vgpuctl apply /tmp/more.toml
  reads "$debug/gt0/vf1/lmem_quota" 2147483648
  reads "$debug/gt1/vf2/contexts_quota" 2048
  reads "$debug/gt1/vf2/exec_quantum_ms" 35
  expect 0 vgpuctl check /tmp/more.toml
  expect 0 vgpuctl apply /tmp/two.toml
  same "the host with the first numbers" "$(host_state)" "$cut_up"
  # More than 8 GiB: the driver says so at the second VF.
  sed 's/1GiB/5GiB/' /tmp/two.toml >/tmp/too-much.toml
  expect 1 vgpuctl apply /tmp/too-much.toml
  says ENOSPC
  same "the host after more VRAM than there is" "$(host_state)" "$cut_up"

  expect 0 vgpuctl teardown --all
  same "the host after teardown" "$(host_state)" "$before"
  gives_by_itself $gpu
}

# 6.19 and 6.18 have their files where 7.0 and 6.17 have them, or links.
only_there_and_back() {
  local before
  before=$(host_state)
  expect 0 vgpuctl apply /tmp/two.toml
  has_what_was_asked
  exports_what_is_there
  expect 0 vgpuctl teardown --all
  same "the host after teardown" "$(host_state)" "$before"
  gives_by_itself $gpu
}

# By itself: the count alone is enough, and nothing is written to debugfs.
gives_out() {
  local before
  before=$(host_state)
  profile $gpu 3 >/tmp/three.toml
  watched 0 vgpuctl apply /tmp/three.toml
  same "what the count alone wrote to in debugfs" "$(grep /debug/ <<<"$wrote")" ""
  expect 0 vgpuctl check /tmp/three.toml
  expect 0 vgpuctl teardown --all
  same "the host after VFs as the driver makes them" "$(host_state)" "$before"
}

for release in 700 619 618 617; do
  insmod /modules/vfxe.ko release=$release vram=8589934592
  was=$failed
  if [[ $release == 61[89] ]]; then
    only_there_and_back
  else
    gives_out
    goes_there_and_back
  fi
  if [[ $release == 700 ]]; then
    # One word for all VFs stands in sysfs; the PF's spare in debugfs.
    sed 's/^vram/priority = "normal"\n&/; s/^\[gpu.pf\]/&\nreserve_vram = "256MiB"\npriority = "high"/' /tmp/two.toml >/tmp/priority.toml
    bare=$(host_state)
    expect 0 vgpuctl apply /tmp/priority.toml
    reads "$admin/pf/profile/sched_priority" "low normal [high]"
    reads "$admin/vf6/profile/sched_priority" "low [normal]"
    reads "$debug/gt1/vf1/sched_priority" 1
    reads "$debug/gt0/pf/lmem_spare" 268435456
    expect 0 vgpuctl check /tmp/priority.toml
    exports_what_is_there
    expect 0 vgpuctl teardown --all
    same "the host after priorities" "$(host_state)" "$bare"
    gives_by_itself $gpu
  elif [[ $release == 617 ]]; then
    sed 's/^vram/priority = "normal"\n&/' /tmp/two.toml >/tmp/priority.toml
    expect 5 vgpuctl plan /tmp/priority.toml
    says "priority"
    continue
  fi
  printf 'xe %s: %s failed; %s s\n' $release $((failed - was)) $SECONDS
  rmmod vfxe
done

# 6.17 has nothing but debugfs: without it the count is left.
refused() {
  local before
  before=$(host_state)
  expect 5 vgpuctl apply /tmp/two.toml
  says "exec_quantum"
  says "contexts"
  says "$1"
  expect 0 vgpuctl apply /tmp/three.toml
  reads "$pci/devices/$gpu/sriov_numvfs" 3
  expect 0 vgpuctl check /tmp/three.toml
  expect 0 vgpuctl teardown --all
  same "the host without debugfs" "$(host_state)" "$before"
}
umount /sys/kernel/debug
refused "debugfs"
mount -t debugfs debug /sys/kernel/debug
echo integrity >/sys/kernel/security/lockdown
refused "lockdown"
done_with_it
