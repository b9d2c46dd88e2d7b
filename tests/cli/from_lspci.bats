# SPDX-License-Identifier: Apache-2.0
# Hosts made from what lspci printed on real ones (tests/captures).
load helper

captures() { ls "$PROJECT"/tests/captures/*.lspci-*xxxx.txt; }

@test "each capture is a host on which list, show, registers and a profile work" {
  local capture host gpu made=0
  while read -r capture; do
    host=$(basename "$capture").vfhost
    [ -s "$capture.source" ]
    run -0 --separate-stderr vgpuctl sim create "$host" --from-lspci "$capture"
    says "a host with 1 function, 1 of them with SR-IOV"
    is inventory 0 --sim "$host" --all-classes list
    gpu=$(value 'd["gpus"][0]["address"]')
    [ "$(value 'd["gpus"][0]["sriov"]["num_vfs"]')" = 0 ]
    run -0 vgpuctl --sim "$host" --all-classes show "$gpu"
    is registers 0 --sim "$host" --all-classes registers "$gpu"
    [ "$(value 'd["configuration"]["bytes"]')" = 4096 ]
    # The same on a driver that any device can be on.
    sed '/Kernel driver in use/d' "$capture" | sed '1s/$/\n\tKernel driver in use: pci-pf-stub/' >on_stub.txt
    vgpuctl sim create "stub.$host" --from-lspci on_stub.txt -q
    printf 'schema = 1\n[[gpu]]\nmatch = { address = "%s", class = "any" }\nvfs = 2\n' "$gpu" >two.toml
    vgpuctl --sim "stub.$host" --all-classes apply -q two.toml
    is registers 0 --sim "stub.$host" --all-classes registers "$gpu"
    [ "$(value '[f["meaning"] for c in d["configuration"]["capabilities"] for f in c["fields"] if f["name"] == "num_vfs"]')" = "['2']" ]
    made=$((made + 1))
  done < <(captures)
  ((made >= 3))
}

@test "what is otherwise than on the real host is said" {
  run -0 --separate-stderr vgpuctl sim create a.vfhost --from-lspci "$PROJECT/tests/captures/pciutils-cap-pcie-2.lspci-vvvxxxx.txt"
  says 'was on the driver igb, which is not simulated with this device'
  says 'had 1 VF on; here it has none yet'
  says 'list --all-classes'
  is sim-done 0 sim create b.vfhost --from-lspci "$PROJECT/tests/captures/pciutils-cap-ide.lspci-vvvxxxx.txt"
}

@test "a dump may come from a pipe" {
  vgpuctl sim create p.vfhost --from-lspci - <"$PROJECT/tests/captures/pciutils-cap-phy32.lspci-vvvxxxx.txt"
  run -0 vgpuctl --sim p.vfhost --all-classes list
  says '0000:2e:00.0'
}

@test "what is wrong with a dump is told, all of it, and no host is made" {
  printf '03:00.0 VGA: A\n00: 86 80 0g 00\nwhat\n' >bad.txt
  run -4 --separate-stderr vgpuctl sim create bad.vfhost --from-lspci bad.txt
  says 'bad.txt:2:11: error: this is no byte'
  says 'bad.txt:3:1: error:'
  [ ! -e bad.vfhost ]
  is error 4 sim create bad.vfhost --from-lspci bad.txt
  [ "$(value '[(f["line"], f["column"], f["length"]) for f in d["error"]["details"]]')" = "[(2, 11, 2), (3, 1, 4)]" ]
  run -4 --separate-stderr vgpuctl sim create bad.vfhost --from-lspci none.txt
  run -4 --separate-stderr vgpuctl sim create bad.vfhost
  says 'what shall the host be made of?'
  run -4 --separate-stderr vgpuctl sim create bad.vfhost --gpu plain --from-lspci bad.txt
  run -4 --separate-stderr vgpuctl sim create lab.vfhost --from-lspci "$PROJECT/tests/captures/pciutils-cap-ide.lspci-vvvxxxx.txt"
  says 'File exists'
}
