/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VFBRIDGE_GPUIOV_H
#define VFBRIDGE_GPUIOV_H

#include <linux/types.h>

#include "function.h"

/* The traits' `gpuiov`: which layout a PF has, or none. */
#define GPUIOV_A 1	/* Tonga, at 0x400 */
#define GPUIOV_B 2	/* Navi32, at 0x700 */

/* Puts the capability into a PF's configuration space, as it comes from reset. */
void gpuiov_put(struct function *f, const struct pf_traits *traits);
/* Where it lies; 0: the PF has none. */
u16 gpuiov_at(const struct pf_traits *traits);
/* Whether the device ignores a write, whatever its bits. */
bool gpuiov_ignores(const struct pf_traits *traits, int where, int size);

#endif
