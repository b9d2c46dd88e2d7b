// SPDX-License-Identifier: GPL-2.0
/*
 * The drivers of the contract's cases (tests/contract/support/toy_drivers.hpp has
 * what the simulator makes of them): a module each, because modules come and go
 * in them. Kbuild compiles this file once for each name; what that one does
 * otherwise than a plain driver stands in the table.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "vectors.h"

struct toy {
	const char *module, *driver;
	bool any_id;		/* takes nothing but by driver_override */
	bool no_callback;	/* has no sriov_configure */
	bool late;		/* its attribute comes after its probe */
	int limit;		/* on sriov_totalvfs; 0: none */
	int most;		/* VFs that it makes; 0: as many as asked */
	int vectors;		/* MSI-X, that it deals out to a PF's VFs; 0: it can't */
	int enable_errno, disable_errno, probe_errno;
};

static const struct toy toys[] = {
	{ "simple", "simple" },
	{ "twin", "twin" },
	{ "limited", "limited", .any_id = true, .limit = 4 },
	{ "fewer", "fewer", .any_id = true, .most = 2 },
	{ "refusing", "refusing", .any_id = true, .enable_errno = EPERM },
	{ "clinging", "clinging", .any_id = true, .disable_errno = EBUSY },
	{ "callback_free", "callback-free", .any_id = true, .no_callback = true },
	{ "failing", "failing", .any_id = true, .probe_errno = EIO },
	{ "deferring", "deferring", .any_id = true, .probe_errno = EPROBE_DEFER },
	{ "late", "late", .any_id = true, .late = true },
	{ "vectored", "vectored", .any_id = true, .vectors = 16 },
};

static const struct toy *toy;

struct late_attribute {
	struct delayed_work work;
	struct pci_dev *dev;
};

static ssize_t late_value_show(struct device *dev, struct device_attribute *attribute, char *text)
{
	return sysfs_emit(text, "here\n");
}
static DEVICE_ATTR_RO(late_value);

static void make_late_attribute(struct work_struct *work)
{
	struct late_attribute *late = container_of(work, struct late_attribute, work.work);

	if (device_create_file(&late->dev->dev, &dev_attr_late_value))
		pci_warn(late->dev, "the late attribute could not be made\n");
}

static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	struct late_attribute *late;

	if (toy->probe_errno)
		return -toy->probe_errno;
	if (toy->limit && pci_sriov_set_totalvfs(dev, toy->limit))
		pci_warn(dev, "its total stays\n");
	if (toy->late && !dev->is_virtfn) {
		late = devm_kzalloc(&dev->dev, sizeof(*late), GFP_KERNEL);
		if (!late)
			return -ENOMEM;
		late->dev = dev;
		INIT_DELAYED_WORK(&late->work, make_late_attribute);
		pci_set_drvdata(dev, late);
		schedule_delayed_work(&late->work, msecs_to_jiffies(500));
	}
	return 0;
}

static void leave(struct pci_dev *dev)
{
	struct late_attribute *late = pci_get_drvdata(dev);

	if (late) {
		cancel_delayed_work_sync(&late->work);
		device_remove_file(&dev->dev, &dev_attr_late_value);
	}
	pci_disable_sriov(dev);
}

static int configure(struct pci_dev *dev, int count)
{
	int error;

	if (count == 0) {
		if (!toy->disable_errno)
			pci_disable_sriov(dev);
		return -toy->disable_errno;
	}
	if (toy->enable_errno)
		return -toy->enable_errno;
	if (toy->most)
		count = min(count, toy->most);
	error = pci_enable_sriov(dev, count);
	return error ? error : count;
}

static u32 total_vectors(struct pci_dev *dev)
{
	return toy->vectors;
}

static int set_vectors(struct pci_dev *dev, int vectors)
{
	return set_vf_vectors(dev, vectors, toy->vectors);
}

/* The PF and the VF of the simulator's plain GPU (libvfmgr/models/plain.toml). */
static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(0x1234, 0x0d00) },
	{ PCI_DEVICE(0x1234, 0x0d01) },
	{}
};

static struct pci_driver driver = {
	.probe = probe,
	.remove = leave,
};

static int __init toy_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(toys) && !toy; ++i)
		if (!strcmp(toys[i].module, KBUILD_MODNAME))
			toy = &toys[i];
	if (!toy)
		return -ENOENT;
	driver.name = toy->driver;
	driver.id_table = toy->any_id ? NULL : ids;
	driver.sriov_configure = toy->no_callback ? NULL : configure;
	if (toy->vectors) {
		driver.sriov_get_vf_total_msix = total_vectors;
		driver.sriov_set_msix_vec_count = set_vectors;
	}
	return pci_register_driver(&driver);
}

static void __exit toy_exit(void)
{
	pci_unregister_driver(&driver);
}

module_init(toy_init);
module_exit(toy_exit);
MODULE_DESCRIPTION("A PCI driver of the contract's cases");
MODULE_LICENSE("GPL");
