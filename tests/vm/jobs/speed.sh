# SPDX-License-Identifier: Apache-2.0
# What cutting up costs, against a C program that makes the same writes and nothing else (tests/bench/limit.c). Tests are
# the counts of system calls, which may not grow beyond what docs/performance.md says; times are printed.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
runs=${RUNS:-1}
bridges 'bus=0x40,buses=2;vfs=63|bus=0x48,buses=2;vfs=63|bus=0x50,buses=2;vfs=63|bus=0x58,buses=2;vfs=63'
drivers
driver plain 1d0f:8f00 sriov
modprobe vfio-pci
one=0000:41:00.0
gpus="$one 0000:49:00.0 0000:51:00.0 0000:59:00.0"
profile "$one" 63 vfio-pci >/tmp/one.toml
for gpu in $gpus; do
  profile "$gpu" 63 vfio-pci
done | sed '2,$ { /^schema/d }' >/tmp/all.toml
before=$(host_state)

# Nothing left of a run before, neither on the host nor of what vgpuctl keeps.
afresh() {
  # shellcheck disable=SC2086
  limit down $gpus && rm -rf /run/vgpuctl /var/lib/vgpuctl
}
export -f afresh
export gpus

# calls COMMAND...: into $calls, its system calls on files of sysfs, in all its processes.
calls() {
  strace -f -qq -y -s 200 -e trace=%file,%desc -o /tmp/trace "$@" >/tmp/out 2>&1 || fail "exit code $?: $*"
  calls=$(grep -vE 'resumed>|execve' /tmp/trace | grep -cE '</sys[/>]|"/sys/')
}

# at_most PERCENT WHAT OURS THEIRS
at_most() {
  checked=$((checked + 1))
  local percent=$((100 * $3 / $4))
  printf 'system calls on sysfs, %s: %d against %d: %d %%\n' "$2" "$3" "$4" "$percent"
  ((percent <= $1)) || fail "system calls, $2: more than $1 % of those"
}

limit up 63 "$one"
by_limit=$(host_state)
afresh
same "the host after limit was there and back" "$(host_state)" "$before"
expect 0 vgpuctl apply /tmp/one.toml
same "what vgpuctl made, against limit" "$(host_state)" "$by_limit"
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"

calls limit up 63 "$one"
least=$calls
afresh
calls vgpuctl apply /tmp/one.toml
at_most 390 "63 VFs, the C program" "$calls" "$least"
afresh
# shellcheck disable=SC2086
calls limit up 63 $gpus
least=$calls
by_limit=$(host_state)
afresh
calls vgpuctl apply /tmp/all.toml
at_most 330 "4 x 63 VFs, the C program" "$calls" "$least"
same "what vgpuctl made of four, against limit" "$(host_state)" "$by_limit"
calls lspci -D
least=$calls
calls vgpuctl list --vfs
at_most 50 "list --vfs, lspci -D" "$calls" "$least"

printf '\nlist --vfs of 4 x 63 VFs against lspci -D, median of %d:\n' "$runs"
in_turn "$runs" true 'vgpuctl list --vfs' 'lspci -D'
printf '\none PF from 0 to 63 VFs on vfio-pci, median of %d:\n' "$runs"
in_turn "$runs" 'bash -c afresh' 'vgpuctl apply /tmp/one.toml' "limit up 63 $one" "loop.sh 63 $one"
printf '\nfour PFs from 0 to 63 VFs on vfio-pci, median of %d:\n' "$runs"
in_turn "$runs" 'bash -c afresh' 'vgpuctl apply /tmp/all.toml' "limit up 63 $gpus"
printf '\nof that the kernel waited for the counts, microseconds:\n'
for ((run = 0; run < runs; ++run)); do
  afresh
  # shellcheck disable=SC2086
  limit -t up 63 $gpus
done
afresh
same "the host at the end" "$(host_state)" "$before"
done_with_it
