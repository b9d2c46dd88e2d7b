# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the jobs share. A job is done when all its checks were; one that fails is told, and the job goes on.
failed=0
checked=0
pci=/sys/bus/pci

fail() {
  failed=$((failed + 1))
  printf 'FAILED %s\n' "$1"
}

# expect CODE COMMAND...: its exit code; what it printed stands in $out.
expect() {
  local want=$1
  shift
  checked=$((checked + 1))
  local code=0
  out=$("$@" 2>&1) || code=$?
  if [[ "$code" != "$want" ]]; then
    fail "exit code $code, not $want: $*"
    printf '%s\n' "$out" | sed 's/^/    /'
  fi
}

# watched CODE COMMAND...: as expect; what it opened for writing in sysfs (debugfs lies below it) and procfs stands in $wrote, a
# line each, in the order of time. A trace for each process: in one for all, an open that another's call comes into is cut in two.
watched() {
  local want=$1
  shift
  rm -f /tmp/trace.*
  expect "$want" strace -ff -ttt -qq -y --seccomp-bpf -e trace=openat,openat2,open -o /tmp/trace "$@"
  checked=$((checked + 1))
  grep -qs '</sys' /tmp/trace.* || fail "nothing was seen of sysfs: $*"
  wrote=$(grep -hE 'O_(WRONLY|RDWR).*= [0-9]+</(sys|proc)/' /tmp/trace.* | sort -n | sed 's/.*= [0-9]*<//; s/>.*//')
}

# What is exported is what is there: to apply it writes nothing.
exports_what_is_there() {
  local there
  there=$(host_state)
  expect 0 vgpuctl export
  printf '%s\n' "$out" >/tmp/exported.toml
  watched 0 vgpuctl apply - </tmp/exported.toml
  same "writes of what was exported" "$wrote" ""
  same "the host after it" "$(host_state)" "$there"
}

# says TEXT: the last output has it.
says() {
  checked=$((checked + 1))
  if [[ "$out" != *"$1"* ]]; then
    fail "it does not say: $1"
    printf '%s\n' "$out" | sed 's/^/    /'
  fi
}

# reads FILE TEXT
reads() {
  checked=$((checked + 1))
  local text
  text=$(cat "$1" 2>&1)
  [[ "$text" == "$2" ]] || fail "$1 reads '$text', not '$2'"
}

# same WHAT IS WANTED: of long texts only where they differ.
same() {
  checked=$((checked + 1))
  [[ "$2" == "$3" ]] || fail "$1:
$(diff <(printf '%s\n' "$3") <(printf '%s\n' "$2") || true)"
}

# Bridges and PFs: see tests/vm/module/layout.c. A driver: name, ids, 'sriov' or nothing.
bridges() { insmod /modules/vfbridge.ko "layout=$1"; }
drivers() { insmod /modules/vfdrivers.ko; }
driver() { echo "$*" >/sys/module/vfdrivers/parameters/add; }
knob() { echo "$*" >/sys/module/vfdrivers/parameters/knob; }
bus_knob() { echo "$*" >/sys/module/vfbridge/parameters/knob; }

# The last component of a link; nothing where there is none.
name_of() { basename "$(readlink "$1")"; }

# profile GPU VFS DRIVER
profile() {
  printf 'schema = 1\n[[gpu]]\nmatch.address = "%s"\nvfs = %s\n' "$1" "$2"
  if [[ -n "${3-}" ]]; then
    printf 'vf_driver = "%s"\n' "$3"
  fi
}

