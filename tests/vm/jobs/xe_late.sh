# SPDX-License-Identifier: Apache-2.0
# xe 7.0 whose files come after it was bound, without an event: those of debugfs, or all; and the driver reloaded in the middle of a
# run that was killed, with its files late.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x8086,device=0xe211,vf-device=0xe211,vfs=4'
modprobe vfio-pci
gpu=0000:41:00.0
late=/sys/module/vfxe/parameters/late
{
  profile "$gpu" 1
  printf 'vram = "1GiB"\nggtt = "256MiB"\ncontexts = 1024\nexec_quantum = "20ms"\n'
} >/tmp/one.toml
{
  profile "$gpu" 1
  printf 'exec_quantum = "20ms"\n'
} >/tmp/times.toml
profile "$gpu" 1 >/tmp/count.toml
insmod /modules/vfxe.ko release=700
bare=$(host_state)
expect 0 vgpuctl apply /tmp/one.toml
cut_up=$(host_state)
expect 0 vgpuctl teardown --all
rmmod vfxe

# debugfs late: what stands in sysfs is had, the rest is refused.
insmod /modules/vfxe.ko release=700 late=2
nothing=$(host_state)
watched 5 vgpuctl apply /tmp/one.toml
says "contexts"
says "debugfs"
same "writes without debugfs" "$wrote" ""
expect 0 vgpuctl apply /tmp/times.toml
expect 0 vgpuctl teardown --all
same "the host without debugfs" "$(host_state)" "$nothing"
echo 0 >$late
same "the host with debugfs" "$(host_state)" "$bare"
expect 0 vgpuctl apply /tmp/one.toml
same "the host cut up" "$(host_state)" "$cut_up"
expect 0 vgpuctl teardown --all
rmmod vfxe

# All of it late: the count alone is had; the files come while there are VFs.
insmod /modules/vfxe.ko release=700 late=3
watched 5 vgpuctl apply /tmp/one.toml
says "exec_quantum"
says "sriov_admin"
same "writes without any files" "$wrote" ""
expect 0 vgpuctl apply /tmp/count.toml
reads "$pci/devices/$gpu/sriov_numvfs" 1
echo 0 >$late
expect 0 vgpuctl check /tmp/count.toml
expect 0 vgpuctl apply /tmp/one.toml
expect 0 vgpuctl check /tmp/one.toml
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$bare"

# A plan that was saved before the driver was reloaded is of another host until the files are there.
expect 0 vgpuctl plan --out /tmp/saved.json /tmp/one.toml
rmmod vfxe
insmod /modules/vfxe.ko release=700 late=3
without=$(host_state)
expect 8 vgpuctl apply --plan /tmp/saved.json
same "the host after a stale plan" "$(host_state)" "$without"
echo 0 >$late
expect 0 vgpuctl apply --plan /tmp/saved.json
same "the host after a saved plan" "$(host_state)" "$cut_up"
expect 0 vgpuctl teardown --all

# Killed with quotas written, with VFs made; the driver is reloaded meanwhile. Without its files nobody knows: recover says which it
# misses, and does it once they are there.
for n in 10 18 24; do
  code=0
  # shellcheck disable=SC2016
  KILL_BEFORE=$n LD_PRELOAD=/usr/bin/libvgpu_killer.so bash -c '"$@"; exit $?' _ vgpuctl apply /tmp/one.toml >/tmp/out 2>&1 || code=$?
  same "how it ended, killed before $n" $code 137
  rmmod vfxe
  insmod /modules/vfxe.ko release=700 late=3
  code=0
  out=$(vgpuctl recover 2>&1) || code=$?
  checked=$((checked + 1))
  [[ $code == 8 || $code == 9 ]] || fail "recover $n without files: exit code $code: $out"
  [[ $out == *"reads absent"* || $out == *"could not be taken back"* ]] || fail "recover $n does not say what it misses: $out"
  echo 0 >$late
  expect 0 vgpuctl recover
  says "taken back, verified"
  same "the host after recover $n" "$(host_state)" "$bare"
  gives_by_itself $gpu
done
same "what is left of journals" "$(find /run/vgpuctl/journal -type f | wc -l)" 0
done_with_it
