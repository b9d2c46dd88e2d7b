# SPDX-License-Identifier: Apache-2.0
# AMD's GPUs without a driver: the framebuffer by registers, through the kernel's own configuration space. setpci reads the same
# dwords back, lspci sees the same capabilities, and what is opened for writing is one file, four bytes at a time.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
s7150='vendor=0x1002,device=0x6929,vf-device=0x692f,class=0x030000,vfs=16,offset=16,bar=256m,vf-bar=256m,gpuiov=1,framebuffer=8192'
v710='vendor=0x1002,device=0x7460,vf-device=0x7461,class=0x038000,vfs=12,offset=16,bar=256m,vf-bar=256m,gpuiov=2,framebuffer=28672'
bridges "bus=0x40,window=8g;$s7150|bus=0x50,window=8g;$v710"
a=0000:41:00.0
b=0000:51:00.0
same "a driver of $a" "$(name_of $pci/devices/$a/driver 2>/dev/null)" ""

# registers GPU OFFSET...: what setpci reads.
dwords() {
  local gpu=$1 offset
  shift
  for offset in "$@"; do setpci -s "$gpu" "$offset.l"; done | tr '\n' ' '
}
whole_config() { od -An -v -tx4 "$pci/devices/$1/config"; }
wish() {
  printf 'schema = 1\n[[gpu]]\nmatch.address = "%s"\n' "$1"
  shift
  printf '%s\n' "$@"
}

before=$(host_state)
config_a=$(whole_config $a)
config_b=$(whole_config $b)
expect 0 vgpuctl list
says amd-gpuiov
expect 0 vgpuctl show $a
says "no driver is bound"

# The worked example: 8 GB for 16 VFs.
wish $a 'vram = "480MiB"' >/tmp/split.toml
expect 10 vgpuctl apply /tmp/split.toml
says --allow-register-writes
expect 0 vgpuctl plan --allow-register-writes /tmp/split.toml
says "a driver"
same "registers after a plan" "$(whole_config $a)" "$config_a"
rm -f /tmp/trace.*
expect 0 strace -ff -ttt -qq -y --seccomp-bpf -e trace=openat,openat2,open,pwrite64 -o /tmp/trace \
  vgpuctl apply --allow-register-writes /tmp/split.toml
same "the worked example" "$(dwords $a 420 424 42c 430 434 468)" "00100001 1f002000 0011001d 002f001d 004d001d 01d3001d "
same "the host but for registers" "$(host_state)" "$before"
file=$(readlink -f $pci/devices/$a)/config
wrote=$(grep -hE 'O_(WRONLY|RDWR).*= [0-9]+</(sys|proc)/' /tmp/trace.* | sed 's/.*= [0-9]*<//; s/>.*//' | sort -u)
same "what was opened for writing" "$wrote" "$file"
same "writes of four bytes to it" "$(grep -h pwrite64 /tmp/trace.* | grep -cF "<$file>, ")" 18
same "writes of something else" "$(grep -h pwrite64 /tmp/trace.* | grep -F '</sys' | grep -cvE ', 4, (0x[0-9a-f]+|[0-9]+)\) += 4$')" 0
same "offsets that are no dwords' or lie elsewhere" \
  "$(grep -h pwrite64 /tmp/trace.* | grep -F '</sys' | sed -E 's/.*, 4, ((0x[0-9a-f]+)|([0-9]+))\).*/\1/' |
    while read -r at; do ((at % 4 == 0 && at >= 0x420 && at <= 0x468)) || echo "$at"; done)" ""
# Files that act when they are opened (libvfmgr/src/kernel/never_opened.hpp), and BARs.
never='reset_gpu|psp_vbflash|force_hot_reset|live_update|force_reset|hang_debug|ffbm|fb_defragment|hotlink_reset|clrvffb|amdgpu_gpu_recover'
same "files that act when they are opened" "$(grep -hE "/($never|reset|remove|resource[0-9](_wc)?|rom)\"" /tmp/trace.*)" ""

# A second run writes nothing, and needs no permission.
split=$(whole_config $a)
expect 0 vgpuctl check /tmp/split.toml
watched 0 vgpuctl apply /tmp/split.toml
same "writes of a second apply" "$wrote" ""
exports_what_is_there
same "registers after the export" "$(whole_config $a)" "$split"

# One dword, or nothing: sixteen bits of an offset are ignored, so no tool can move it by halves.
setpci -s $a 42e.w=0040
same "after 16 bits at the offset" "$(dwords $a 42c)" "0011001d "
setpci -s $a 42c.l=0040001d
same "after a dword" "$(dwords $a 42c)" "0040001d "
expect 2 vgpuctl check /tmp/split.toml
says vf0
expect 0 vgpuctl apply --allow-register-writes /tmp/split.toml
same "registers after it was mended" "$(whole_config $a)" "$split"