# All that vgpuctl may change on the host: counts, links, overrides, autoprobe; of GPUs under xe what PF and VFs have, in sysfs and
# on each GT in debugfs; of GPUs under nvidia their vGPUs, and the locks, which no run may leave taken.
host_state() {
  find "$pci"/devices/*/driver -maxdepth 0 -printf '%p %l\n'
  grep -sH '' "$pci"/devices/*/{sriov_numvfs,sriov_drivers_autoprobe,driver_override}
  # xe's folders in debugfs may be links: by name.
  grep -sH '' "$pci"/devices/*/sriov_admin/*/profile/* /sys/kernel/debug/dri/*/gt*/*/*
  grep -sH '' "$pci"/devices/*/nvidia/{current_vgpu_type,placement_id,vgpu_params} /proc/driver/nvidia/gpus/*/unbindLock
  find /sys/bus/mdev/devices/*/mdev_type -maxdepth 0 -printf '%p %l\n' 2>/dev/null
  grep -sH '' /sys/bus/mdev/devices/*/nvidia/vgpu_params
}

# gives_by_itself GPU: its xe is in automatic mode, which stands in no file; there are no VFs, and there are none then.
gives_by_itself() {
  local admin=$pci/devices/$1 before
  before=$(host_state)
  echo 0 >"$admin/sriov_drivers_autoprobe"
  echo 1 >"$admin/sriov_numvfs"
  checked=$((checked + 1))
  [[ $(cat "/sys/kernel/debug/dri/$1/gt0/vf1/contexts_quota") != 0 ]] || fail "$1: its driver gives out nothing by itself"
  echo 0 >"$admin/sriov_numvfs"
  echo 1 >"$admin/sriov_drivers_autoprobe"
  same "the host after $1 had a VF" "$(host_state)" "$before"
}

# comes COMMAND...: within ten seconds, of which a driver takes a part.
comes() {
  checked=$((checked + 1))
  local try
  for ((try = 0; try < 200; ++try)); do
    "$@" && return
    sleep 0.05
  done
  fail "in ten seconds not: $*"
}

# holds DEVICE: somebody has the vfio device there open, as a VM has, until lets_go.
holds() {
  rm -f /tmp/held
  vgpu_holder "$(name_of "$1/iommu_group")" "$(basename "$(readlink -f "$1")")" >/tmp/held 2>&1 &
  holder=$!
  comes test -s /tmp/held
  reads /tmp/held held
}
lets_go() {
  kill "$holder"
  wait "$holder" || true
}

# cuts HOW FIRST BEFORE AFTER COMMAND...: ../killer.cpp's HOW at write FIRST, FIRST + $EVERY, …, until nobody is killed any more. Each
# time recover: the host is as before. What was killed so late that all was done is reported as applied, and is left alone then. A
# helper that is killed is named by its vgpuctl, which takes back what it did. $EVERY: `--set EVERY=1` is each write; a job that
# runs among the tests takes a part of them, another part for each HOW. `after_cut BEFORE` is called where a run was taken back.
killed=0
taken_back=0
ended=0
after_cut() { :; }
cuts() {
  local how=$1 n=$2 before=$3 after=$4 was=$failed code
  shift 4
  for (( ; n < 200 && failed == was; n += ${EVERY:-1})); do
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
    after_cut "$before"
  done
  same "the host after $*" "$(host_state)" "$after"
  printf '%s: up to write %s of %s, every %s; %s s\n' "$how" $((n - 1)) "$*" "${EVERY:-1}" $SECONDS
}

# What all cuts came to.
cuts_were_cuts() {
  printf 'killed %s times, taken back after %s, ended before %s\n' $killed $taken_back $ended
  [[ $killed -gt 0 && $taken_back -ge $((killed / 2)) ]] || fail "only $taken_back of $killed runs left something to take back"
  [[ $ended -le 8 ]] || fail "$ended runs ended before they were killed"
}

# The kernel has complained of nothing since the job began, or since its log was cleared, but in lines with this text, which a
# job brings about on purpose.
kernel_may_say='nothing'
log_is_clean() {
  checked=$((checked + 1))
  local bad
  dmesg >/tmp/kernel.log || fail "the kernel's log can't be read"
  bad=$(grep -E 'BUG|WARNING|Oops|Call Trace|hung task|Relaying device request|blocked until released' /tmp/kernel.log | grep -vF "$kernel_may_say" || true)
  [[ -z "$bad" ]] || fail "the kernel's log: $bad"
}

# Ends the job: the kernel's log must be clean, too.
done_with_it() {
  log_is_clean
  printf '%d checks, %d failed\n' "$checked" "$failed"
  [[ "$failed" == 0 ]]
}
