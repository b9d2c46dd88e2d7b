// SPDX-License-Identifier: GPL-2.0
/*
 * GPUIOV, the vendor-specific extended capability by which AMD's GPUs are shared
 * out, as far as it says who has which part of the framebuffer:
 *   A: GPUOpen-LibrariesAndSDKs/MxGPU-Virtualization drv/gim_pci.h, gim_pci_config.c
 *   B: amd/MxGPU-Virtualization libgv/core/hw/AI/mi300/mi300_gpuiov.h
 * Nothing is done with what is written there.
 */
#include <linux/kernel.h>
#include <linux/pci_regs.h>
#include <linux/string.h>

#include "gpuiov.h"

#define VSEC_ID 2

struct gpuiov_layout {
	u16 at, length;
	u16 context, totals;
	u16 first;		/* VF 0's dword: size, and above it offset */
	u16 vfs;
};

static const struct gpuiov_layout layouts[] = {
	[GPUIOV_A] = { 0x400, 0x70, 0x20, 0x24, 0x2c, 16 },
	[GPUIOV_B] = { 0x700, 0xd8, 0x24, 0x28, 0x38, 31 },
};

static void put32(u8 *bytes, int where, u32 value)
{
	memcpy(bytes + where, &value, sizeof(value));
}

u16 gpuiov_at(const struct pf_traits *traits)
{
	return traits->gpuiov ? layouts[traits->gpuiov].at : 0;
}

void gpuiov_put(struct function *f, const struct pf_traits *traits)
{
	const struct gpuiov_layout *layout = &layouts[traits->gpuiov];
	int i;

	if (!traits->gpuiov)
		return;
	put32(f->bytes, layout->at, PCI_EXT_CAP_ID_VNDR | 1 << 16);
	put32(f->bytes, layout->at + 4, VSEC_ID | 1 << 16 | (u32)layout->length << 20);
	put32(f->bytes, layout->at + layout->totals, traits->framebuffer);	/* TOTAL_FB_AVAILABLE, MiB */
	put32(f->writable, layout->at + layout->context, 0xfffffcff);
	put32(f->writable, layout->at + layout->totals, 0xffff0000);
	for (i = 0; i < layout->vfs; ++i)
		put32(f->writable, layout->at + layout->first + 4 * i, ~0u);
}

/* gim_pci_config.c, at the table of what is restored: the offset is written with the size, as a dword. */
bool gpuiov_ignores(const struct pf_traits *traits, int where, int size)
{
	const struct gpuiov_layout *layout = &layouts[traits->gpuiov];
	const int beyond = where - layout->at - layout->first;

	return traits->gpuiov && size < 4 && beyond >= 0 && beyond < 4 * layout->vfs && beyond & 2;
}