# vgpuctl and lspci read the same of the function. lspci has the header, SR-IOV, and where capabilities are.
seen=$(lspci -vvvnn -s $a)
expect 0 vgpuctl registers $a
text=$out
# agree WHAT FIELD PATTERN [BASE]: a field of the SR-IOV capability or the header, by the number that lspci's line has for it.
agreed=0
agree() {
  checked=$((checked + 1))
  local theirs ours
  theirs=$(sed -nE "s/$2/\\1/p" <<<"$seen" | head -n 1)
  ours=$(sed -nE "s/^ *0x[0-9a-f]+ +(\[[0-9:]+\] +)?$1 +(.*[^ ] +)?0x0*([0-9a-f]+)\$/\\3/p; s/^ *0x[0-9a-f]+ +(\[[0-9:]+\] +)?$1 +(yes|no)\$/\\2/p" <<<"$text" | head -n 1)
  case "$theirs" in
    +) theirs=yes ;;
    -) theirs=no ;;
    *) theirs=$(printf '%x' "$((${3:-10}#${theirs:-0}))") ;;
  esac
  if [[ "$ours" == "$theirs" ]]; then
    agreed=$((agreed + 1))
  else
    fail "$1: vgpuctl has '$ours', lspci '$theirs'"
  fi
}
agree vendor_id '.*\[([0-9a-f]{4}):[0-9a-f]{4}\].*' 16
agree device_id '.*\[[0-9a-f]{4}:([0-9a-f]{4})\].*' 16
agree initial_vfs '.*Initial VFs: ([0-9]+),.*'
agree total_vfs '.*Total VFs: ([0-9]+),.*'
agree num_vfs '.*Number of VFs: ([0-9]+),.*'
agree function_dependency_link '.*Function Dependency Link: ([0-9a-f]+).*' 16
agree first_vf_offset '.*VF offset: ([0-9]+),.*'
agree vf_stride '.*stride: ([0-9]+),.*'
agree vf_device_id '.*Device ID: ([0-9a-f]{4}).*' 16
agree vf_enable '.*IOVCtl:.*Enable([+-]) Migration.*'
agree vf_memory_space_enable '.*IOVCtl:.* MSE([+-]).*'
agree ari_capable_hierarchy '.*IOVCtl:.*ARIHierarchy([+-]).*'
printf 'vgpuctl and lspci agree on %d fields\n' "$agreed"
same "where extended capabilities are" \
  "$(sed -nE 's/^ *(0x[0-9a-f]{3})  ([A-Z].*), version ([0-9]+).*/\1 v\3/p' <<<"$text")" \
  "$(sed -nE 's/.*Capabilities: \[([0-9a-f]{3}) v([0-9]+)\].*/0x\1 v\2/p' <<<"$seen")"
same "lspci's line of GPUIOV" "$(sed -nE 's/.*\[400 v1\] (.*[^ ]) *$/\1/p' <<<"$seen")" "Vendor Specific Information: ID=0002 Rev=1 Len=070 <?>"

# The other layout: a VF may have nothing.
wish $b '[[gpu.vf]]' 'index = "0-2"' 'vram = "4GiB"' '[gpu.pf]' 'reserve_vram = "1GiB"' >/tmp/b.toml
expect 0 vgpuctl apply --allow-register-writes /tmp/b.toml
same "registers of layout B" "$(dwords $b 724 728 738 73c 740 744)" "00000000 6c007000 00400100 01400100 02400100 00000000 "
expect 0 vgpuctl check /tmp/b.toml

# Refused, and nothing is written.
same_registers() {
  same "registers after $1" "$(whole_config $a)" "$split"
}
wish $a 'vfs = 4' 'vram = "480MiB"' >/tmp/p.toml
expect 5 vgpuctl apply --allow-register-writes /tmp/p.toml
says "no driver is bound"
wish $a 'vram = "500MiB"' >/tmp/p.toml
expect 5 vgpuctl apply --allow-register-writes /tmp/p.toml
says "496MiB and 512MiB"
wish $a 'vram = "512MiB"' >/tmp/p.toml
expect 5 vgpuctl apply --allow-register-writes /tmp/p.toml
says "480MiB"
same_registers "what does not fit"
wish $a 'vram = "256MiB"' >/tmp/p.toml
bus_knob 0 gone 1
expect 10 vgpuctl apply --allow-register-writes /tmp/p.toml
says "all ones"
bus_knob 0 gone 0
same_registers "the GPU was gone"
expect 10 setpriv --reuid 1000 --regid 1000 --clear-groups vgpuctl check /tmp/split.toml
# A driver is bound: it is that driver's.
drivers
driver plain 1002:6929 sriov
expect 5 vgpuctl apply --allow-register-writes /tmp/p.toml
expect 0 vgpuctl list
says generic
same_registers "a driver was bound"
echo $a >$pci/drivers/plain/unbind

# Killed in the middle, at each of some writes: recover gives the dwords back that were there.
wish $a 'vram = "256MiB"' '[gpu.pf]' 'reserve_vram = "1GiB"' >/tmp/smaller.toml
for turn in 1 2 7 18; do
  checked=$((checked + 1))
  code=0
  strace -f -o /dev/null -e trace=pwrite64 -e "inject=pwrite64:signal=KILL:when=$turn" \
    vgpuctl apply --allow-register-writes /tmp/smaller.toml >/tmp/killed 2>&1 || code=$?
  ((code > 128)) || fail "killed at write $turn it ends with $code: $(cat /tmp/killed)"
  expect 0 vgpuctl recover
  same_registers "a kill at write $turn and recover"
done

# Teardown gives back what stood there.
expect 0 vgpuctl teardown --all --allow-register-writes
same "registers of $a after teardown" "$(whole_config $a)" "$config_a"
same "registers of $b after teardown" "$(whole_config $b)" "$config_b"
expect 0 vgpuctl undo --allow-register-writes
same_registers "undo of the teardown"

echo integrity >/sys/kernel/security/lockdown
expect 10 vgpuctl apply --allow-register-writes /tmp/smaller.toml
says "locked down"
expect 0 vgpuctl check /tmp/split.toml
same_registers "lockdown"
done_with_it
