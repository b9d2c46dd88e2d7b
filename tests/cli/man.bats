# SPDX-License-Identifier: Apache-2.0
# The manual says what there is, and only that.
load helper

commands_of() { vgpuctl "$@" --help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'; }

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

# The options that --help names, --help itself left out.
options_by_help() {
  vgpuctl "$@" --help | sed -n '/^Options$/,/^$/p' | sed -n 's/^ *\(-., \)\?\(--[a-z-]*\).*/\2/p' | sort
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
    diff <(options_by_help $command | grep -vx -- --help) <(options_by_manual "## $command")
  done < <(all_commands)
  diff <(options_by_help) <(options_by_manual '# OPTIONS')
}

@test "the manual names no command that there is not" {
  diff <(sed -n 's/^## \(sim [a-z]*\|[a-z]*\).*/\1/p' "$PROJECT/man/vgpuctl.8.scd" | sort) <(all_commands | sort)
  [ "$(all_commands | wc -l)" -ge 14 ]
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

@test "both pages are made without a complaint" {
  for page in vgpuctl.8 vgpuctl-profile.5; do
    scdoc <"$PROJECT/man/$page.scd" >"$page"
    [ -s "$page" ]
    run -0 man --warnings --encoding=UTF-8 --local-file "$page"
  done
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
