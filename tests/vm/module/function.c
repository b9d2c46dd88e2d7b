// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration space of root ports, PFs and VFs. Where the capabilities lie is
 * this module's choice; what is in them is the PCI Express Base Specification's,
 * by the names of include/uapi/linux/pci_regs.h.
 */
#include <linux/log2.h>
#include <linux/pci.h>
#include <linux/pci_regs.h>
#include <linux/string.h>

#include "function.h"
#include "gpuiov.h"

#define EXP_AT 0x40		/* PCI Express capability */
#define VENDOR_AT 0x80		/* of a PF; a VF has MSI-X there */
#define MSIX_AT 0x80
#define ARI_AT 0x100		/* of a PF; a root port has ACS there */
#define ACS_AT 0x100
#define SRIOV_AT 0x160

static u32 get(const struct function *f, int where, int size)
{
	u32 value = 0;

	memcpy(&value, f->bytes + where, size);	/* little endian, as x86 */
	return value;
}

static void put(struct function *f, int where, int size, u32 value)
{
	memcpy(f->bytes + where, &value, size);
}

static void may_write(struct function *f, int where, int size, u32 bits)
{
	memcpy(f->writable + where, &bits, size);
}

/* A 64-bit prefetchable BAR: its address bits can be written, which is how the kernel sizes it. */
static void put_bar(struct function *f, int where, u64 size)
{
	const u64 address = ~(size - 1);

	put(f, where, 4, PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH);
	may_write(f, where, 4, lower_32_bits(address));
	may_write(f, where + 4, 4, upper_32_bits(address));
}

static void put_express(struct function *f, int type)
{
	put(f, PCI_STATUS, 2, PCI_STATUS_CAP_LIST);
	put(f, PCI_CAPABILITY_LIST, 1, EXP_AT);
	put(f, EXP_AT + PCI_CAP_LIST_ID, 1, PCI_CAP_ID_EXP);
	put(f, EXP_AT + PCI_EXP_FLAGS, 2, 2 | type << 4);
	put(f, EXP_AT + PCI_EXP_DEVCAP, 4, PCI_EXP_DEVCAP_RBER);
	may_write(f, EXP_AT + PCI_EXP_DEVCTL, 2, 0xffff);
	put(f, EXP_AT + PCI_EXP_LNKCAP, 4, PCI_EXP_LNKCAP_SLS_2_5GB | 1 << 4);
	put(f, EXP_AT + PCI_EXP_LNKSTA, 2, PCI_EXP_LNKSTA_CLS_2_5GB | 1 << 4);
}

