# SPDX-License-Identifier: Apache-2.0
# Virtual GPUs without VFs, and virtio devices that have some.
load helper

plain_wish() { printf 'schema = 1\n[[gpu]]\nmatch = { address = "*"%s }\nvfs = 2\n' "${1-}"; }

@test "a virtio-gpu is shown with what it offers and how it is shared instead" {
  vgpuctl sim create vm.vfhost --gpu virtio-gpu -q
  for command in list show; do
    run -0 vgpuctl --sim vm.vfhost "$command"
    says 'Red Hat virtio-gpu'
    says 'serves the one VM that it is in, and has no VFs'
    says '-device virtio-gpu-gl,hostmem=8G,blob=true,venus=true'
    says 'VIRGL EDID RESOURCE_BLOB CONTEXT_INIT; capsets: 3, of which kinds is not read'
  done
  run -0 vgpuctl --sim vm.vfhost list
  says 'No SR-IOV GPU here. 1 GPU without SR-IOV:'
  run -0 vgpuctl --sim vm.vfhost --json show
  says '"model": "virtio-gpu"'
  says '"makes_vfs": false'
  says '"sriov": null'
  plain_wish >vm.toml
  run -5 vgpuctl --sim vm.vfhost plan vm.toml
  says 'it has no SR-IOV capability'
  run -5 vgpuctl --sim vm.vfhost apply vm.toml
  run ! grep -q "^w" vm.vfhost
}

@test "VFs of a virtio device are made and removed where all classes are meant" {
  vgpuctl sim create net.vfhost --gpu virtio-net-sriov -q
  run -0 vgpuctl --sim net.vfhost list
  says 'No SR-IOV GPU here.'
  run -0 vgpuctl --sim net.vfhost --all-classes list
  says 'virtio-pci  virtio   0 of 2'
  plain_wish ', backend = "virtio", class = "any"' >net.toml
  run -0 vgpuctl --sim net.vfhost --all-classes apply net.toml
  run -0 vgpuctl --sim net.vfhost --all-classes check net.toml
  run -0 vgpuctl --sim net.vfhost --all-classes list
  says '2 of 2'
  run -0 vgpuctl --sim net.vfhost --all-classes teardown --all
  run -0 vgpuctl --sim net.vfhost --all-classes list
  says '0 of 2'
}

@test "without the driver of its kind no VFs come or go, and that is said before anything is written" {
  vgpuctl sim create some.vfhost --gpu virtio-gpu-sriov -q
  sed -i 's/virtio0\/status = 0x0000000f/virtio0\/status = 0x00000001/' some.vfhost
  plain_wish >some.toml
  run -5 vgpuctl --sim some.vfhost apply some.toml
  says 'the driver of its virtio device (virtio0) is missing or not ready'
  says 'modprobe virtio_gpu'
  run ! grep -q "^w" some.vfhost
}
