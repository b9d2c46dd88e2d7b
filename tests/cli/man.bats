# SPDX-License-Identifier: Apache-2.0
# The manual says what there is, and only that.
load helper

commands_of() { vgpuctl "$@" --help | sed -n 's/^  \([a-z][a-z-]*\)  .*/\1/p'; }

# The commands that do something, one a line.
all_commands() {
  local command
  for command in $(commands_of); do
    if [[ "$command" == sim ]]; then
      commands_of sim | sed 's/^/sim /'
    else
      echo "$command"
    fi
  done
}

# The options of a command's own that --help names; of the program itself those of all commands.
options_by_help() {
  local until='^Options of all'
  (($#)) || until='^`'
  vgpuctl "$@" --help | sed "/$until/,\$d" | sed -n 's/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p' | sort
}

# The options of a section of the manual.
options_by_manual() {
  awk -v head="$1" '
    /^#/ { inside = ($0 == head || index($0, head " ") == 1) ; next }
    inside && /^\*-/ { print }' "$PROJECT/man/vgpuctl.8.scd" | grep -o -- '--[a-z-]*' | sort
}

@test "each command stands in the manual with its options, both ways" {
  while read -r command; do
    echo "$command"
    # shellcheck disable=SC2086
    diff <(options_by_help $command) <(options_by_manual "## $command")
  done < <(all_commands)
  diff <(options_by_help) <(options_by_manual '# OPTIONS')
}

@test "the manual names no command that there is not" {
  diff <(sed -n 's/^## \(sim [a-z]*\|[a-z]*\).*/\1/p' "$PROJECT/man/vgpuctl.8.scd" | sort) <(all_commands | sort)
  [ "$(all_commands | wc -l)" -ge 20 ]
}

@test "each argument that --help names stands in the manual's heading" {
  while read -r command; do
    # shellcheck disable=SC2086
    arguments=$(vgpuctl $command --help | sed -n '1s/^Usage: vgpuctl [a-z ]*\(.*\)\[OPTION...\]$/\1/p')
    heading=$(grep -E "^## $command( |$)" "$PROJECT/man/vgpuctl.8.scd" | tr -d '_')
    diff <(echo "## $command $arguments" | xargs) <(echo "$heading" | xargs)
  done < <(all_commands)
}

@test "the manual has every exit code from 0 to 10" {
  diff <(sed -n '/^# EXIT STATUS/,/^# ENV/s/^\*\([0-9]*\)\*$/\1/p' "$PROJECT/man/vgpuctl.8.scd") <(seq 0 10)
}

@test "all pages are made without a complaint" {
  for source in "$PROJECT"/man/*.scd; do
    page=$(basename "$source" .scd)
    echo "$page"
    scdoc <"$source" >"$page"
    [ -s "$page" ]
    run -0 --separate-stderr man --warnings --encoding=UTF-8 --local-file "$page"
    [ -z "$stderr" ]
    # scdoc writes an empty paragraph here and there, which nobody sees.
    run ! grep -v 'skipping paragraph macro: PP' <(mandoc -T lint -W warning "$page")
  done
  [ "$(find . -maxdepth 1 -name '*.[358]' | wc -l)" -ge 3 ]
}

@test "every key that the profile's manual names is known, and so are its words" {
  section() { sed -n "/^# $1\$/,/^# /s/^\*\([a-z_]*\)\*\$/\1/p" "$PROJECT/man/vgpuctl-profile.5.scd"; }
  [ "$(section ATTRIBUTES | wc -l)" -ge 4 ]
  for key in $(section ATTRIBUTES); do
    printf 'schema = 1\n[defaults]\n%s = []\n' "$key" >one.toml
    run -4 --separate-stderr on_lab plan one.toml
    [[ "$stderr" != *'unknown key'* && "$stderr" != *'not supported'* ]]
  done
  for key in $(section MATCH); do
    printf 'schema = 1\n[[gpu]]\nmatch = { %s = [] }\n' "$key" >one.toml
    run -4 --separate-stderr on_lab plan one.toml
    [[ "$stderr" != *'unknown key'* && "$stderr" != *'not supported'* ]]
  done
  for key in $(section 'KEYS OF A GPU'); do
    printf 'schema = 1\n[[gpu]]\n%s = {}\n' "$key" >one.toml
    run -4 --separate-stderr on_lab plan one.toml
    [[ "$stderr" != *'unknown key'* && "$stderr" != *'not supported'* ]]
  done
}

@test "every help page keeps to 80 columns, tells of the options of all commands once, and ends no line in a blank" {
  { echo; all_commands; echo sim; } >commands
  while IFS= read -r command; do
    # shellcheck disable=SC2086
    vgpuctl $command --help >page
    run ! grep -nE '^.{81,}| $' page
    [ "$(grep -c '^Options of all commands$' page)" -eq 1 ]
    [ "$(grep -c -- ' --help ' page)" -eq 1 ]
  done <commands
  # Each command is one line there.
  for command in $(commands_of); do
    [ "$(vgpuctl --help | grep -A1 "^  $command  " | grep -c '^ \{8\}')" -eq 0 ]
  done
}

@test "every command's help has examples, and help COMMAND is the same as COMMAND --help" {
  { all_commands; echo sim; } >commands
  while IFS= read -r command; do
    echo "$command"
    # shellcheck disable=SC2086
    vgpuctl help $command | diff - <(vgpuctl $command --help)
    # shellcheck disable=SC2086
    vgpuctl $command --help | grep -qx 'Examples'
  done <commands
  vgpuctl help | diff - <(vgpuctl --help)
  run -4 --separate-stderr vgpuctl help tearown
  says "did you mean 'teardown'?"
  vgpuctl help apply --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["text"], end="")' |
    diff - <(vgpuctl help apply)
}

@test "every example of every help page is a command line that is understood" {
  rm -f lab.vfhost
  vgpuctl sim create lab.vfhost --gpu intel-b60 --gpu plain -q
  lab_profile | sed s/0000:05/0000:04/ >lab.toml
  on_lab apply -q lab.toml
  rm -rf -- *.vfhost.state
  { all_commands; echo sim; } >commands
  while IFS= read -r command; do
    # shellcheck disable=SC2086
    vgpuctl $command --help | sed -n '/^Examples$/,/^$/s/^  \(.*[^ ].*\)/\1/p'
  done <commands | sed -e :a -e '/\\$/N; s/ *\\\n */ /; ta' >examples
  [ "$(wc -l <examples)" -ge 20 ]
  cp lab.vfhost kept
  cp "$PROJECT/tests/captures/pciutils-cap-ide.lspci-vvvxxxx.txt" dump.txt
  # Under the name `vgpuctl` those that are about this machine are about the simulated one.
  while IFS= read -r example; do
    echo "$example"
    cp kept lab.vfhost
    [[ "$example" != 'vgpuctl sim create lab.vfhost'* ]] || rm lab.vfhost
    mkdir -p bin
    printf '#!/bin/sh\ncase "$*" in *sim*|help*|completion*) exec "%s" "$@" ;; esac\nexec "%s" --sim lab.vfhost "$@"\n' \
      "$VGPUCTL" "$VGPUCTL" >bin/vgpuctl
    chmod +x bin/vgpuctl
    [[ "$example" != *'| source' ]] || example=${example% | source}
    run --separate-stderr env PATH="$PWD/bin:$PATH" bash -c "$example"
    echo "$stderr"
    [[ "$status" -ne 4 && "$status" -ne 127 && "$stderr" != *'command line'* ]]
  done <examples
}

@test "help attributes has every attribute that the profile's manual has" {
  sed -n '/^# ATTRIBUTES$/,/^# /s/^\*\([a-z_]*\)\*$/\1/p' "$PROJECT/man/vgpuctl-profile.5.scd" | sort >keys
  vgpuctl help attributes | sed -nE 's/^  ([a-z_]+)( .*)?$/\1/p' | sort | diff keys -
}
