# SPDX-License-Identifier: Apache-2.0
# A write of a driver with two GTs can take half: gt0 has the new number, gt1 refused. At each place to which vgpuctl writes this
# happens once, on the way there and on the way back: the whole host is as before, both GTs', and the error names the place. Then
# what fails whenever it is tried, a bulk write that reaches half of the VFs, and VRAM that can't be changed.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x8086,device=0xe211,vf-device=0xe211,vfs=4'
modprobe vfio-pci
gpu=0000:41:00.0
admin=$pci/devices/$gpu/sriov_admin
knobs=/sys/module/vfxe/parameters
{
  profile "$gpu" 1
  printf 'vram = "1GiB"\nggtt = "256MiB"\ncontexts = 1024\nexec_quantum = "20ms"\n[gpu.pf]\nexec_quantum = "10ms"\n'
} >/tmp/one.toml
sed 's/20ms/40ms/; s/10ms/30ms/' /tmp/one.toml >/tmp/quanta.toml

# half PLACE: the knob for it, on gt1 where it has a part, else on the only GT; $said is what vgpuctl calls it.
half() {
  local name function=0 value gt=1
  name=$(grep -oE '/(pf|vf[0-9]+)/' <<<"$1" | tr -d '/')
  [[ $name == pf ]] || function=${name#vf}
  value=${1##*/}
  said=sriov_admin/$name/profile/$value
  if [[ $1 == */gt0/* || $value == @(ggtt|vram|lmem)_quota ]]; then gt=0; fi
  if [[ $1 == */debug/* ]]; then said=dri/$gpu/gt$gt/$name/${value/vram/lmem}; fi
  value=${value/lmem/vram}
  echo "${value%_quota} $function $gt 5" >$knobs/fail
}

# fails COMMAND...: at each place that it was seen to write to, $wrote, once. What stands in no GT has no knob.
halves=0
fails() {
  local before place code
  before=$(host_state)
  while read -r place; do
    [[ $place == *_quota || $place == *exec_quantum_ms ]] || continue
    half "$place"
    code=0
    out=$("$@" 2>&1) || code=$?
    checked=$((checked + 1))
    halves=$((halves + 1))
    [[ $code == 1 ]] || fail "$*: exit code $code with half a write to $place: $out"
    says "$said: cannot write"
    says "taken back"
    reads $knobs/fail 0
    same "the host after $* with half a write to $place" "$(host_state)" "$before"
  done <<<"$wrote"
}

for release in 700 617; do
  insmod /modules/vfxe.ko release=$release
  bare=$(host_state)
  watched 0 vgpuctl apply /tmp/one.toml
  there=$wrote
  cut_up=$(host_state)
  watched 0 vgpuctl apply /tmp/quanta.toml
  changed=$wrote
  expect 0 vgpuctl apply /tmp/one.toml
  same "the host with the first quanta" "$(host_state)" "$cut_up"
  wrote=$changed
  fails vgpuctl apply /tmp/quanta.toml
  watched 0 vgpuctl teardown --all
  back=$wrote
  same "the host after teardown" "$(host_state)" "$bare"
  wrote=$there
  fails vgpuctl apply /tmp/one.toml
  gives_by_itself $gpu
  expect 0 vgpuctl apply /tmp/one.toml
  wrote=$back
  fails vgpuctl teardown --all
  same "the host after teardowns that failed" "$(host_state)" "$cut_up"
  expect 0 vgpuctl teardown --all
  same "the host at the end" "$(host_state)" "$bare"
  gives_by_itself $gpu
  printf 'xe %s: %s writes took half; %s s\n' $release $halves $SECONDS
  rmmod vfxe
done
[[ $halves -ge 20 ]] || fail "only $halves writes took half"

insmod /modules/vfxe.ko
{
  profile "$gpu" 2
  printf 'vram = "1GiB"\nexec_quantum = "20ms"\npreempt_timeout = "40ms"\npriority = "normal"\n'
  printf '[gpu.pf]\nexec_quantum = "10ms"\npreempt_timeout = "10ms"\npriority = "high"\n'
} >/tmp/priority.toml
bare=$(host_state)
# One write for all: it reached PF and VF 1.
echo 1 >$knobs/bulk_stop
expect 1 vgpuctl apply /tmp/priority.toml
says ".bulk_profile/sched_priority"
says "taken back"
reads $knobs/bulk_stop -1
same "the host after half a bulk write" "$(host_state)" "$bare"
expect 0 vgpuctl apply /tmp/priority.toml
cut_up=$(host_state)
echo 1 >$knobs/bulk_stop
expect 1 vgpuctl teardown --all
says ".bulk_profile/sched_priority"
reads $knobs/bulk_stop -1
same "the host after half a bulk write on the way back" "$(host_state)" "$cut_up"

# VRAM of VFs that are there: refused, and all as before.
echo 1 >$knobs/vram_fixed
sed 's/1GiB/2GiB/; s/20ms/30ms/' /tmp/priority.toml >/tmp/more.toml
expect 1 vgpuctl apply /tmp/more.toml
says "vram_quota"
says "EIO"
same "the host after VRAM that could not be changed" "$(host_state)" "$cut_up"
echo 0 >$knobs/vram_fixed

# A GT that refuses always: what is written back fails there, too, where nothing was changed.
echo 'exec_quantum_ms 2 1 5 -1' >$knobs/fail
sed 's/20ms/30ms/' /tmp/priority.toml >/tmp/quanta.toml
expect 1 vgpuctl apply /tmp/quanta.toml
says "vf2/profile/exec_quantum_ms"
same "the host after a GT that refuses" "$(host_state)" "$cut_up"
echo 'exec_quantum_ms 2 1 5 0' >$knobs/fail
expect 0 vgpuctl teardown --all
same "the host in the end" "$(host_state)" "$bare"
same "what is left of journals" "$(find /run/vgpuctl/journal -type f | wc -l)" 0
done_with_it
