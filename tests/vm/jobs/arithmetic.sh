# SPDX-License-Identifier: Apache-2.0
# Bus numbers and memory windows: what vgpuctl works out beforehand is held against what the kernel then does, around each limit.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
# VFs over two buses; as many as one bus holds; a wide stride; no ARI; a window that is large enough, and one that is not.
bridges 'bus=0x40,buses=3,port-buses=2;vfs=32,offset=240|bus=0x44,buses=2,port-buses=1;vfs=32,offset=240|bus=0x48,buses=5,port-buses=4;vfs=8,offset=128,stride=128|bus=0x50,buses=3,port-buses=2;vfs=64,ari=0|bus=0x54,buses=2,window=64m;vfs=4,vf-bar=8m|bus=0x58,buses=2,window=16m;vfs=4,vf-bar=8m'
drivers
driver plain 1d0f:8f00 sriov
agreed=0
refused=0

# agrees GPU COUNT...: for each count, whether vgpuctl's plan is refused and the kernel's write fails alike.
agrees() {
  local gpu=$1 count planned made
  shift
  for count in "$@"; do
    profile "$gpu" "$count" none >/tmp/p.toml
    planned=0
    vgpuctl plan /tmp/p.toml >/tmp/plan 2>&1 || planned=$?
    made=ok
    # The shell says the errno on its standard error.
    { echo "$count" >"$pci/devices/$gpu/sriov_numvfs"; } 2>/tmp/why || made=$(sed -n 's/.*: \(.*\)$/\1/p' /tmp/why)
    checked=$((checked + 1))
    case "$planned $made" in
      "0 ok")
        agreed=$((agreed + 1))
        echo 0 >"$pci/devices/$gpu/sriov_numvfs"
        ;;
      "5 Cannot allocate memory") refused=$((refused + 1)) ;;
      *) fail "$count VFs of $gpu: plan ends with $planned, and the kernel says $made: $(cat /tmp/plan)" ;;
    esac
  done
}
agrees 0000:41:00.0 1 16 17 32
agrees 0000:45:00.0 1 16 17 32
agrees 0000:49:00.0 1 7 8
agrees 0000:51:00.0 31 32 63 64
agrees 0000:55:00.0 1 4
agrees 0000:59:00.0 1 4
printf 'kernel and plan agree on %d counts that are made and %d that are not\n' "$agreed" "$refused"
same "whether both kinds came up" "$((agreed > 5 && refused > 3))" 1
done_with_it
