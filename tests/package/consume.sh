#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs a build into an empty folder, builds a program against it by find_package and by pkg-config, runs both.
#   consume.sh BUILD
set -euo pipefail
build=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
prefix=$folder/moved

cmake --install "$build" --prefix "$folder/prefix" >/dev/null
# An installed tree may be moved: nothing in it names where it was.
mv "$folder/prefix" "$prefix"
pc=$(find "$prefix" -name vfmgr.pc)
lib=$(dirname "$(find "$prefix" -name libvfmgr.so)")

echo "-- only vfmgr's own names are exported"
nm -DC --defined-only "$lib/libvfmgr.so" | cut -d' ' -f3- >"$folder/names"
if grep -vE '^((typeinfo|vtable|typeinfo name|guard variable|non-virtual thunk to) (for )?)?(vfmgr::|[A-Za-z].* vfmgr::)' \
  "$folder/names"; then
  echo "exported, and no part of include/vfmgr"
  exit 1
fi
grep -q 'vfmgr::Manager::apply' "$folder/names" || { echo "Manager is not exported"; exit 1; }

echo "-- every header is one that the consumer includes"
(cd "$prefix/include" && find vfmgr -name '*.hpp' | sort) >"$folder/installed"
grep -o 'vfmgr/[a-z_]*\.hpp' "$here/consumer/main.cpp" | sort -u | diff "$folder/installed" -

echo "-- find_package"
cmake -S "$here/consumer" -B "$folder/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" >/dev/null
cmake --build "$folder/build" >/dev/null
"$folder/build/consumer" "$folder/no.vfhost"

echo "-- pkg-config"
export PKG_CONFIG_PATH=${pc%/*}
read -ra flags <<<"$(pkg-config --cflags --libs vfmgr)"
c++ -o "$folder/consumer" "$here/consumer/main.cpp" "${flags[@]}"
LD_LIBRARY_PATH=$lib "$folder/consumer" "$folder/no.vfhost"

echo "-- the program in vfmgr(3) compiles, and does what the page says"
sed -n '/^# EXAMPLE$/,/^# ERRORS$/p' "$here/../../man/vfmgr.3.scd" | awk '/^```$/ { part++; next } part == 1' >"$folder/cut.cpp"
(
  cd "$folder"
  c++ -Wall -Wextra -Wpedantic -Werror -o cut cut.cpp "${flags[@]}"
  "$prefix/bin/vgpuctl" sim create lab.vfhost --gpu intel-b60 -q
  printf 'schema = 1\n[[gpu]]\nmatch = { vendor = "intel" }\nvfs = 2\n' >lab.toml
  export LD_LIBRARY_PATH=$lib
  ./cut lab.vfhost lab.toml | tee said
  grep -qE '^0000:03:00.0: [1-9][0-9]* steps$' said
  grep -qx '0000:03:00.0: applied' said
  "$prefix/bin/vgpuctl" --sim lab.vfhost list | grep -q '2 of 24'
  "$prefix/bin/vgpuctl" --sim lab.vfhost history | grep -q 'the example'
  ./cut lab.vfhost lab.toml | grep -qx '0000:03:00.0: unchanged'
  # Faults are values, told and counted as the page says.
  echo 'schema = 2' >wrong.toml
  code=0
  ./cut lab.vfhost wrong.toml 2>said || code=$?
  [[ $code == 4 ]]
  grep -q 'schema' said
  code=0
  ./cut no.vfhost lab.toml 2>said || code=$?
  [[ $code != 0 ]]
  grep -q 'no.vfhost' said
)

echo "-- profiles, schemas and manual pages"
ls "$prefix"/share/vgpuctl/profiles/*.toml
ls "$prefix"/share/vgpuctl/schema/*.json
if command -v scdoc >/dev/null; then
  ls "$prefix/share/man/man8/vgpuctl.8" "$prefix/share/man/man5/vgpuctl-profile.5" "$prefix/share/man/man3/vfmgr.3"
fi

echo "-- completion, as the program prints it"
"$prefix/bin/vgpuctl" completion bash | diff - "$prefix/share/bash-completion/completions/vgpuctl"
"$prefix/bin/vgpuctl" completion zsh | diff - "$prefix/share/zsh/vendor-completions/_vgpuctl"
"$prefix/bin/vgpuctl" completion fish | diff - "$prefix/share/fish/vendor_completions.d/vgpuctl.fish"

echo "-- the installed program"
"$prefix/bin/vgpuctl" --version
