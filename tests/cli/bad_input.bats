# SPDX-License-Identifier: Apache-2.0
# Bad input gets a clear error with its place and its exit code, and nothing is written.
load helper

teardown() { [ "$(writes)" -eq 0 ]; }

@test "a profile with ten faults reports ten, each at its place" {
  cat >bad.toml <<'PROFILE'
schema = 1
unlistd = "teardown"
[defaults]
vram = "4gib"
exec_quantum = 20
[resources.a]
vrma = "4GiB"
[[gpu]]
match = { vendor = "intle", nth = -1 }
vfs = 2
resources = "b"
  [gpu.pf]
  vram = "1GiB"
  [[gpu.vf]]
  index = [1, "0-2"]
PROFILE
  for command in plan apply check; do
    run -4 --separate-stderr on_lab "$command" bad.toml
    diff - <(grep -o '^bad.toml:[0-9:]*' <<<"$stderr") <<'PLACES'
bad.toml:2:1:
bad.toml:4:8:
bad.toml:5:16:
bad.toml:7:1:
bad.toml:9:20:
bad.toml:9:35:
bad.toml:11:13:
bad.toml:13:10:
bad.toml:15:15:
bad.toml:15:15:
PLACES
    says '10 errors.'
  done
  diff - <(sed -n '2,6p' <<<"$stderr") <<'FIRST'
bad.toml:2:1: error: unlistd: unknown key
    2 | unlistd = "teardown"
      | ^^^^^^^
      = help: did you mean 'unlisted'?
bad.toml:4:8: error: vram: not a unit of bytes
FIRST
}

@test "a profile that is no text, no TOML, empty, not there, or a folder" {
  head -c 4096 /dev/urandom >random.toml
  : >empty.toml
  printf 'schema = 1\nx = "\033[2J"\n' >escape.toml
  for file in random.toml empty.toml escape.toml none.toml .; do
    run -4 --separate-stderr on_lab apply "$file"
    says 'error:'
  done
  run -4 --separate-stderr on_lab plan escape.toml
  [[ "$stderr" != *$'\033'* ]]
}

@test "an address that is no PF, and a VF named as a GPU" {
  lab_profile >lab.toml
  run -5 --separate-stderr on_lab show 0000:00:01.0
  says '0000:00:01.0: no such GPU here'
  run -5 --separate-stderr on_lab teardown 0000:03:00.7
  says '0000:03:00.7: no such GPU here'
  cp lab.vfhost other.vfhost
  vgpuctl --sim other.vfhost apply -q lab.toml
  for command in show export teardown; do
    run -5 --separate-stderr vgpuctl --sim other.vfhost "$command" 0000:03:00.1
    says '0000:03:00.1: it is a VF of 0000:03:00.0'
  done
  run -5 --separate-stderr vgpuctl --sim other.vfhost apply lab.toml --only 0000:03:00.1
}

@test "more VFs than the GPU can have" {
  VFS=25 lab_profile >lab.toml
  run -5 --separate-stderr on_lab apply lab.toml
  says 'lab.toml:4:7: error: vfs: more VFs than 0000:03:00.0'
  says '= help: 0 to 24'
}

@test "a driver that is not there" {
  lab_profile | sed 's/vfio-pci/vfio-pcx/' >lab.toml
  run -5 --separate-stderr on_lab apply lab.toml
  says 'lab.toml:7:13: error: 0000:03:00.0: no driver of that name is loaded'
  says '    7 | vf_driver = "vfio-pcx"'
  says '      |             ^^^^^^^^^^'
}

@test "a driver that makes no VFs this way is refused" {
  vgpuctl sim create gim.vfhost --gpu amd-v620 -q
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "*" }\nvfs = 4\n' >lab.toml
  run -5 --separate-stderr vgpuctl --sim gim.vfhost apply lab.toml
  says 'its driver makes no VFs this way'
  run -0 vgpuctl --sim gim.vfhost list
  says 'its driver makes no VFs this way'
}

@test "a host file that is cut off, empty, or none" {
  head -c 10000 lab.vfhost >cut.vfhost
  run -4 --separate-stderr vgpuctl --sim cut.vfhost list
  says 'the file ends in the middle of this line'
  : >cut.vfhost
  run -4 vgpuctl --sim cut.vfhost list
  echo 'hello' >cut.vfhost
  run -4 vgpuctl --sim cut.vfhost list
  run ! vgpuctl --sim none.vfhost list
}

@test "a record that is torn off at the end never happened" {
  lab_profile >lab.toml
  cp lab.vfhost other.vfhost
  vgpuctl --sim other.vfhost apply -q lab.toml
  head -c -5 other.vfhost >torn.vfhost
  run -0 vgpuctl --sim torn.vfhost list
  says '0000:05:00.0'
}

@test "a command line that is wrong says what was meant" {
  run -4 --separate-stderr vgpuctl lists
  says "error: command line: there is no such command 'lists'"
  says "did you mean 'list'?"
  run -4 --separate-stderr vgpuctl sim creates x
  says "did you mean 'create'?"
  run -4 --separate-stderr vgpuctl list --vsf
  says "did you mean '--vfs'?"
  run -4 --separate-stderr vgpuctl
  says 'which command?'
  run -4 --separate-stderr vgpuctl sim
  says 'which command?'
  run -4 --separate-stderr on_lab teardown
  says 'teardown of which GPUs?'
  run -4 on_lab teardown --all 0000:03:00.0
  run -4 on_lab plan
  run -4 on_lab apply
  run -4 on_lab plan one two
  run -4 on_lab list --color red
  lab_profile >lab.toml
  run -4 --separate-stderr on_lab apply lab.toml --lock-timeout 30
  says '--lock-timeout: a duration without a unit'
  run -4 on_lab apply lab.toml --plan plan.json
}

@test "what sim can not do it says" {
  run -4 --separate-stderr vgpuctl sim create new.vfhost --gpu intel-b61
  says "no such GPU model 'intel-b61'"
  says 'intel-b60'
  run -4 vgpuctl sim create new.vfhost --gpu intel-b60,none
  run -4 vgpuctl sim create new.vfhost --gpu intel-b60,0
  run -4 vgpuctl sim create new.vfhost
  [ ! -e new.vfhost ]
  cp lab.vfhost once.vfhost
  run ! vgpuctl sim create lab.vfhost --gpu plain
  cmp lab.vfhost once.vfhost
  run -4 vgpuctl sim fault lab.vfhost nonsense --errno EBUSY
  run -4 vgpuctl sim fault lab.vfhost sys:a --errno ENOSUCH
  run -4 vgpuctl sim fault lab.vfhost sys:a
  run -4 vgpuctl sim fault lab.vfhost sys:a --half
  run -4 vgpuctl sim fault lab.vfhost sys:a --stop now
  run -5 vgpuctl sim hold lab.vfhost 0000:03:00.0/0
  run -5 vgpuctl sim release lab.vfhost 0000:09:00.1
}

@test "nothing is changed where a file that was asked for first can not be written" {
  lab_profile >lab.toml
  run -4 on_lab plan lab.toml --out none/plan.json
  cp lab.vfhost other.vfhost
  vgpuctl --sim other.vfhost apply -q lab.toml
  cp other.vfhost once.vfhost
  run -4 --separate-stderr vgpuctl --sim other.vfhost teardown --all --save none/saved.toml
  cmp other.vfhost once.vfhost
  mkdir folder
  run -4 vgpuctl --sim other.vfhost teardown --all --save folder
  cmp other.vfhost once.vfhost
}
