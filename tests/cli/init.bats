# SPDX-License-Identifier: Apache-2.0
# What init prints fits the host that it was printed for, whatever GPUs that has.
load helper

models() { vgpuctl sim models --json | python3 -c 'import json,sys; [print(m["name"]) for m in json.load(sys.stdin)["models"]]'; }

# is_kept HOST: planned from a pipe, applied, checked; then init proposes what is there. Where each GPU has VFs already, it does so from the
# start, and nothing changes: gim makes one VF of each GPU when it is loaded.
is_kept() {
  local lab=$1 changes=0
  if vgpuctl --sim "$lab" list --json | grep -q '"num_vfs": 0'; then
    changes=2
  fi
  vgpuctl --sim "$lab" init >proposed.toml
  run "-$changes" vgpuctl --sim "$lab" plan - --detailed-exitcode <proposed.toml
  run -0 vgpuctl --sim "$lab" apply proposed.toml
  run -0 vgpuctl --sim "$lab" check proposed.toml
  vgpuctl --sim "$lab" init >again.toml
  run -0 vgpuctl --sim "$lab" plan again.toml --detailed-exitcode
}

@test "init, plan, apply, check: on every simulated GPU that makes VFs" {
  some=0
  for model in $(models); do
    echo "$model"
    vgpuctl sim create "$model.vfhost" --gpu "$model" -q
    if ! vgpuctl --sim "$model.vfhost" list --json | grep -q '"makes_vfs": true'; then
      run -5 --separate-stderr vgpuctl --sim "$model.vfhost" init
      [ -z "$output" ]
      says 'no GPU here can be cut up so'
      continue
    fi
    is_kept "$model.vfhost"
    some=$((some + 1))
  done
  [ "$some" -ge 10 ]
}

@test "init, plan, apply, check: on hosts of several GPUs" {
  for mix in 'intel-b60,2 nvidia-l40s-vgpu plain' 'amd-v710-gim nvidia-h100 amd-v710 intel-b60' 'nvidia-a16,4'; do
    echo "$mix"
    rm -f mix.vfhost
    gpus=()
    for gpu in $mix; do
      gpus+=(--gpu "$gpu")
    done
    vgpuctl sim create mix.vfhost "${gpus[@]}" -q
    is_kept mix.vfhost
  done
}

@test "the profile says that it is for a simulated host, and what each GPU is today" {
  run -0 --separate-stderr on_lab init
  [ "${lines[0]}" = '# For a simulated host.' ]
  [ -z "$stderr" ]
  says '# Intel Corporation Arc Pro B60 (8086:e211), today at 0000:04:00.0'
  [ "$(grep -c '^\[\[gpu\]\]$' <<<"$output")" -eq 3 ]
  [ "$(grep -c '^expect = 1$' <<<"$output")" -eq 3 ]
  [ "$(grep -c '^match  = { serial = ' <<<"$output")" -eq 2 ]
  [ "$(grep -c '^match  = { slot = ' <<<"$output")" -eq 1 ]
}

@test "GPUs that are named are the profile" {
  run -0 on_lab init 0000:04:00.0 --vfs 7 --vram 1.5GiB
  says 'vfs    = 7  # of 24'
  says 'vram   = "1.5GiB"'
  [ "$(grep -c '^\[\[gpu\]\]$' <<<"$output")" -eq 1 ]
  run -0 on_lab plan - <<<"$output"
  says '0000:04:00.0'
}

@test "GPUs that can't have what is wished stand as comments, with why" {
  run -0 on_lab init --vram 2GiB
  [ "$(grep -c '^\[\[gpu\]\]$' <<<"$output")" -eq 2 ]
  says "It gets no table: its VFs have no 'vram'"
  run -0 on_lab plan - <<<"$output"
  run -5 --separate-stderr on_lab init 0000:05:00.0 --vram 2GiB
  says "its VFs have no 'vram'"
}

