#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What people do today, as drivers' manuals and forums have it: a loop in the shell.
#   loop.sh VFS GPU...
set -euo pipefail
vfs=$1
shift
for gpu in "$@"; do
  echo 0 >"/sys/bus/pci/devices/$gpu/sriov_drivers_autoprobe"
  echo "$vfs" >"/sys/bus/pci/devices/$gpu/sriov_numvfs"
  for vf in "/sys/bus/pci/devices/$gpu"/virtfn*; do
    address=$(basename "$(readlink "$vf")")
    echo vfio-pci >"/sys/bus/pci/devices/$address/driver_override"
    echo "$address" >/sys/bus/pci/drivers/vfio-pci/bind
  done
done
