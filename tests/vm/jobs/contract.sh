# SPDX-License-Identifier: Apache-2.0
# What the contract's cases say of the kernel (tests/contract) is asked of the kernel: each on bridges and drivers made for it.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
expect 0 contract --guest /contract
printf '%s\n' "$out"
# Cases have VMs that writes wait for.
kernel_may_say='No device request channel registered, blocked until released by user'
done_with_it
