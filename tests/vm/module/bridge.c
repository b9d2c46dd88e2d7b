// SPDX-License-Identifier: GPL-2.0
/*
 * PCI host bridges without hardware: root ports, and below each a PF with a real
 * SR-IOV capability. The kernel's own PCI core finds them, gives them addresses
 * and makes their VFs, as it would on a machine. Behind the BARs there is
 * nothing. For tests in a virtual machine only.
 *
 *   insmod vfbridge.ko layout='bus=0x40,buses=8;vendor=0x10de,vfs=16;ari=0'
 *   echo '0 gone 1' > /sys/module/vfbridge/parameters/knob
 */
#include <linux/ioport.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "function.h"
#include "gpuiov.h"
#include "layout.h"

struct pf {
	struct pf_traits *traits;
	struct function port, self;
	struct function *vfs;
	bool gone;	/* fell off the bus: all reads are ones */
	bool stuck;	/* VF Enable does not stick */
};

struct bridge {
	struct pci_sysdata sysdata;
	struct bridge_traits traits;
	struct resource window, buses;
	struct pci_bus *root;
	struct pf *pfs;
};

static char *layout = ";";
module_param(layout, charp, 0444);
MODULE_PARM_DESC(layout, "bridges and PFs, see layout.h");

static int turned_off;
module_param(turned_off, int, 0444);
MODULE_PARM_DESC(turned_off, "how often a PF's VF Enable was cleared");

static struct bridge *bridges;
static int bridge_count;
/* x86 reads configuration space without a lock of its own (CONFIG_PCI_LOCKLESS_CONFIG). */
static DEFINE_RAW_SPINLOCK(config_lock);

static struct function *find_vf(struct pf *pf, int routing_id)
{
	const int first = (function_secondary(&pf->port) << 8) + function_offset(&pf->self, pf->traits);
	const int stride = max_t(int, function_stride(&pf->self, pf->traits), 1);
	const int beyond = routing_id - first;

	if (!function_vfs_enabled(&pf->self) || beyond < 0 || beyond % stride)
		return NULL;
	if (beyond / stride >= min(function_num_vfs(&pf->self), pf->traits->total_vfs))
		return NULL;
	return &pf->vfs[beyond / stride];
}

/* Who answers at an address; `of` is the PF that it belongs to, of a root port none. */
static struct function *find(struct pci_bus *bus, unsigned int devfn, struct pf **of)
{
	struct bridge *bridge = container_of(bus->sysdata, struct bridge, sysdata);
	const int routing_id = bus->number << 8 | devfn;
	int i;

	*of = NULL;
	if (bus->number == bridge->traits.bus) {
		if (PCI_FUNC(devfn) || PCI_SLOT(devfn) >= bridge->traits.count)
			return NULL;
		return &bridge->pfs[PCI_SLOT(devfn)].port;
	}
	for (i = 0; i < bridge->traits.count; ++i) {
		struct pf *pf = &bridge->pfs[i];
		struct function *found;

		if (!function_secondary(&pf->port) || pf->gone)
			continue;
		found = routing_id == function_secondary(&pf->port) << 8 ? &pf->self
									 : find_vf(pf, routing_id);
		if (found) {
			*of = pf;
			return found;
		}
	}
	return NULL;
}

static int bridge_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *value)
{
	struct function *function;
	unsigned long flags;
	struct pf *pf;

	raw_spin_lock_irqsave(&config_lock, flags);
	function = find(bus, devfn, &pf);
	if (function)
		*value = function_read(function, pf && function == &pf->self ? pf->traits : NULL, where, size);
	else
		*value = ~0u;
	raw_spin_unlock_irqrestore(&config_lock, flags);
	return function ? PCIBIOS_SUCCESSFUL : PCIBIOS_DEVICE_NOT_FOUND;
}

static void make_vfs(struct pf *pf)
{
	int i;

	for (i = 0; i < pf->traits->total_vfs; ++i)
		function_is_vf(&pf->vfs[i], pf->traits);
}

static void pf_written(struct pf *pf, bool had_vfs)
{
	u16 vf, vectors;

	if (function_reset_asked(&pf->self))
		function_is_pf(&pf->self, pf->traits);
	if (function_vectors_asked(&pf->self, &vf, &vectors) && vf < pf->traits->total_vfs)
		function_set_vectors(&pf->vfs[vf], vectors);
	if (pf->stuck)
		function_drop_vfs(&pf->self);
	if (!had_vfs && function_vfs_enabled(&pf->self))
		make_vfs(pf);
	if (had_vfs && !function_vfs_enabled(&pf->self))
		++turned_off;
}

static int bridge_write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 value)
{
	struct function *function;
	unsigned long flags;
	struct pf *pf;

	raw_spin_lock_irqsave(&config_lock, flags);
	function = find(bus, devfn, &pf);
	if (function) {
		const bool had_vfs = pf && function_vfs_enabled(&pf->self);

		if (!pf || function != &pf->self || !gpuiov_ignores(pf->traits, where, size))
			function_write(function, where, size, value);
		if (pf && function == &pf->self)
			pf_written(pf, had_vfs);
		else if (pf && function_reset_asked(function))
			function_reset_vf(function, pf->traits);
	}
	raw_spin_unlock_irqrestore(&config_lock, flags);
	return function ? PCIBIOS_SUCCESSFUL : PCIBIOS_DEVICE_NOT_FOUND;
}

static struct pci_ops bridge_ops = { .read = bridge_read, .write = bridge_write };

