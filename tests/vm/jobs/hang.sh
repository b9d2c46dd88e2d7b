# SPDX-License-Identifier: Apache-2.0
# A driver that takes longer for its VFs than a run waits: the write goes on in the kernel, nothing else is written, and what
# it did in the end is taken back.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vfs=8;vfs=8,device=0x8f10'
drivers
driver plain 1d0f:8f00 sriov
driver other 1d0f:8f10 sriov
gpu=0000:41:00.0
beside=0000:42:00.0
profile "$gpu" 4 none >/tmp/four.toml
{
  cat /tmp/four.toml
  profile "$beside" 4 none | sed 1d
} >/tmp/both.toml
before=$(host_state)

# A count is given a minute; msleep in the driver can't be killed.
knob plain delay 75000
expect 9 vgpuctl apply /tmp/both.toml
says "has not returned within 60000 ms"
says "msleep"
says "vgpuctl recover"

# The one beside it has either had its turn before, or makes no VFs: the kernel would queue it behind the write that hangs.
vfs=$(cat "$pci/devices/$beside/sriov_numvfs")
line=$(grep -m1 "^ *$beside " <<<"$out")
same "whether the GPU beside has its VFs, and the report says so: $vfs, $line" \
  "$([[ $vfs == 0 && $line != *verified* || $vfs == 4 && $line == *verified* ]] && echo yes)" yes

# Meanwhile: nobody else starts, and who only looks is not kept waiting behind the write.
expect 9 vgpuctl apply /tmp/four.toml
says "recover"
expect 0 timeout 5 vgpuctl list
expect 7 vgpuctl recover --lock-timeout 1s
knob plain delay 0

# It waits for the write, which makes the VFs after all, and takes them back.
expect 0 vgpuctl recover
says "waits for a write"
says "taken back"
expect 0 vgpuctl teardown --all
same "the host after recover" "$(host_state)" "$before"
expect 0 vgpuctl apply /tmp/both.toml
expect 0 vgpuctl teardown --all
same "the host after teardown" "$(host_state)" "$before"
done_with_it
