/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VFBRIDGE_LAYOUT_H
#define VFBRIDGE_LAYOUT_H

#include <linux/types.h>

#include "function.h"

#define MOST_PFS 16
#define MOST_BRIDGES 8

struct bridge_traits {
	int domain, node;
	int bus, buses;		/* the first bus number, and how many there are */
	int port_buses;		/* that firmware gave each port; 0: the kernel gives them */
	u64 window;		/* bytes of memory for BARs */
	int count;		/* of the PFs */
	struct pf_traits pfs[MOST_PFS];
};

/*
 * Reads "BRIDGE;PF;PF|BRIDGE;PF": each a list of NAME=NUMBER by commas, sizes
 * with k, m or g. Every name has a default; `text` is cut up. How many bridges,
 * or -EINVAL with the token in the log.
 */
int read_layout(char *text, struct bridge_traits *bridges);

#endif
