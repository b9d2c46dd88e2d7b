# SPDX-License-Identifier: Apache-2.0
# `registers`: what it says of a GPU's configuration space and of registers behind its BARs, and that it follows what is
# done to the GPU.
load helper

# field CAPABILITY NAME: what a field of the last document means; of the header: field 0 NAME.
field() {
  value "[f['meaning'] for c in [{'id': '0', 'fields': d['configuration']['header']}] + d['configuration']['capabilities']
    if c['id'] == '$1' for f in c['fields'] + c.get('vendor_fields', []) if f['name'] == '$2'][0]"
}

@test "the SR-IOV capability is as the GPU is" {
  is registers 0 --sim lab.vfhost registers 0000:03:00.0
  [ "$(field 0x0010 total_vfs) $(field 0x0010 num_vfs) $(field 0x0010 vf_enable)" = "24 0 no" ]
  [ "$(field 0 vendor_id) $(field 0 device_id)" = "0x8086 0xe211" ]
  [ "$(field 0x0003 serial_number)" = 5e-00-00-00-00-00-00-00 ]
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  is registers 0 --sim lab.vfhost registers 0000:03:00.0
  [ "$(field 0x0010 num_vfs) $(field 0x0010 vf_enable) $(field 0x0010 vf_memory_space_enable)" = "5 yes yes" ]
  on_lab teardown -q --all
  is registers 0 --sim lab.vfhost registers 0000:03:00.0
  [ "$(field 0x0010 num_vfs) $(field 0x0010 vf_enable) $(field 0x0010 vf_memory_space_enable)" = "0 no no" ]
}

@test "each card has its own serial number" {
  is registers 0 --sim lab.vfhost registers 0000:04:00.0
  [ "$(field 0x0003 serial_number)" = 5e-00-00-00-00-00-00-01 ]
}

