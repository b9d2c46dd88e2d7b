#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# codespell finds no misspelling below ROOT (default: the project); .codespellrc says what it passes over.
#   spelling.sh [ROOT] | spelling.sh --self-test
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

check() { (cd "$1" && codespell --config "$home/.codespellrc" .); }

if [[ "${1-}" == --self-test ]]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  printf 'the rec%sved value\n' ie >"$folder/bad.md"
  if check "$folder" >/dev/null; then
    echo "a misspelling was not found"
    exit 1
  fi
  printf 'the received value\n' >"$folder/bad.md"
  check "$folder"
  echo "the planted fault is found, the good example passes"
else
  check "${1:-$home}"
fi
