# SPDX-License-Identifier: Apache-2.0
# Every write to the kernel on the way to vGPUs and back fails once, in vgpuctl as in its helper: the host is as before the run,
# its PF on its own driver and unlocked.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26b9,vfs=2'
modprobe vfio-pci
modprobe pci-pf-stub
modprobe nvidia lock_delay=20 vgpu_delay=20
insmod /lib/modules/*/extra/nvidia_vgpu_vfio.ko
gpu=0000:41:00.0
comes test -e /proc/driver/nvidia/gpus/$gpu/unbindLock
{
  profile "$gpu" 2
  printf 'vgpu_type = "L40S-24Q"\n[[gpu.vf]]\nindex = 1\nvgpu_type = "L40S-24A"\nvgpu_params = "disable_vnc=1"\n'
} >/tmp/two.toml
bare=$(host_state)

# fails COMMAND...: at each write that it was seen to make, $wrote, by its file and its turn there. What is written to the same
# file afterwards, on the way back, is taken.
fails() {
  local before place code
  declare -A turns=()
  before=$(host_state)
  while read -r place; do
    turns[$place]=$((${turns[$place]:-0} + 1))
    code=0
    out=$(strace -f -qq --seccomp-bpf -o /dev/null -P "$place" -e trace=write \
      -e "inject=write:error=EIO:when=${turns[$place]}" "$@" 2>&1) || code=$?
    checked=$((checked + 1))
    [[ $code == 1 ]] || fail "$*: exit code $code with write ${turns[$place]} to $place failing: $out"
    says "${place##*/}: cannot write"
    says "taken back"
    same "the host after $* with write ${turns[$place]} to $place failing" "$(host_state)" "$before"
  done <<<"$wrote"
}

watched 0 vgpuctl apply /tmp/two.toml
there=$wrote
cut_up=$(host_state)
watched 0 vgpuctl teardown --all
back=$wrote
wrote=$there
fails vgpuctl apply /tmp/two.toml
expect 0 vgpuctl apply /tmp/two.toml
wrote=$back
fails vgpuctl teardown --all
same "the host after teardowns that failed" "$(host_state)" "$cut_up"
expect 0 vgpuctl teardown --all
same "the host at the end" "$(host_state)" "$bare"
same "what is left of journals" "$(find /run/vgpuctl/journal -type f | wc -l)" 0
done_with_it
