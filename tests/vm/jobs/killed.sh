# SPDX-License-Identifier: Apache-2.0
# kill -9 at 40 random moments of apply and teardown, each time recover: the host is as before the killed run, or as that run
# left it when it had ended.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vfs=8;vfs=8'
drivers
driver plain 1d0f:8f00 sriov
modprobe vfio-pci
first=0000:41:00.0
second=0000:42:00.0
{
  profile "$first" 3 vfio-pci
  profile "$second" 2 none | sed 1d
} >/tmp/both.toml
bare=$(host_state)
expect 0 vgpuctl apply /tmp/both.toml
cut_up=$(host_state)
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$bare"

# The longest run takes some two seconds here: a second for each count that goes to 0. Some are through before they are killed.
RANDOM=${SEED:-$$}
printf 'seed %s\n' "$RANDOM"
is_bare=yes
killed=0
taken_back=0
for ((round = 0; round < 40; ++round)); do
  if [[ $is_bare == yes ]]; then run=(apply /tmp/both.toml) now=$bare then=$cut_up; else run=(teardown --all) now=$cut_up then=$bare; fi
  moment=$(printf '%d.%03d' $((RANDOM % 2)) $((RANDOM % 1000)))
  code=0
  timeout -s KILL "$moment" vgpuctl "${run[@]}" >/tmp/out 2>&1 || code=$?
  [[ $code == 137 ]] && killed=$((killed + 1))
  [[ $code == 137 || $code == 0 ]] || fail "round $round, ${run[0]} killed after $moment s: exit code $code: $(cat /tmp/out)"
  expect 0 vgpuctl recover
  [[ $out == *'taken back, verified'* ]] && taken_back=$((taken_back + 1))
  # Each GPU is as before or as wanted: one may have ended when the other was cut off.
  state=$(host_state)
  if [[ $state == "$then" ]]; then
    [[ $is_bare == yes ]] && is_bare=no || is_bare=yes
  elif [[ $state != "$now" ]]; then
    of_first=$(grep -F "$first" <<<"$state")
    expect 0 vgpuctl apply /tmp/both.toml
    same "round $round, ${run[0]} killed after $moment s: the host made whole" "$(host_state)" "$cut_up"
    [[ $of_first == "$(grep -F "$first" <<<"$now")" || $of_first == "$(grep -F "$first" <<<"$then")" ]] ||
      fail "round $round: $first is neither as before nor as wanted: $of_first"
    is_bare=no
  fi
  checked=$((checked + 1))
done
printf 'killed %s of 40, taken back after %s\n' "$killed" "$taken_back"
[[ $killed -ge 20 ]] || fail "only $killed of 40 runs were killed"
[[ $taken_back -ge 7 ]] || fail "only $taken_back runs left something to take back"
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$bare"
same "what is left of journals" "$(find /run/vgpuctl/journal -type f | wc -l)" 0
done_with_it
