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

echo "-- profiles, their schema, manual pages"
ls "$prefix"/share/vgpuctl/profiles/*.toml "$prefix/share/vgpuctl/schema/profile.json"
if command -v scdoc >/dev/null; then
  ls "$prefix/share/man/man8/vgpuctl.8" "$prefix/share/man/man5/vgpuctl-profile.5"
fi

echo "-- the installed program"
"$prefix/bin/vgpuctl" --version
