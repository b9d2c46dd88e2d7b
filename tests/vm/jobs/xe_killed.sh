# SPDX-License-Identifier: Apache-2.0
# kill -9 of vgpuctl before each of its writes, of its journal's as of the kernel's, and with each of its helper's on the way, under xe
# 7.0: times in sysfs, quotas of two GTs in debugfs, and a mode that ends with the first of them. Each time recover: the host is as
# before the run, and its driver gives out by itself where it did.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x8086,device=0xe211,vf-device=0xe211,vfs=2'
insmod /modules/vfxe.ko release=700
modprobe vfio-pci
gpu=0000:41:00.0
{
  profile "$gpu" 1
  printf 'vram = "1GiB"\nggtt = "256MiB"\ncontexts = 1024\nexec_quantum = "20ms"\n'
} >/tmp/one.toml
bare=$(host_state)
expect 0 vgpuctl apply /tmp/one.toml
cut_up=$(host_state)

killed=0
taken_back=0
ended=0
# cut HOW BEFORE AFTER COMMAND...: tests/vm/killer.cpp's HOW at 1, 2, …, until nobody is killed any more. What was killed so late
# that all was done is reported as applied, and is left alone then.
cut() {
  local how=$1 before=$2 after=$3 was=$failed n code
  shift 3
  for ((n = 1; n < 200 && failed == was; ++n)); do
    code=0
    # shellcheck disable=SC2016
    env "$how=$n" LD_PRELOAD=/usr/bin/libvgpu_killer.so bash -c '"$@"; exit $?' _ "$@" >/tmp/out 2>&1 || code=$?
    [[ $code == 0 ]] && break
    checked=$((checked + 1))
    killed=$((killed + 1))
    [[ $code == 137 ]] || fail "$how $n, $*: exit code $code: $(cat /tmp/out)"
    expect 0 vgpuctl recover
    if [[ "$(host_state)" == "$after" && $out != *'taken back'* ]]; then
      ended=$((ended + 1))
      continue
    fi
    [[ $out == *'taken back, verified'* ]] && taken_back=$((taken_back + 1))
    same "the host after recover, $how $n, $*" "$(host_state)" "$before"
    # It takes a second: after every other.
    [[ $before == "$cut_up" || $((n % 2)) == 0 ]] || gives_by_itself $gpu
  done
  same "the host after $*" "$(host_state)" "$after"
  printf '%s: %s of %s; %s s\n' "$how" $((n - 1)) "$*" $SECONDS
}
for how in KILL_BEFORE KILL_DURING; do
  cut $how "$cut_up" "$bare" vgpuctl teardown --all
  gives_by_itself $gpu
  cut $how "$bare" "$cut_up" vgpuctl apply /tmp/one.toml
done
printf 'killed %s times, taken back after %s, ended before %s\n' $killed $taken_back $ended
[[ $taken_back -ge $((killed / 2)) ]] || fail "only $taken_back of $killed runs left something to take back"
[[ $ended -le 8 ]] || fail "$ended runs ended before they were killed"
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$bare"
same "what is left of journals" "$(find /run/vgpuctl/journal -type f | wc -l)" 0
done_with_it
