# SPDX-License-Identifier: Apache-2.0
# kill -9 of vgpuctl before each of its writes, of its journal's as of the kernel's, and with each of its helper's on the way;
# of the helper before each of its own. Each time recover: the host is as before the run, its PF on its own driver and unlocked.
#
#   run.py job … --set MDEV=1 …	# the same with the kernel's mdev core
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26b9,vfs=2'
modprobe vfio-pci
modprobe pci-pf-stub
modprobe nvidia lock_delay=20 vgpu_delay=20
[[ -z ${MDEV-} ]] || modprobe mdev
insmod /lib/modules/*/extra/nvidia_vgpu_vfio.ko
gpu=0000:41:00.0
comes test -e "/proc/driver/nvidia/gpus/$gpu/unbindLock"
{
  profile "$gpu" 2
  printf 'vgpu_type = "L40S-24Q"\n[[gpu.vf]]\nindex = 1\nvgpu_type = "L40S-24A"\nvgpu_params = "disable_vnc=1"\n'
} >/tmp/two.toml
bare=$(host_state)
expect 0 vgpuctl apply /tmp/two.toml
cut_up=$(host_state)

killed=0
taken_back=0
ended=0
# cut HOW BEFORE AFTER COMMAND...: tests/vm/killer.cpp's HOW at 1, 2, …, until nobody is killed any more. What was killed so late
# that all was done is reported as applied, and is left alone then. A helper that is killed is named by its vgpuctl, which takes
# back what it did.
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
    if [[ $how == KILL_HELPER_BEFORE ]]; then
      out=$(cat /tmp/out)
      [[ $code == 1 ]] || fail "$how $n, $*: exit code $code: $out"
      says "was killed"
      same "the host after $how $n, $*" "$(host_state)" "$before"
      continue
    fi
    [[ $code == 137 ]] || fail "$how $n, $*: exit code $code: $(cat /tmp/out)"
    expect 0 vgpuctl recover
    if [[ "$(host_state)" == "$after" && $out != *'taken back'* ]]; then
      ended=$((ended + 1))
      continue
    fi
    [[ $out == *'taken back, verified'* ]] && taken_back=$((taken_back + 1))
    same "the host after recover, $how $n, $*" "$(host_state)" "$before"
  done
  same "the host after $*" "$(host_state)" "$after"
  printf '%s: %s of %s; %s s\n' "$how" $((n - 1)) "$*" $SECONDS
}
for how in KILL_BEFORE KILL_DURING KILL_HELPER_BEFORE; do
  cut $how "$cut_up" "$bare" vgpuctl teardown --all
  cut $how "$bare" "$cut_up" vgpuctl apply /tmp/two.toml
done
printf 'killed %s times, taken back after %s, ended before %s\n' $killed $taken_back $ended
[[ $taken_back -ge $((killed / 2)) ]] || fail "only $taken_back of $killed runs left something to take back"
[[ $ended -le 8 ]] || fail "$ended runs ended before they were killed"
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$bare"
same "what is left of journals" "$(find /run/vgpuctl/journal -type f | wc -l)" 0
done_with_it
