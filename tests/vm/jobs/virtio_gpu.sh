# SPDX-License-Identifier: Apache-2.0
# QEMU's virtio-gpu-pci under the kernel's own driver: it has no VFs, and what it offers is told by name.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
modprobe virtio-pci
gpu=
for function in "$pci"/devices/0000:*; do
  if [[ "$(cat "$function/vendor") $(cat "$function/device")" == "0x1af4 0x1050" ]]; then
    gpu=$(basename "$function")
  fi
done
[[ -n "$gpu" ]] || fail "there is no virtio-gpu"
before=$(host_state)

# Nobody has taken the virtio device.
expect 0 vgpuctl list
says "$gpu"
says "Red Hat virtio-gpu (virtio-pci)"
says "no driver has taken its virtio device"
modprobe virtio-gpu
virtio=$(basename "$pci/devices/$gpu"/virtio*)
comes test -e "$pci/devices/$gpu/drm"

for leaf in class subsystem_vendor subsystem_device "$virtio/device" "$virtio/status" "$virtio/features"; do
  printf '%s: %s\n' "$leaf" "$(cat "$pci/devices/$gpu/$leaf")"
done
ls "$pci/devices/$gpu/drm"
cat /sys/kernel/debug/dri/0/virtio-gpu-features
reads "$pci/devices/$gpu/class" 0x038000
reads "$pci/devices/$gpu/$virtio/device" 0x0010
features=$(cat "$pci/devices/$gpu/$virtio/features")
same "as many features as this kernel has" "$((${#features} == 64 || ${#features} == 128))" 1

# Without -gl it offers EDID and nothing of 3D.
same "its own features" "${features:0:6}" 010000
expect 0 vgpuctl show
says "a virtio-gpu serves the one VM that it is in, and has no VFs"
says "features agreed with its host: EDID; capsets: 0, of which kinds is not read; without VIRGL"
same "capsets by debugfs" "$(sed -n 's/^cap sets *: //p' /sys/kernel/debug/dri/0/virtio-gpu-features)" 0
expect 0 vgpuctl --json show
says '"model": "virtio-gpu"'
says '"sriov": null'
says '"backend": null'
profile "$gpu" 2 >/tmp/two.toml
expect 5 vgpuctl plan /tmp/two.toml
says "a function without SR-IOV"
expect 5 vgpuctl apply /tmp/two.toml
same "the host after it" "$(host_state)" "$before"
done_with_it
