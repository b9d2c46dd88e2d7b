# SPDX-License-Identifier: Apache-2.0
# Who waits is woken by the kernel's event, with udevd and without; who only looks does not listen, and tells nobody
# anything. With udevd, its rules are not in the way.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26ba,vfs=8'
drivers
driver plain 10de:26b9 sriov
modprobe vfio-pci
gpu=0000:41:00.0
profile "$gpu" 8 vfio-pci >/tmp/eight.toml
profile "$gpu" 1 none >/tmp/one.toml

# listens COMMAND...: how many sockets for uevents it opens.
listens() {
  strace -f --seccomp-bpf -qq -e trace=socket -o /tmp/trace "$@" >/tmp/out 2>&1 || fail "exit code $?: $*: $(cat /tmp/out)"
  grep -c NETLINK_KOBJECT_UEVENT /tmp/trace || true
}

# Until udevd, where it runs, has worked through what it was told.
settled() {
  [[ ! -e /run/udev/control ]] || udevadm settle --timeout=60 || fail "udevd is still at work"
}

seqnum() { cat /sys/kernel/uevent_seqnum; }

# The same story twice.
story() {
  before=$(host_state)
  expect 0 vgpuctl apply /tmp/one.toml
  echo vfio-pci >"$pci/devices/$gpu/virtfn0/driver_override"
  expect 0 vgpu_waiter "$gpu" 0 10
  printf '%s\n' "$out" | sed "s/^/$1: /"
  echo >"$pci/devices/$gpu/virtfn0/driver_override"
  expect 0 vgpuctl teardown --all

  # Nothing to wait for: nobody listens.
  same "$1: sockets of apply" "$(listens vgpuctl apply /tmp/eight.toml)" 0
  settled
  cut_up=$(host_state)
  told=$(seqnum)
  for look in "list --vfs" "show $gpu" "plan /tmp/eight.toml" "check /tmp/eight.toml" export "apply /tmp/eight.toml"; do
    read -ra words <<<"$look"
    same "$1: sockets of $look" "$(listens vgpuctl "${words[@]}")" 0
  done
  same "$1: events of who looks" "$(seqnum)" "$told"
  same "$1: the host after them" "$(host_state)" "$cut_up"
  expect 0 vgpuctl teardown --all
  same "$1: the host after teardown" "$(host_state)" "$before"

  # VFs that come after the write: the run waits, at one socket.
  knob plain late 700
  same "$1: sockets of an apply that waits" "$(listens vgpuctl apply /tmp/eight.toml)" 1
  expect 0 vgpuctl check /tmp/eight.toml
  same "$1: the host after it" "$(host_state)" "$cut_up"
  knob plain late 0
  expect 0 vgpuctl teardown --all
  same "$1: the host in the end" "$(host_state)" "$before"
}

[[ ! -e /run/udev/control ]] || fail "udevd runs already"
story "without udevd"

mkdir -p /run/udev
systemd-udevd --daemon
[[ -e /run/udev/control ]] || fail "udevd does not run"
udevadm trigger --type=subsystems --action=add
udevadm trigger --type=devices --action=add
settled
story "with udevd"
settled
done_with_it