/* "PF NAME 0|1": the PFs of all bridges are counted from 0. */
static int turn_knob(const char *text, const struct kernel_param *param)
{
	unsigned int index, on;
	char name[16];
	int i;

	if (sscanf(text, "%u %15s %u", &index, name, &on) != 3 || on > 1)
		return -EINVAL;
	for (i = 0; i < bridge_count && index >= bridges[i].traits.count; ++i)
		index -= bridges[i].traits.count;
	if (i == bridge_count)
		return -ENODEV;
	if (!strcmp(name, "gone"))
		bridges[i].pfs[index].gone = on;
	else if (!strcmp(name, "stuck"))
		bridges[i].pfs[index].stuck = on;
	else
		return -EINVAL;
	return 0;
}

static const struct kernel_param_ops knob_ops = { .set = turn_knob };
module_param_cb(knob, &knob_ops, NULL, 0200);
MODULE_PARM_DESC(knob, "PF gone|stuck 0|1");

static int make_functions(struct bridge *bridge)
{
	int i;

	bridge->pfs = kvcalloc(max(bridge->traits.count, 1), sizeof(*bridge->pfs), GFP_KERNEL);
	if (!bridge->pfs)
		return -ENOMEM;
	for (i = 0; i < bridge->traits.count; ++i) {
		struct pf *pf = &bridge->pfs[i];

		pf->traits = &bridge->traits.pfs[i];
		function_is_root_port(&pf->port, i, pf->traits);
		if (bridge->traits.port_buses) {
			const int first = bridge->traits.bus + 1 + i * bridge->traits.port_buses;

			function_leads_to(&pf->port, bridge->traits.bus, first,
					  first + bridge->traits.port_buses - 1);
		}
		function_is_pf(&pf->self, pf->traits);
		pf->vfs = kvcalloc(pf->traits->total_vfs, sizeof(*pf->vfs), GFP_KERNEL);
		if (!pf->vfs)
			return -ENOMEM;
		if (pf->traits->left_on) {
			function_has_vfs_on(&pf->self, pf->traits->left_on);
			make_vfs(pf);
		}
	}
	return 0;
}

static int add_bridge(struct bridge *bridge)
{
	LIST_HEAD(resources);
	int error = make_functions(bridge);

	if (error)
		return error;
	bridge->sysdata.domain = bridge->traits.domain;
	bridge->sysdata.node = bridge->traits.node;
	bridge->window = (struct resource){
		.name = "vfbridge window",
		.flags = IORESOURCE_MEM | IORESOURCE_MEM_64 | IORESOURCE_PREFETCH,
	};
	/* Above what firmware uses and below what the smallest emulated CPU can address. */
	error = allocate_resource(&iomem_resource, &bridge->window, bridge->traits.window,
				  1ull << 36, (1ull << 39) - 1, 1 << 21, NULL, NULL);
	if (error)
		return error;
	bridge->buses = (struct resource){
		.name = "vfbridge buses",
		.start = bridge->traits.bus,
		.end = bridge->traits.bus + bridge->traits.buses - 1,
		.flags = IORESOURCE_BUS,
	};
	pci_add_resource(&resources, &bridge->window);
	pci_add_resource(&resources, &bridge->buses);

	pci_lock_rescan_remove();
	bridge->root = pci_create_root_bus(NULL, bridge->traits.bus, &bridge_ops, &bridge->sysdata,
					   &resources);
	if (bridge->root) {
		pci_scan_child_bus(bridge->root);
		pci_assign_unassigned_bus_resources(bridge->root);
		pci_bus_add_devices(bridge->root);
	} else {
		pci_free_resource_list(&resources);
		error = -EBUSY;
	}
	pci_unlock_rescan_remove();
	return error;
}

static void remove_all(void)
{
	int i, k;

	for (i = 0; i < bridge_count; ++i) {
		struct bridge *bridge = &bridges[i];

		pci_lock_rescan_remove();
		if (bridge->root) {
			pci_stop_root_bus(bridge->root);
			pci_remove_root_bus(bridge->root);
		}
		pci_unlock_rescan_remove();
		if (bridge->window.parent)
			release_resource(&bridge->window);
		for (k = 0; bridge->pfs && k < bridge->traits.count; ++k)
			kvfree(bridge->pfs[k].vfs);
		kvfree(bridge->pfs);
	}
	kfree(bridges);
}

static int __init vfbridge_init(void)
{
	struct bridge_traits *traits = kcalloc(MOST_BRIDGES, sizeof(*traits), GFP_KERNEL);
	char *text = kstrdup(layout, GFP_KERNEL);
	int error = -ENOMEM;
	int i;

	if (traits && text)
		error = read_layout(text, traits);
	if (error > 0) {
		bridge_count = error;
		bridges = kcalloc(bridge_count, sizeof(*bridges), GFP_KERNEL);
		error = bridges ? 0 : -ENOMEM;
		for (i = 0; !error && i < bridge_count; ++i) {
			bridges[i].traits = traits[i];
			error = add_bridge(&bridges[i]);
		}
		if (error && bridges)
			remove_all();
	}
	kfree(traits);
	kfree(text);
	return error;
}

static void __exit vfbridge_exit(void)
{
	remove_all();
}

module_init(vfbridge_init);
module_exit(vfbridge_exit);
MODULE_DESCRIPTION("PCI host bridges without hardware, with PFs that have SR-IOV");
MODULE_LICENSE("GPL");
