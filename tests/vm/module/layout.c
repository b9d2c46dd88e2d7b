// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/pci_regs.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "gpuiov.h"
#include "layout.h"

static const struct bridge_traits plain_bridge = {
	.node = -1, .bus = 0x40, .buses = 8, .window = 4ull << 30,
};

/* The class of a 3D controller; ids that nobody has. */
static const struct pf_traits plain_pf = {
	.vendor = 0x1d0f, .device = 0x8f00, .vf_device = 0x8f01, .class = 0x030200,
	.total_vfs = 8, .initial_vfs = 8, .offset = 1, .stride = 1,
	.plain_offset = 8, .plain_stride = 8,
	.bar = 1 << 20, .vf_bar = 1 << 20, .ari = true, .acs = true, .vectors = 4,
};

static bool bridge_word(struct bridge_traits *bridge, const char *name, u64 value)
{
	if (!strcmp(name, "domain"))
		bridge->domain = value;
	else if (!strcmp(name, "node"))
		bridge->node = value;
	else if (!strcmp(name, "bus"))
		bridge->bus = value;
	else if (!strcmp(name, "buses"))
		bridge->buses = value;
	else if (!strcmp(name, "port-buses"))
		bridge->port_buses = value;
	else if (!strcmp(name, "window"))
		bridge->window = value;
	else
		return false;
	return true;
}

static bool pf_word(struct pf_traits *pf, const char *name, u64 value)
{
	if (!strcmp(name, "vendor"))
		pf->vendor = value;
	else if (!strcmp(name, "device"))
		pf->device = value;
	else if (!strcmp(name, "vf-device"))
		pf->vf_device = value;
	else if (!strcmp(name, "class"))
		pf->class = value;
	else if (!strcmp(name, "vfs"))
		pf->total_vfs = pf->initial_vfs = value;
	else if (!strcmp(name, "initial"))	/* after vfs= */
		pf->initial_vfs = value;
	else if (!strcmp(name, "offset"))
		pf->offset = value;
	else if (!strcmp(name, "stride"))
		pf->stride = value;
	else if (!strcmp(name, "plain-offset"))
		pf->plain_offset = value;
	else if (!strcmp(name, "plain-stride"))
		pf->plain_stride = value;
	else if (!strcmp(name, "bar") && is_power_of_2(value) && value >= 4096)
		pf->bar = value;
	else if (!strcmp(name, "vf-bar") && is_power_of_2(value) && value >= 4096)
		pf->vf_bar = value;
	else if (!strcmp(name, "ari"))
		pf->ari = value;
	else if (!strcmp(name, "vf-header"))
		pf->vf_header = value;
	else if (!strcmp(name, "left-on"))
		pf->left_on = value;
	else if (!strcmp(name, "acs"))
		pf->acs = value;
	else if (!strcmp(name, "vectors") && value <= PCI_MSIX_FLAGS_QSIZE + 1)
		pf->vectors = value;
	else if (!strcmp(name, "gpuiov") && value <= GPUIOV_B)
		pf->gpuiov = value;
	else if (!strcmp(name, "framebuffer") && value <= 0xffff)
		pf->framebuffer = value;
	else
		return false;
	return true;
}

static int read_words(char *part, struct bridge_traits *bridge, struct pf_traits *pf)
{
	char *word;

	while ((word = strsep(&part, ","))) {
		char *value = strchr(word, '=');
		char *end;
		u64 number;

		if (!*word)
			continue;
		if (!value)
			goto bad;
		*value++ = '\0';
		number = memparse(value, &end);
		if (*end || !*value)
			goto bad;
		if (!(pf ? pf_word(pf, word, number) : bridge_word(bridge, word, number)))
			goto bad;
	}
	return 0;
bad:
	pr_err("vfbridge: '%s' is not understood in the layout\n", word);
	return -EINVAL;
}

int read_layout(char *text, struct bridge_traits *bridges)
{
	int count = 0;
	char *whole;

	while ((whole = strsep(&text, "|"))) {
		struct bridge_traits *bridge = &bridges[count];
		char *part = strsep(&whole, ";");

		if (count++ == MOST_BRIDGES)
			return -EINVAL;
		*bridge = plain_bridge;
		if (read_words(part, bridge, NULL))
			return -EINVAL;
		while ((part = strsep(&whole, ";"))) {
			struct pf_traits *pf = &bridge->pfs[bridge->count];

			if (bridge->count++ == MOST_PFS)
				return -EINVAL;
			*pf = plain_pf;
			if (read_words(part, NULL, pf))
				return -EINVAL;
		}
	}
	return count;
}
