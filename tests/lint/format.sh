#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every C++ file below ROOT (default: the project) is as clang-format-19 lays it out.
#   format.sh [ROOT] | format.sh --self-test
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

check() {
  find "$1" -path "$1/build" -prune -o \( -name '*.cpp' -o -name '*.hpp' \) -print0 |
    xargs -0 --no-run-if-empty clang-format-19 --style="file:$home/.clang-format" --dry-run --Werror
}

if [[ "${1-}" == --self-test ]]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  printf 'int  a( ) {return 1 ;}\n' >"$folder/bad.cpp"
  if check "$folder" 2>/dev/null; then
    echo "a badly laid out file was not found"
    exit 1
  fi
  printf 'int a();\n' >"$folder/bad.cpp"
  check "$folder"
  echo "the planted fault is found, the good example passes"
else
  check "${1:-$home}"
fi
