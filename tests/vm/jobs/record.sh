# SPDX-License-Identifier: Apache-2.0
# For tests/contract/record.py, not for ctest: what each step of the contract's cases comes to here.
# shellcheck shell=bash source-path=SCRIPTDIR source=../guest/lib.sh
. /lib.sh
# Debian's `uname -r` of 6.1 is 6.1.0-56; the point release stands in the version: "… Debian 6.1.192-2 (…)".
version=$(uname -v)
version=${version##*Debian }
printf 'release\t%s\n' "${version%%-*}"
contract --record /contract
