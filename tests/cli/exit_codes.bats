# SPDX-License-Identifier: Apache-2.0
# Every exit code that scripts depend on can be reached, and the host is as the code says.
load helper

@test "1: a write fails, and the host is as it was" {
  vgpuctl sim dump lab.vfhost >before
  lab_profile >lab.toml
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --errno ENOSPC --half
  run -1 --separate-stderr on_lab apply lab.toml --only 0000:03:00.0
  says '✗ failed, taken back'
  says "sriov_numvfs: cannot write '5': the device has not as much left as so many VFs take (ENOSPC)"
  says 'help: ask for fewer VFs or less VRAM for each'
  vgpuctl sim dump lab.vfhost | diff before -
}

@test "2: differences, for check and for plan --detailed-exitcode" {
  lab_profile >lab.toml
  run -2 on_lab check lab.toml
  run -0 on_lab plan lab.toml
  run -2 on_lab plan lab.toml --detailed-exitcode
}

@test "3: VFs in use are named with who holds them, and with the GPUs that can be done" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim hold lab.vfhost 0000:03:00.0/0 --vm build-7
  vgpuctl sim hold lab.vfhost 0000:03:00.3 --pid 5120 --vm web-2
  cp lab.vfhost once.vfhost
  run -3 --separate-stderr on_lab teardown --all
  [ -z "$output" ]
  says 'error: 2 VFs are in use; nothing was changed'
  says '  0000:03:00.0 vf0 (0000:03:00.1)  VM "build-7"  qemu-system-x86, pid 4711'
  says '  0000:03:00.0 vf2 (0000:03:00.3)  VM "web-2"    qemu-system-x86, pid 5120'
  says 'vgpuctl --sim lab.vfhost teardown 0000:05:00.0'
  cmp lab.vfhost once.vfhost

  VFS=6 lab_profile >six.toml
  run -3 on_lab plan six.toml
  says 'refused: 2 VFs are in use'
  vgpuctl sim release lab.vfhost 0000:03:00.1
  vgpuctl sim release lab.vfhost 0000:03:00.0/2
  run -0 on_lab teardown --all
}

@test "4: the profile's text, the command line, a damaged plan" {
  echo 'schema = ' >bad.toml
  run -4 on_lab apply bad.toml
  run -4 on_lab applyx bad.toml
  echo '{' >plan.json
  run -4 on_lab apply --plan plan.json
}

@test "5: what this host does not have" {
  VFS=25 lab_profile >lab.toml
  run -5 --separate-stderr on_lab apply lab.toml
  says 'lab.toml:4:7: error: vfs: more VFs than'
  [ "$(writes)" -eq 0 ]
}

@test "6: some GPUs arrived and others did not" {
  lab_profile >lab.toml
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --errno EBUSY
  run -6 --separate-stderr on_lab apply lab.toml
  says '1 changed, 1 not as asked.'
}

@test "6: --keep-going leaves refused GPUs out and does the rest" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim hold lab.vfhost 0000:03:00.1
  run -6 --separate-stderr on_lab teardown --all --keep-going
  says '0000:03:00.0  Intel Arc Pro B60  5 VFs  ✗ refused'
  says '0000:05:00.0  Plain SR-IOV GPU   0 VFs  ✓ verified'
  says 'error: 1 VF is in use; those GPUs were left alone'
}

@test "7 while another run holds the lock; 9 after it was killed, until recover took it back" {
  vgpuctl sim dump lab.vfhost >before
  lab_profile >lab.toml
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --stop after
  run -7 "$BATS_TEST_DIRNAME/stopped.py" "$VGPUCTL" --sim lab.vfhost apply lab.toml -- \
    "$VGPUCTL" --sim lab.vfhost apply lab.toml --lock-timeout 10ms

  run -9 --separate-stderr on_lab apply lab.toml
  says 'run `vgpuctl recover` first'
  run -0 on_lab recover
  says '0000:03:00.0  Intel Arc Pro B60  '
  says '✓ taken back, verified'
  vgpuctl sim dump lab.vfhost | diff before -
  run -0 on_lab recover
  says 'Nothing to recover'
  run -0 on_lab apply lab.toml
}

@test "8: the host moved since the plan was saved" {
  lab_profile >lab.toml
  on_lab plan lab.toml --out plan.json -q
  QUANTUM=50ms lab_profile >moved.toml
  on_lab apply -q moved.toml
  cp lab.vfhost once.vfhost
  run -8 on_lab apply --plan plan.json
  cmp lab.vfhost once.vfhost
}

@test "10: not permitted" {
  lab_profile >lab.toml
  vgpuctl sim fault lab.vfhost "$(count_of 0000:03:00.0)" --errno EACCES
  run -10 on_lab apply lab.toml --only 0000:03:00.0
}

@test "10: what the profile names can't be read, and why" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim fold -q lab.vfhost
  # Its tiles differ: errno 117, EUCLEAN.
  sed -i 's|^\(sys:.*/0000:03:00.0/sriov_admin/vf1/profile/exec_quantum_ms\) .*|\1 [rw!117] = 20\\n|' lab.vfhost
  run -10 on_lab check lab.toml
  says "0000:03:00.0  vf0  exec_quantum  expected 20 ms  can't be read  the GPU's tiles have different values"
  says '(EUCLEAN)'
  run -10 --separate-stderr on_lab export
  says "the GPU's tiles have different values"
}

@test "a profile behind an option that takes several is the profile" {
  lab_profile >lab.toml
  run -0 on_lab plan --only 0000:03:00.0 lab.toml
  run -0 on_lab apply --only 0000:03:00.0 lab.toml
  run -0 on_lab check --only 0000:03:00.0 lab.toml
  run -0 on_lab apply --allow-in-use 0000:03:00.0 lab.toml
  run -0 on_lab plan lab.toml --out plan.json --only 0000:03:00.0 0000:05:00.0
  run -0 on_lab apply --allow-in-use 0000:03:00.0 --plan plan.json
  run -0 on_lab apply --plan plan.json --allow-in-use 0000:03:00.0
  run -4 --separate-stderr on_lab apply
  says FILE
  run -4 --separate-stderr on_lab apply lab.toml --plan plan.json
}
