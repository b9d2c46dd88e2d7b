# SPDX-License-Identifier: Apache-2.0
# Every shipped profile can be planned, applied and checked on the host that its second line names, where a third does with what it must
# be permitted.
load helper

# What a run of it must be permitted.
allowed_by() { sed -n 's/^# allow: //p' "$1"; }

host_of() { sed -n 's/^# host: //p' "$1"; }

@test "every shipped profile names its host and says who it is for, what it does and what it leaves alone" {
  [ "$(find "$PROJECT/profiles" -maxdepth 1 -name '*.toml' | wc -l)" -ge 20 ]
  for profile in "$PROJECT"/profiles/*.toml; do
    [ -n "$(host_of "$profile")" ]
    [[ "$(grep -v '^# allow: ' "$profile" | sed -n 3p)" == '# For: '* ]]
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
    allow=()
    if [[ -n "$(allowed_by "$profile")" ]]; then
      allow=("$(allowed_by "$profile")")
      run -10 vgpuctl --sim "$host" plan --detailed-exitcode "$profile"
      run -10 vgpuctl --sim "$host" apply "$profile"
    fi
    run -2 vgpuctl --sim "$host" plan --detailed-exitcode "$profile" "${allow[@]}"
    run -0 vgpuctl --sim "$host" apply "$profile" "${allow[@]}"
    run -0 vgpuctl --sim "$host" check "$profile"
    run -0 vgpuctl --sim "$host" plan --detailed-exitcode "$profile"
    if [[ -n "${allow[*]}" ]]; then
      # The VFs of before were its driver's, and teardown would leave none.
      run -10 vgpuctl --sim "$host" undo
      run -0 vgpuctl --sim "$host" undo "${allow[@]}"
    else
      run -0 vgpuctl --sim "$host" teardown --all
    fi
    dump_of "$host" | diff before -
  done
}
