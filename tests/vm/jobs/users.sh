# SPDX-License-Identifier: Apache-2.0
# Who uses a VF is named where that can be seen; where it can't, he counts as there.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26ba,vfs=8'
drivers
driver plain 10de:26b9 sriov
modprobe vfio-pci
gpu=0000:41:00.0
host=/sys/bus/pci/devices/$gpu
profile "$gpu" 4 vfio-pci >/tmp/four.toml
before=$(host_state)
expect 0 vgpuctl apply /tmp/four.toml
node=/dev/vfio/$(name_of "$host/virtfn1/iommu_group")
cut_up=$(host_state)

# The system's journal is told. No journald is here: what is sent to where it would be is seen all the same.
expect 0 vgpuctl teardown --all
expect 0 strace -f -qq -s 4000 -e trace=sendmsg -o /tmp/sent vgpuctl apply /tmp/four.toml
out=$(cat /tmp/sent)
says '/run/systemd/journal/socket'
says "VGPUCTL_UNIT=$gpu applied 0 4"
says 'VGPUCTL_WHAT=apply /tmp/four.toml'

# hold NODE: a process that looks like a QEMU with a VM of this name; it goes when a line comes.
mkfifo /tmp/go
hold() {
  rm -f /tmp/has
  # shellcheck disable=SC2016
  (exec -a /usr/bin/qemu-system-x86_64 bash -c 'exec 5<>"$2"; echo it >/tmp/has; read -r line </tmp/go' \
    -name guest=web-2,debug-threads=on "$1") &
  holder=$!
  until [[ -s /tmp/has ]]; do sleep 0.05; done
}
let_go() {
  echo >/tmp/go
  wait "$holder"
}
# What is known of VF $1 in a list.
line_of() { printf '%s\n' "$out" | grep -E "vf$1( |$)"; }

expect 0 vgpuctl list --vfs
same "how many VFs of four are known to be free" "$(printf '%s\n' "$out" | grep -cE ' no( |$)')" 4
hold "$node"
expect 3 vgpuctl teardown --all
says 'VM "web-2"'
says "pid $holder"
says "since"
expect 0 vgpuctl --json list --vfs
says '"vm": "web-2"'
says "\"pid\": $holder"
same "the host after a refusal" "$(host_state)" "$cut_up"

# Root without CAP_SYS_PTRACE may not look into processes: that somebody has it is seen by the group, who it is not.
without=(setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace)
expect 3 "${without[@]}" vgpuctl teardown --all
says "somebody has $node open"
says "CAP_SYS_PTRACE"
expect 0 "${without[@]}" vgpuctl list --vfs
says unknown
same "VF 0, as far as he sees it" "$(line_of 0 | grep -c unknown)" 1

# In another PID namespace the host's processes are not there at all.
elsewhere=(unshare --pid --fork --mount-proc)
expect 3 "${elsewhere[@]}" vgpuctl teardown --all
says "somebody has $node open"
says "PID namespace"
expect 0 "${elsewhere[@]}" vgpuctl list --vfs
same "VF 0, as far as it is seen from there" "$(line_of 0 | grep -c unknown)" 1
same "the host after all that was refused" "$(host_state)" "$cut_up"

# Nobody but root sees it either.
nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
expect 0 "${nobody[@]}" vgpuctl list --vfs
says unknown
for command in history confirm undo; do expect 10 "${nobody[@]}" vgpuctl "$command"; done

# A VM that is off comes back for its VF.
mkdir -p /etc/libvirt/qemu
vf3=$(name_of "$host/virtfn3")
printf '<domain><name>db</name><devices><hostdev type="pci"><source><address domain="0x%s" bus="0x%s" slot="0x%s" function="0x%s"/></source></hostdev></devices></domain>\n' \
  "${vf3:0:4}" "${vf3:5:2}" "${vf3:8:2}" "${vf3:11:1}" >/etc/libvirt/qemu/db.xml
expect 3 vgpuctl teardown --all --dry-run
says '"db"'
says /etc/libvirt/qemu/db.xml

# A run that waits is asked to stop.
vgpuctl teardown --all --wait 600s >/tmp/waited 2>&1 &
waiter=$!
sleep 1
kill -TERM "$waiter"
code=0
wait "$waiter" || code=$?
same "the exit code of a run that was asked to stop" "$code" 1
out=$(cat /tmp/waited)
says "asked to stop"
same "the host after it" "$(host_state)" "$cut_up"

# Who can wait is let in when the VM ends.
(
  sleep 1
  echo >/tmp/go
) &
expect 0 vgpuctl teardown --all --wait 60s
wait
same "the host after teardown" "$(host_state)" "$before"
expect 0 vgpuctl apply /tmp/four.toml
expect 3 vgpuctl teardown --all --refuse-claimed
says '"db", which is off'
same "the host after it" "$(host_state)" "$cut_up"
# Without the name nobody sees, but the group lets it through: nobody has it.
expect 0 "${without[@]}" vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$before"

# What nobody confirms goes back; where a VM has started in between it stays, and is kept. The one who waits for that has ended
# when no process of his is left.
nobody_waits() { while grep -qs 'revert-unconfirme[d]' /proc/[0-9]*/cmdline; do sleep 0.2; done; }
expect 0 vgpuctl apply --confirm-within 2s /tmp/four.toml
nobody_waits
same "the host that nobody confirmed" "$(host_state)" "$before"
expect 8 vgpuctl confirm
expect 0 vgpuctl apply --confirm-within 8s /tmp/four.toml
hold "/dev/vfio/$(name_of "$host/virtfn1/iommu_group")"
nobody_waits
same "the host on which a VM has started" "$(host_state)" "$cut_up"
expect 0 vgpuctl history
says "could not be taken back"
says "web-2"
expect 0 vgpuctl confirm
let_go
expect 0 vgpuctl teardown --all
same "the host in the end" "$(host_state)" "$before"
done_with_it
