# SPDX-License-Identifier: Apache-2.0
# Every shipped profile can be planned, applied and checked on the host that its second line names.
load helper

host_of() { sed -n 's/^# host: //p' "$1"; }

@test "every shipped profile names its host and says who it is for, what it does and what it leaves alone" {
  [ "$(find "$PROJECT/profiles" -maxdepth 1 -name '*.toml' | wc -l)" -ge 20 ]
  for profile in "$PROJECT"/profiles/*.toml; do
    [ -n "$(host_of "$profile")" ]
    [[ "$(sed -n 3p "$profile")" == '# For: '* ]]
    grep -q '^# Does: ' "$profile"
    grep -q '^# Leaves alone: ' "$profile"
  done
}

# The host without a module that runs load and leave to it.
dump_of() {
  vgpuctl sim dump "$1" | grep -avE '^(module:|sys:module/)pci_pf_stub|^sys:bus/pci/drivers/pci-pf-stub/[a-z_]+ '
}

@test "every shipped profile is planned, applied, checked and taken back" {
  for profile in "$PROJECT"/profiles/*.toml; do
    echo "$profile"
    host=$(basename "$profile" .toml).vfhost
    gpus=()
    for gpu in $(host_of "$profile"); do
      gpus+=(--gpu "$gpu")
    done
    vgpuctl sim create "$host" "${gpus[@]}" -q
    mkdir -p "$host.root/usr/lib/vgpuctl/resources.d"
    cp "$PROJECT"/profiles/resources/*/*.toml "$host.root/usr/lib/vgpuctl/resources.d"
    dump_of "$host" >before
    run -2 vgpuctl --sim "$host" plan --detailed-exitcode "$profile"
    run -0 vgpuctl --sim "$host" apply "$profile"
    run -0 vgpuctl --sim "$host" check "$profile"
    run -0 vgpuctl --sim "$host" plan --detailed-exitcode "$profile"
    run -0 vgpuctl --sim "$host" teardown --all
    dump_of "$host" | diff before -
  done
}
