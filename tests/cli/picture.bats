# SPDX-License-Identifier: Apache-2.0
# GPUs as pictures: boxes on a terminal, and SVG.
load helper

# Whether standard input is XML, and each of these words stands in it as text.
is_xml_with() {
  python3 -c '
import sys, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
assert root.tag == "{http://www.w3.org/2000/svg}svg", root.tag
text = "\n".join(root.itertext())
for word in sys.argv[1:]:
    assert word in text, f"{word!r} is not in: {text}"
' "$@"
}

@test "show --map draws every VF in the terminal's width" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim hold lab.vfhost 0000:03:00.0/1 --vm web-2
  for width in 40 80 160; do
    COLUMNS=$width run -0 on_lab show --map
    [ "${lines[0]}" = 'simulated: lab.vfhost' ]
    for word in 0000:03:00.0 0000:04:00.0 0000:05:00.0 '─ vf0 ─' '─ vf4 ─' '│ 2 GiB' '│ 35 ms' '│ web-2' '19 VFs not made' \
      'up to 24 can be made'; do
      says "$word"
    done
    for line in "${lines[@]}"; do
      [ "${#line}" -le "$width" ]
    done
  done
  on_lab show --map 0000:05:00.0 >one
  run ! grep 0000:03 one
  run ! grep -n ' $' one
}

@test "show --svg is XML and needs nothing else" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  run -0 on_lab show --svg lab.svg
  says 'Saved: lab.svg opens in a browser.'
  is_xml_with 0000:03:00.0 0000:04:00.0 0000:05:00.0 'Arc Pro B60' vf4 '2 GiB' '35 ms' 'Simulated host' <lab.svg
  run ! grep -iE '<script|href|url\(|@import|<image|<foreignObject' lab.svg
  on_lab show --svg - 0000:05:00.0 >one.svg
  is_xml_with 0000:05:00.0 <one.svg
  run ! grep 0000:03 one.svg
  on_lab show -q --svg - >all.svg
  cmp lab.svg all.svg
}

@test "names with markup in them stay text" {
  lab_profile >lab.toml
  on_lab apply -q lab.toml
  vgpuctl sim hold lab.vfhost 0000:03:00.0/1 --vm "</g><b>&\"'"
  on_lab show --svg - | is_xml_with "</g><b>&\"'"
  run ! grep '<b>' <(on_lab show --svg -)
}

@test "a picture that can not be saved is an error with its code, and leaves nothing" {
  run -4 --separate-stderr on_lab show --svg nowhere/lab.svg
  says "nowhere/lab.svg: it cannot be made: No such file or directory"
  echo old >lab.svg
  run -5 on_lab show --svg lab.svg 0000:99:00.0
  [ "$(cat lab.svg)" = old ]
  [ "$(find . -name '*.svg*' | wc -l)" -eq 1 ]
}

@test "a picture and a JSON document do not share standard output" {
  run -4 --separate-stderr on_lab show --map --json
  says '"kind": "syntax"'
  run -4 --separate-stderr on_lab show --svg - --json
  run -0 on_lab show --svg lab.svg --json
  python3 -m json.tool <<<"$output" >all
  is_xml_with 0000:03:00.0 <lab.svg
  run -4 on_lab show --map --svg lab.svg
}

@test "spare VFs are told once, beside those with a vGPU and what still fits" {
  vgpuctl sim create vgpu.vfhost --gpu nvidia-l40s-vgpu -q
  printf 'schema = 1\n[[gpu]]\nmatch = { address = "*" }\nvfs = 1\nvgpu_type = "NVIDIA L40S-8Q"\n' >vgpu.toml
  vgpuctl --sim vgpu.vfhost apply -q vgpu.toml
  COLUMNS=80 run -0 vgpuctl --sim vgpu.vfhost show --map
  says '31 VFs'
  says '│ L40S-8Q'
  says 'more L40S-8Q'
  [ "${#lines[@]}" -le 24 ]
  [ "$(grep -c spare <<<"$output")" -eq 1 ]
}