@test "what does not fit is refused with what would, and nothing is printed" {
  run -5 --separate-stderr on_lab init --vfs 25
  [ -z "$output" ]
  says 'more VFs than'
  vgpuctl sim create l40s.vfhost --gpu nvidia-l40s-vgpu -q
  run -5 --separate-stderr vgpuctl --sim l40s.vfhost init --type L40S-8Q --vfs 7
  [ -z "$output" ]
  says 'at most 6 of L40S-8Q fit'
  run -5 --separate-stderr vgpuctl --sim l40s.vfhost init --type L40S-9Q
  [ -z "$output" ]
  run -5 --separate-stderr vgpuctl --sim l40s.vfhost init --type L40S-8Q --vfs 7 --json
  "$BATS_TEST_DIRNAME/document.py" error <<<"$output"
}

@test "as many of a type as fit, and the largest type of which enough fit" {
  vgpuctl sim create l40s.vfhost --gpu nvidia-l40s-vgpu -q
  run -0 vgpuctl --sim l40s.vfhost init --type L40S-8Q
  says 'vfs       = 6  # of 32'
  run -0 vgpuctl --sim l40s.vfhost init --vfs 6
  says 'vgpu_type = "NVIDIA L40S-8Q"'
  run -0 vgpuctl --sim l40s.vfhost init
  says 'vgpu_type = "NVIDIA L40S-12Q"'
}

@test "another number of VFs keeps the type that is there, and what then does not fit is refused with what would" {
  vgpuctl sim create l40s.vfhost --gpu nvidia-l40s-vgpu -q
  vgpuctl --sim l40s.vfhost apply -q "$PROJECT/profiles/nvidia-l40s-vgpu.toml"
  run -0 vgpuctl --sim l40s.vfhost init --vfs 5
  says 'vgpu_type = "NVIDIA L40S-8Q"'
  run -5 --separate-stderr vgpuctl --sim l40s.vfhost init --vfs 7
  says 'at most 6 of L40S-8Q fit'
}

@test "a GPU that is renumbered is still the one that the profile is about" {
  vgpuctl sim create one.vfhost --gpu intel-b60 -q
  vgpuctl --sim one.vfhost init >one.toml
  vgpuctl --sim one.vfhost apply -q one.toml
  vgpuctl sim fold one.vfhost -q
  # The same card behind a bridge that has been given other bus numbers.
  sed -e 's/0000:03:00/0000:43:00/g' -e '/_bus_number = 3/s/= 3/= 67/' one.vfhost >moved.vfhost
  vgpuctl --sim moved.vfhost list | grep -q 0000:43:00.0
  run -0 vgpuctl --sim moved.vfhost plan one.toml --detailed-exitcode
  says '0000:43:00.0'
  # By its address it would have been nobody.
  sed 's/^match .*/match = { address = "0000:03:00.0" }/' one.toml >address.toml
  run -5 vgpuctl --sim moved.vfhost plan address.toml
}

@test "where nobody makes VFs there is nothing to propose" {
  vgpuctl sim create gim.vfhost --gpu amd-v620 -q
  run -5 --separate-stderr vgpuctl --sim gim.vfhost init
  [ -z "$output" ]
  says 'no GPU here can be cut up so'
  run -5 --separate-stderr vgpuctl --sim gim.vfhost init 0000:03:00.0
  says '0000:03:00.0'
}

@test "options that say nothing are told" {
  run -4 --separate-stderr on_lab init --vfs 0
  run -4 --separate-stderr on_lab init --vram 4gib
  says 'did you mean "4GiB"?'
  run -4 --separate-stderr on_lab init --vfs some
  run -5 --separate-stderr on_lab init 0000:77:00.0
}

@test "the JSON has the profile as one text" {
  run -0 --separate-stderr on_lab init --json
  "$BATS_TEST_DIRNAME/document.py" proposal <<<"$output"
  python3 -c 'import json,sys; sys.stdout.write(json.load(sys.stdin)["profile"])' <<<"$output" | diff - <(on_lab init)
}