void function_is_root_port(struct function *f, u16 slot, const struct pf_traits *below)
{
	put(f, PCI_VENDOR_ID, 2, PCI_VENDOR_ID_REDHAT);
	put(f, PCI_DEVICE_ID, 2, 0x000c);	/* QEMU's root port: no driver minds */
	put(f, PCI_CLASS_REVISION, 4, (u32)PCI_CLASS_BRIDGE_PCI_NORMAL << 8);
	put(f, PCI_HEADER_TYPE, 1, PCI_HEADER_TYPE_BRIDGE);
	may_write(f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	may_write(f, PCI_PRIMARY_BUS, 4, 0x00ffffff);
	may_write(f, PCI_MEMORY_BASE, 4, 0xfff0fff0);
	put(f, PCI_PREF_MEMORY_BASE, 4, PCI_PREF_RANGE_TYPE_64 | PCI_PREF_RANGE_TYPE_64 << 16);
	may_write(f, PCI_PREF_MEMORY_BASE, 4, 0xfff0fff0);
	may_write(f, PCI_PREF_BASE_UPPER32, 4, ~0u);
	may_write(f, PCI_PREF_LIMIT_UPPER32, 4, ~0u);
	put_express(f, PCI_EXP_TYPE_ROOT_PORT);
	put(f, EXP_AT + PCI_EXP_SLTCAP, 4, (u32)slot << 19);
	if (below->ari) {
		put(f, EXP_AT + PCI_EXP_DEVCAP2, 4, PCI_EXP_DEVCAP2_ARI);
		may_write(f, EXP_AT + PCI_EXP_DEVCTL2, 2, PCI_EXP_DEVCTL2_ARI);
	}
	if (!below->acs)
		return;
	/* With ACS each VF has an IOMMU group of its own. */
	put(f, ACS_AT, 4, PCI_EXT_CAP_ID_ACS | 1 << 16);
	put(f, ACS_AT + PCI_ACS_CAP, 2, PCI_ACS_SV | PCI_ACS_TB | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF);
	may_write(f, ACS_AT + PCI_ACS_CTRL, 2, PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF);
}

void function_leads_to(struct function *f, u8 primary, u8 secondary, u8 subordinate)
{
	put(f, PCI_PRIMARY_BUS, 1, primary);
	put(f, PCI_SECONDARY_BUS, 1, secondary);
	put(f, PCI_SUBORDINATE_BUS, 1, subordinate);
}

void function_is_pf(struct function *f, const struct pf_traits *traits)
{
	memset(f, 0, sizeof(*f));
	put(f, PCI_VENDOR_ID, 2, traits->vendor);
	put(f, PCI_DEVICE_ID, 2, traits->device);
	put(f, PCI_SUBSYSTEM_VENDOR_ID, 2, traits->vendor);
	put(f, PCI_CLASS_REVISION, 4, traits->class << 8);
	may_write(f, PCI_COMMAND, 2, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE);
	put_bar(f, PCI_BASE_ADDRESS_0, traits->bar);
	put_express(f, PCI_EXP_TYPE_ENDPOINT);
	put(f, EXP_AT + PCI_EXP_DEVCAP, 4, PCI_EXP_DEVCAP_RBER | PCI_EXP_DEVCAP_FLR);
	put(f, EXP_AT + PCI_CAP_LIST_NEXT, 1, VENDOR_AT);
	put(f, VENDOR_AT + PCI_CAP_LIST_ID, 1, PCI_CAP_ID_VNDR);
	put(f, VENDOR_AT + PCI_CAP_FLAGS, 1, VENDOR_EACH + 4);
	may_write(f, VENDOR_AT + VENDOR_ASK, 4, ~0u);
	put(f, VENDOR_AT + VENDOR_EACH, 2, traits->vectors);

	put(f, ARI_AT, 4, PCI_EXT_CAP_ID_ARI | 1 << 16 | SRIOV_AT << 20);
	put(f, SRIOV_AT, 4, PCI_EXT_CAP_ID_SRIOV | 1 << 16 | (u32)gpuiov_at(traits) << 20);
	may_write(f, SRIOV_AT + PCI_SRIOV_CTRL, 2,
		  PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE | PCI_SRIOV_CTRL_ARI);
	put(f, SRIOV_AT + PCI_SRIOV_INITIAL_VF, 2, traits->initial_vfs);
	put(f, SRIOV_AT + PCI_SRIOV_TOTAL_VF, 2, traits->total_vfs);
	may_write(f, SRIOV_AT + PCI_SRIOV_NUM_VF, 2, 0xffff);
	put(f, SRIOV_AT + PCI_SRIOV_VF_DID, 2, traits->vf_device);
	put(f, SRIOV_AT + PCI_SRIOV_SUP_PGSIZE, 4, 0x553);
	put(f, SRIOV_AT + PCI_SRIOV_SYS_PGSIZE, 4, 1);
	may_write(f, SRIOV_AT + PCI_SRIOV_SYS_PGSIZE, 4, 0x553);
	put_bar(f, SRIOV_AT + PCI_SRIOV_BAR, traits->vf_bar);
	gpuiov_put(f, traits);
}

void function_is_vf(struct function *f, const struct pf_traits *traits)
{
	memset(f, 0, sizeof(*f));
	/* SR-IOV 1.1, 3.4.1.1 and 3.4.1.2: a VF's ids read all ones; its PF's capability has them. */
	put(f, PCI_VENDOR_ID, 4, ~0u);
	put(f, PCI_CLASS_REVISION, 4, traits->class << 8);
	put(f, PCI_SUBSYSTEM_VENDOR_ID, 2, traits->vendor);
	put(f, PCI_HEADER_TYPE, 1, traits->vf_header);
	may_write(f, PCI_COMMAND, 2, PCI_COMMAND_MASTER);
	put_express(f, PCI_EXP_TYPE_ENDPOINT);
	put(f, EXP_AT + PCI_EXP_DEVCAP, 4, PCI_EXP_DEVCAP_RBER | PCI_EXP_DEVCAP_FLR);
	if (!traits->vectors)
		return;
	/* The table at the start of BAR 0, the pending bits in its second half. */
	put(f, EXP_AT + PCI_CAP_LIST_NEXT, 1, MSIX_AT);
	put(f, MSIX_AT + PCI_CAP_LIST_ID, 1, PCI_CAP_ID_MSIX);
	may_write(f, MSIX_AT + PCI_MSIX_FLAGS, 2, PCI_MSIX_FLAGS_ENABLE | PCI_MSIX_FLAGS_MASKALL);
	put(f, MSIX_AT + PCI_MSIX_PBA, 4, traits->vf_bar / 2);
	function_set_vectors(f, traits->vectors);
}

void function_has_vfs_on(struct function *f, u16 vfs)
{
	put(f, SRIOV_AT + PCI_SRIOV_NUM_VF, 2, vfs);
	put(f, SRIOV_AT + PCI_SRIOV_CTRL, 2, PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE);
}

void function_set_vectors(struct function *f, u16 vectors)
{
	const u32 control = get(f, MSIX_AT + PCI_MSIX_FLAGS, 2);

	if (get(f, MSIX_AT + PCI_CAP_LIST_ID, 1) == PCI_CAP_ID_MSIX)
		put(f, MSIX_AT + PCI_MSIX_FLAGS, 2,
		    (control & ~PCI_MSIX_FLAGS_QSIZE) | (vectors - 1));
}

void function_reset_vf(struct function *f, const struct pf_traits *traits)
{
	const u16 vectors = (get(f, MSIX_AT + PCI_MSIX_FLAGS, 2) & PCI_MSIX_FLAGS_QSIZE) + 1;

	function_is_vf(f, traits);
	function_set_vectors(f, vectors);
}

bool function_vectors_asked(struct function *f, u16 *vf, u16 *vectors)
{
	const u32 asked = get(f, VENDOR_AT + VENDOR_ASK, 4);

	put(f, VENDOR_AT + VENDOR_ASK, 4, 0);
	*vf = (asked >> 16) - 1;
	*vectors = asked & 0xffff;
	return asked >> 16 && *vectors;
}

u32 function_read(const struct function *f, const struct pf_traits *traits, int where, int size)
{
	if (traits && where == SRIOV_AT + PCI_SRIOV_VF_OFFSET && size == 2)
		return function_offset(f, traits);
	if (traits && where == SRIOV_AT + PCI_SRIOV_VF_STRIDE && size == 2)
		return function_stride(f, traits);
	return get(f, where, size);
}

void function_write(struct function *f, int where, int size, u32 value)
{
	const u32 old = get(f, where, size);
	u32 mask = 0;

	memcpy(&mask, f->writable + where, size);
	put(f, where, size, (old & ~mask) | (value & mask));
}

bool function_vfs_enabled(const struct function *f)
{
	return get(f, SRIOV_AT + PCI_SRIOV_CTRL, 2) & PCI_SRIOV_CTRL_VFE;
}

void function_drop_vfs(struct function *f)
{
	put(f, SRIOV_AT + PCI_SRIOV_CTRL, 2,
	    get(f, SRIOV_AT + PCI_SRIOV_CTRL, 2) & ~PCI_SRIOV_CTRL_VFE);
}

u16 function_num_vfs(const struct function *f)
{
	return get(f, SRIOV_AT + PCI_SRIOV_NUM_VF, 2);
}

static bool with_ari(const struct function *f)
{
	return get(f, SRIOV_AT + PCI_SRIOV_CTRL, 2) & PCI_SRIOV_CTRL_ARI;
}

u16 function_offset(const struct function *f, const struct pf_traits *traits)
{
	return with_ari(f) ? traits->offset : traits->plain_offset;
}

u16 function_stride(const struct function *f, const struct pf_traits *traits)
{
	return with_ari(f) ? traits->stride : traits->plain_stride;
}

u8 function_secondary(const struct function *f)
{
	return get(f, PCI_SECONDARY_BUS, 1);
}

bool function_reset_asked(struct function *f)
{
	const u32 control = get(f, EXP_AT + PCI_EXP_DEVCTL, 2);

	if (!(control & PCI_EXP_DEVCTL_BCR_FLR))
		return false;
	put(f, EXP_AT + PCI_EXP_DEVCTL, 2, control & ~PCI_EXP_DEVCTL_BCR_FLR);
	return true;
}
