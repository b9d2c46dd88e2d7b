# SPDX-License-Identifier: Apache-2.0
# Which of a GPU's files are opened and mapped for its registers, as strace sees it: nothing that no table names.
bats_require_minimum_version 1.5.0

# put OFFSET BYTES FILE: bytes as printf spells them, there in the file.
put() { printf "$2" | dd of="$3" bs=1 seek=$(($1)) conv=notrunc status=none; }

# A GPU with six BARs of 64 KiB each, whose registers all read 0. Its memory decode is on.
setup() {
  : "${READER:?names the program that reads registers}"
  cd "$BATS_TEST_TMPDIR" || exit 1
  gpu=root/sys/bus/pci/devices/0000:03:00.0
  mkdir -p "$gpu/power" root/proc root/dev root/etc
  echo 0x1002 >"$gpu/vendor"
  echo 0x74a1 >"$gpu/device"
  echo 0x120000 >"$gpu/class"
  echo active >"$gpu/power/runtime_status"
  truncate -s 4096 "$gpu/config"
  put 0 '\x02\x10\xa1\x74\x02\x00' "$gpu/config"
  for bar in 0 1 2 3 4 5; do truncate -s 65536 "$gpu/resource$bar"; done
}

# Runs the reader under strace; `trace` has what it and its helpers opened and mapped. A file for each process: in one for
# all of them a call is cut in two where another process's comes between.
traced() {
  rm -f trace trace.*
  run -0 strace -ff -qq -s 4096 -e trace=open,openat,openat2,creat,mmap,pwrite64,write -o trace "$READER" root 0000:03:00.0
  cat trace.* >trace
}

# value EXPRESSION: of the last document, `d`.
value() { python3 -c "import json,sys; d = json.load(sys.stdin); print(($1))" <<<"$output"; }

# The lines of files that are named like BARs.
opened_bars() { grep -E '"[^"]*resource[0-9]' trace; }
# Mappings of whole pages of a file, which the reader and its helper do of nothing else: their libraries are mapped privately.
shared_maps() { grep -E 'mmap\(NULL, 4096, .*MAP_SHARED, [0-9]' trace; }

@test "only the table's BAR is opened, for reading, and its pages are mapped for reading" {
  put 0x378c '\x00\x00\x03\x00' "$gpu/resource5"
  put 0x3794 '\x00\x00\x00\x80' "$gpu/resource5"
  traced
  [ "$(value '[(b["bar"], [r["offset"] for r in b["registers"]]) for b in d["mapped"]["bars"]]')" = \
    "[(5, [14220, 14228, 14852, 14856, 14860, 14864])]" ]
  [ "$(value 'd["mapped"]["findings"]')" = "[]" ]
  [ "$(value '[f["meaning"] for r in d["mapped"]["bars"][0]["registers"][:2] for f in r["fields"]]')" = \
    "['192 GiB', 'no', 'yes']" ]
  # Looked at with O_PATH, which opens no device; opened with O_RDONLY: each once for each of six registers.
  [ "$(opened_bars | wc -l)" = 12 ]
  [ "$(opened_bars | grep -c 'resource5", {flags=O_RDONLY|O_NOCTTY|O_CLOEXEC, resolve=')" = 6 ]
  [ "$(opened_bars | grep -c 'resource5", {flags=O_RDONLY|O_CLOEXEC|O_PATH, resolve=')" = 6 ]
  [ "$(shared_maps | wc -l)" = 6 ]
  [ "$(shared_maps | grep -c 'mmap(NULL, 4096, PROT_READ, MAP_SHARED, [0-9]*, 0x3000)')" = 6 ]
}

@test "nothing is opened where memory decode is off, or the GPU sleeps, or it does not answer" {
  put 4 '\x04\x00' "$gpu/config"
  traced
  run -1 opened_bars
  traced
  [[ "$(value 'd["mapped"]["findings"][0]["what"]')" == *"memory decode is off"* ]]
  put 4 '\x02\x00' "$gpu/config"
  for word in suspended suspending resuming error; do
    echo "$word" >"$gpu/power/runtime_status"
    traced
    [[ "$(value 'd["mapped"]["findings"][0]["what"]')" == *"'$word'"* ]]
    run -1 opened_bars
  done
  echo active >"$gpu/power/runtime_status"
  head -c 4096 /dev/zero | tr '\0' '\377' >"$gpu/config"
  traced
  [[ "$(value 'd["mapped"]["findings"][0]["what"]')" == *"all ones"* ]]
  run -1 opened_bars
  run -1 shared_maps
}

@test "nothing is opened on a device that no table has" {
  echo 0x74a3 >"$gpu/device"
  traced
  [ "$(value 'd["mapped"]["bars"]')" = "[]" ]
  [[ "$(value 'd["mapped"]["chosen"]')" == "none: "* ]]
  run -1 opened_bars
}

@test "nothing of the GPU is opened for writing" {
  traced
  grep -qE 'devices.*flags=O_RDONLY' trace
  run -1 grep -E 'devices.*O_(WRONLY|RDWR)|O_CREAT|O_TRUNC|pwrite64' trace
}

@test "a BAR that is too short, or not there, is told and not mapped" {
  truncate -s $((0x3790)) "$gpu/resource5"
  traced
  [[ "$(value 'd["mapped"]["findings"][0]["what"]')" == *"BAR 5 ends before RCC_IOV_FUNC_IDENTIFIER, PARTITION_COMPUTE_CAP"* ]]
  [ "$(value '[r["state"] for r in d["mapped"]["bars"][0]["registers"]]')" = \
    "['value', 'not_read', 'not_read', 'not_read', 'not_read', 'not_read']" ]
  [ "$(shared_maps | wc -l)" = 1 ]
  rm "$gpu/resource5"
  traced
  [[ "$(value 'd["mapped"]["findings"][0]["what"]')" == *"no BAR 5"* ]]
  run -1 shared_maps
}

@test "what reads all ones is unknown" {
  put 0x3794 '\xff\xff\xff\xff' "$gpu/resource5"
  traced
  [ "$(value '[(r["state"], r["raw"], [f["meaning"] for f in r["fields"]]) for r in d["mapped"]["bars"][0]["registers"]][1]')" = \
    "('unknown', None, [None, None])" ]
}
