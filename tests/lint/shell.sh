#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every shell script below ROOT (default: the project) passes shellcheck, stops at errors and can be run. A *.sh that names
# no interpreter is read by another script: it passes shellcheck.
#   shell.sh [ROOT] | shell.sh --self-test
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

check() {
  local script status=0
  while IFS= read -r script; do
    shellcheck -x "$script" || status=1
    head -1 "$script" | grep -q '^#!' || continue
    grep -q '^set -euo pipefail$' "$script" || { echo "$script: no 'set -euo pipefail'"; status=1; }
    [[ -x "$script" ]] || { echo "$script: has no run bit"; status=1; }
  done < <({
    grep -rlIE --exclude-dir=build --exclude-dir=.git '^#!.*\b(ba)?sh\b' "$1"
    find "$1" -name build -prune -o -name .git -prune -o -name '*.sh' -print
  } | sort -u)
  return "$status"
}

if [[ "${1-}" == --self-test ]]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  good=$'#!/usr/bin/env bash\nset -euo pipefail\necho "$1"\n'
  plant() { printf '%s' "$2" >"$folder/script" && chmod "$1" "$folder/script"; }
  plant 755 "$good" && check "$folder"
  # shellcheck disable=SC2016
  for bad in '755 echo $1' '755 echo "$1"' '644 set -euo pipefail'; do
    plant "${bad%% *}" $'#!/usr/bin/env bash\n'"${bad#* }"$'\n'
    if check "$folder" >/dev/null; then
      echo "not found: $bad"
      exit 1
    fi
  done
  echo "3 planted faults found, the good example passes"
else
  check "${1:-$home}"
fi