@test "text has a line a register, and says that the host is simulated" {
  run -0 --separate-stderr on_lab registers 0000:03:00.0
  says 'simulated: lab.vfhost'
  says '0000:03:00.0  Intel Arc Pro B60  4096 bytes of configuration space'
  says '0x320  Single Root I/O Virtualization, version 1'
  [[ "$output" =~ 0x32e\ +total_vfs\ +24\ +0x0018 ]]
  [[ "$output" =~ 0x328\ +\[0\]\ +vf_enable\ +no ]]
  COLUMNS=80 run -0 on_lab registers 0000:03:00.0
  local line
  for line in "${lines[@]}"; do
    ((${#line} <= 80)) || { echo "too wide: $line" && return 1; }
  done
}

# mapped FIELD: what a field of a mapped register means.
mapped() {
  value "[f['meaning'] for b in d['mapped']['bars'] for r in b['registers'] for f in r['fields'] if f['name'] == '$1'][0]"
}

# in_lab HOST LINE: a line more in a host's file.
in_lab() {
  LINE=$2 python3 - "$1" <<'PYTHON'
import os, sys
text = open(sys.argv[1], encoding="latin-1").read()
open(sys.argv[1], "w", encoding="latin-1").write(text.replace("\nlog\n", "\n" + os.environ["LINE"] + "\nlog\n", 1))
PYTHON
}

@test "registers behind BARs are as the GPU is" {
  vgpuctl sim create amd.vfhost --gpu amd-v710 --gpu nvidia-a100 --gpu intel-b60 -q
  is registers 0 --sim amd.vfhost registers 0000:03:00.0
  [ "$(mapped memory_size) $(mapped is_vf) $(mapped iov_enable)" = "28 GiB no no" ]
  [ "$(value 'd["mapped"]["chosen"], [b["bar"] for b in d["mapped"]["bars"]]')" = "('Vega 10 and later', [5])" ]
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "0000:03:00.0" }\nvfs = 2\n' >amd.toml
  vgpuctl --sim amd.vfhost apply -q amd.toml
  is registers 0 --sim amd.vfhost registers 0000:03:00.0
  [ "$(mapped iov_enable)" = yes ]
  is registers 0 --sim amd.vfhost registers 0000:04:00.0
  [ "$(mapped chip_id) $(mapped mig_mode) $(mapped boot)" = "0x170 off complete" ]
  is registers 0 --sim amd.vfhost registers 0000:05:00.0
  [ "$(mapped architecture) $(mapped release) $(mapped is_vf)" = "20 1 no" ]
  run -0 --separate-stderr vgpuctl --sim amd.vfhost registers 0000:03:00.0
  says 'Mapped registers  Vega 10 and later'
  says '    0x00378c  RCC_CONFIG_MEMSIZE  0x00007000'
  [[ "$output" =~ memory_size\ +28\ GiB ]]
}

@test "a kernel that lets nobody map them is told, with what to do, and the rest is shown" {
  vgpuctl sim create locked.vfhost --gpu amd-mi300x -q
  in_lab locked.vfhost 'sys:kernel/security/lockdown = none [integrity] confidentiality\n'
  is registers 0 --sim locked.vfhost registers 0000:03:00.0
  [[ "$(value 'd["mapped"]["findings"][0]["what"]')" == *"locked down"* ]]
  [ "$(value '{r["state"] for r in d["mapped"]["bars"][0]["registers"]}')" = "{'not_read'}" ]
  [ "$(field 0x0010 total_vfs)" = 8 ]
  vgpuctl sim create strict.vfhost --gpu amd-mi300x -q
  in_lab strict.vfhost 'hidden:io_strict_devmem = 1'
  run -0 --separate-stderr vgpuctl --sim strict.vfhost registers 0000:03:00.0
  says "BAR 5 is its driver's ('gim')"
  says 'CONFIG_IO_STRICT_DEVMEM'
  says '    0x00378c  RCC_CONFIG_MEMSIZE  not read'
}

@test "a GPU that sleeps is left asleep" {
  vgpuctl sim create asleep.vfhost --gpu amd-mi300x -q
  in_lab asleep.vfhost 'sys:devices/pci0000:00/0000:00:01.0/0000:03:00.0/power/runtime_status = suspended\n'
  is registers 0 --sim asleep.vfhost registers 0000:03:00.0
  [[ "$(value 'd["mapped"]["findings"][0]["what"]')" == *"'suspended'"* ]]
  [ "$(value '{r["state"] for r in d["mapped"]["bars"][0]["registers"]}')" = "{'not_read'}" ]
}

@test "of a GPU that no table has none is mapped" {
  is registers 0 --sim lab.vfhost registers 0000:05:00.0
  [ "$(value 'd["mapped"]')" = "{'chosen': None, 'bars': [], 'findings': []}" ]
}

@test "who is given 64 bytes is told so" {
  # A file in sys goes before what is made; this is what pci-sysfs.c gives to anybody.
  python3 - <<'PYTHON'
text = open("lab.vfhost", encoding="latin-1").read()
head = "\\x86\\x80\\x11\\xe2".encode().decode("unicode_escape") + "\\0" * 2 + "\x10" + "\\0" * 45 + "\x70" + "\\0" * 11
# Bytes are written as they are, but for NUL: 4 + 2 + 1 + 45 + 1 + 11 are 64.
line = "sys:devices/pci0000:00/0000:00:01.0/0000:03:00.0/config = " + head + "\n"
open("lab.vfhost", "w", encoding="latin-1").write(text.replace("log\n", line + "log\n", 1))
PYTHON
  run -0 --separate-stderr on_lab registers 0000:03:00.0
  says '64 bytes of configuration space'
  says 'run it as root'
  [[ "$output" != *"Single Root"* ]]
  is registers 0 --sim lab.vfhost registers 0000:03:00.0
  [ "$(value 'd["configuration"]["bytes"], len(d["configuration"]["capabilities"])')" = "(64, 0)" ]
}

@test "AMD's GPUIOV is decoded on devices that are known" {
  vgpuctl sim create amd.vfhost --gpu amd-v710 -q
  is registers 0 --sim amd.vfhost registers 0000:03:00.0
  [ "$(value '[c["vendor_layout"] for c in d["configuration"]["capabilities"] if c["id"] == "0x000b"]')" = "['GPUIOV, layout B']" ]
  [ "$(field 0x000b total_fb_available) $(field 0x000b vf0_fb_size)" = "28 GiB none" ]
  [ "$(value '[f["in_bytes"] for c in d["configuration"]["capabilities"] for f in c["vendor_fields"]
    if f["name"] == "total_fb_available"]')" = "[30064771072]" ]
}

@test "a GPU that is not there, a VF, and no GPU at all" {
  is error 5 --sim lab.vfhost registers 0000:09:00.0
  [ "$(value 'd["error"]["kind"]')" = no_match ]
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  is error 5 --sim lab.vfhost registers 0000:03:00.1
  [ "$(value 'd["error"]["kind"]')" = not_a_pf ]
  is error 4 --sim lab.vfhost registers
}
