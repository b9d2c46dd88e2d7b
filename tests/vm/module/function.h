/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VFBRIDGE_FUNCTION_H
#define VFBRIDGE_FUNCTION_H

#include <linux/types.h>

/*
 * The configuration space of one function: its bytes, and which of their bits a
 * write changes. Registers whose value depends on others are worked out when
 * they are read (function_read).
 */
struct function {
	u8 bytes[4096];
	u8 writable[4096];
};

/* What a PF is made as; everything a test may want different. */
struct pf_traits {
	u16 vendor, device, vf_device;
	u32 class;		/* 24 bits: class, subclass, interface */
	u16 total_vfs;
	u16 initial_vfs;	/* other than total_vfs: the kernel refuses it */
	u16 offset, stride;	/* with ARI; without it see below */
	u16 plain_offset, plain_stride;
	u64 bar;		/* bytes of BAR 0, a power of two */
	u64 vf_bar;		/* bytes of a VF's BAR 0 */
	u8 vf_header;		/* header type of VFs; what no kernel knows: none can be made */
	bool ari;
	bool acs;	/* of the root port above: what is below it is isolated */
	u16 left_on;		/* VFs that firmware has left on */
	u16 vectors;		/* of a VF's MSI-X table, unasked; 0: it has none */
	u8 gpuiov;		/* AMD's capability, in which layout: gpuiov.h; 0: none */
	u16 framebuffer;	/* that it tells of, in MiB */
};

void function_is_root_port(struct function *f, u16 slot, const struct pf_traits *below);
/* As firmware leaves a bridge: the kernel keeps to it. */
void function_leads_to(struct function *f, u8 primary, u8 secondary, u8 subordinate);
void function_is_pf(struct function *f, const struct pf_traits *traits);
void function_is_vf(struct function *f, const struct pf_traits *traits);

/* As firmware may leave a PF: with so many VFs on. sriov_init() turns them off. */
void function_has_vfs_on(struct function *f, u16 vfs);

/* A VF's function-level reset: its MSI-X table stays as long as it was. */
void function_reset_vf(struct function *f, const struct pf_traits *traits);
void function_set_vectors(struct function *f, u16 vectors);
/*
 * Of a PF: whether its driver has asked, since the last question, for an MSI-X
 * table of a VF. It does so in the PF's vendor-specific capability: at
 * VENDOR_ASK the VF's index + 1 above 16 bits of the size; VENDOR_EACH tells
 * what a VF has unasked.
 */
#define VENDOR_ASK 4
#define VENDOR_EACH 8
bool function_vectors_asked(struct function *f, u16 *vf, u16 *vectors);

u32 function_read(const struct function *f, const struct pf_traits *traits, int where, int size);
void function_write(struct function *f, int where, int size, u32 value);

/* Of a PF: its SR-IOV control, as it stands. */
bool function_vfs_enabled(const struct function *f);
/* VF Enable does not stick. */
void function_drop_vfs(struct function *f);
u16 function_num_vfs(const struct function *f);
u16 function_offset(const struct function *f, const struct pf_traits *traits);
u16 function_stride(const struct function *f, const struct pf_traits *traits);
/* Of a root port: the bus below it; 0 where nobody has given it one yet. */
u8 function_secondary(const struct function *f);
/* Whether a function-level reset was asked for since the last question. */
bool function_reset_asked(struct function *f);

#endif
