# SPDX-License-Identifier: Apache-2.0
# A VF that somebody has open through vfio: nothing is taken from under him, and the VFs beside it can be changed.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
bridges ';vendor=0x10de,device=0x26b9,vf-device=0x26ba,vfs=8'
drivers
driver plain 10de:26b9 sriov
modprobe vfio-pci
gpu=0000:41:00.0
host=/sys/bus/pci/devices/$gpu
profile "$gpu" 4 vfio-pci >/tmp/four.toml
profile "$gpu" 6 vfio-pci >/tmp/six.toml
{
  profile "$gpu" 4 vfio-pci
  printf '[[gpu.vf]]\nindex = 3\nvf_driver = "none"\n'
} >/tmp/third.toml
expect 0 vgpuctl apply /tmp/four.toml
node=/dev/vfio/$(name_of "$host/virtfn0/iommu_group")
cut_up=$(host_state)

exec 5<>"$node"
expect 3 vgpuctl teardown --all
says "$gpu"
expect 3 vgpuctl apply /tmp/six.toml
same "the host while VF 0 is held" "$(host_state)" "$cut_up"
expect 0 vgpuctl apply /tmp/third.toml
[[ ! -e "$host/virtfn3/driver" ]] || fail "VF 3 has a driver"
same "the driver of VF 0" "$(name_of "$host/virtfn0/driver")" vfio-pci
exec 5>&-
expect 0 vgpuctl apply /tmp/four.toml
same "the host once VF 0 is free" "$(host_state)" "$cut_up"

log_is_clean
# Somebody else takes vfio-pci from under a VM, and the kernel waits for the VM: the driver's link has gone, the VM has not.
contract --hold "$(name_of "$host/virtfn1")" >/tmp/holder &
holder=$!
until [[ -s /tmp/holder ]]; do sleep 0.05; done
name_of "$host/virtfn1" >$pci/drivers/vfio-pci/unbind &
unbinder=$!
until [[ ! -e "$host/virtfn1/driver" ]]; do sleep 0.05; done
expect 3 vgpuctl apply /tmp/four.toml
expect 3 vgpuctl teardown --all
kill "$holder"
wait "$holder" "$unbinder"
dmesg -C  # the kernel has told of that unbind, which was none of ours
expect 0 vgpuctl apply /tmp/four.toml
same "the host once that VM is gone" "$(host_state)" "$cut_up"

# Somebody who opens and closes the groups all the time: each run ends as if he had one, or as if he had none.
vgpu_opener >/tmp/opener &
opener=$!
rounds=${ROUNDS:-20}
refused=0
removed=0
for ((round = 0; round < rounds; ++round)); do
  code=0
  out=$(vgpuctl teardown --all 2>&1) || code=$?
  checked=$((checked + 1))
  case "$code" in
    0)
      removed=$((removed + 1))
      reads "$host/sriov_numvfs" 0
      # The same with what is put back: refused is not failed, and the next try is another.
      for ((try = 0; try < 50; ++try)); do
        vgpuctl apply /tmp/four.toml >/tmp/again 2>&1 && break
      done
      expect 0 vgpuctl check /tmp/four.toml
      ;;
    3)
      refused=$((refused + 1))
      same "round $round: the host after a refusal" "$(host_state)" "$cut_up"
      ;;
    *) fail "round $round: code $code: $out" ;;
  esac
done
kill "$opener"
wait "$opener"
cat /tmp/opener
printf '%d rounds: %d refused, %d removed\n' "$rounds" "$refused" "$removed"
[[ "$(cat /tmp/opener)" != "opened 0 times"* ]] || fail "the opener never had a group"
done_with_it
