// SPDX-License-Identifier: GPL-2.0
/*
 * PCI drivers under any name, that do nothing but make VFs, or refuse to: what
 * the kernel shows of a vendor's driver, without the vendor's rules.
 *
 *   cd /sys/module/vfdrivers/parameters
 *   echo 'plain 1d0f:8f00 sriov' > add      # or without 'sriov', as NVIDIA's; 'sriov msix'
 *   echo 'plain delay 500'       > knob     # see turn() for the names
 *   echo plain                   > remove
 */
#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "vectors.h"

#define MOST_IDS 4

struct named {
	struct list_head list;
	struct pci_driver driver;
	struct pci_device_id ids[MOST_IDS + 1];
	char name[32];
	int enable_errno, disable_errno, probe_errno;
	int fewer;	/* VFs made beside those asked for are left out */
	int delay;	/* milliseconds that each count takes */
	int leave;	/* VFs stay when the driver goes */
	int late;	/* milliseconds from the write's end until there are VFs, as on s390 */
	int vectors;	/* MSI-X, for all VFs of a PF; set where 'msix' was asked for */
};

/* A count that was promised. */
struct promise {
	struct work_struct work;
	struct pci_dev *dev;
	struct device_driver *driver;
	int count, delay;
};

static LIST_HEAD(drivers);
static DEFINE_MUTEX(drivers_lock);
static struct workqueue_struct *promises;

static struct named *named_of(struct pci_dev *dev)
{
	return container_of(to_pci_driver(dev->dev.driver), struct named, driver);
}

static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	struct named *named = container_of(to_pci_driver(dev->dev.driver), struct named, driver);

	return -named->probe_errno;
}

static void leave(struct pci_dev *dev)
{
	if (!named_of(dev)->leave)
		pci_disable_sriov(dev);
}

static void keep_promise(struct work_struct *work)
{
	struct promise *promise = container_of(work, struct promise, work);
	struct device *device = &promise->dev->dev;

	msleep(promise->delay);
	/* As sriov_numvfs_store: who reads the count meanwhile waits for it. */
	device_lock(device);
	if (device->driver == promise->driver)
		pci_enable_sriov(promise->dev, promise->count);
	device_unlock(device);
	pci_dev_put(promise->dev);
	kfree(promise);
}

static int promise_vfs(struct pci_dev *dev, int count, int delay)
{
	struct promise *promise = kzalloc(sizeof(*promise), GFP_KERNEL);

	if (!promise)
		return -ENOMEM;
	INIT_WORK(&promise->work, keep_promise);
	promise->dev = pci_dev_get(dev);
	promise->driver = dev->dev.driver;
	promise->count = count;
	promise->delay = delay;
	queue_work(promises, &promise->work);
	return count;
}

static int configure(struct pci_dev *dev, int count)
{
	struct named *named = named_of(dev);
	int error;

	msleep(named->delay);
	if (count == 0) {
		if (named->disable_errno)
			return -named->disable_errno;
		pci_disable_sriov(dev);
		return 0;
	}
	if (named->enable_errno)
		return -named->enable_errno;
	count = max(count - named->fewer, 1);
	if (named->late)
		return promise_vfs(dev, count, named->late);
	error = pci_enable_sriov(dev, count);
	return error ? error : count;
}

static u32 total_vectors(struct pci_dev *dev)
{
	return named_of(dev)->vectors;
}

static int set_vectors(struct pci_dev *dev, int vectors)
{
	return set_vf_vectors(dev, vectors, named_of(pci_physfn(dev))->vectors);
}

static int read_ids(struct named *named, char *text)
{
	unsigned int vendor, device;
	char *word;
	int i = 0;

	while ((word = strsep(&text, ","))) {
		if (i == MOST_IDS || sscanf(word, "%x:%x", &vendor, &device) != 2)
			return -EINVAL;
		named->ids[i++] = (struct pci_device_id){ PCI_DEVICE(vendor, device) };
	}
	return 0;
}

static int add(const char *text, const struct kernel_param *param)
{
	struct named *named = kzalloc(sizeof(*named), GFP_KERNEL);
	char ids[64], sriov[8] = "", msix[8] = "";
	int words, error;

	if (!named)
		return -ENOMEM;
	words = sscanf(text, "%31s %63s %7s %7s", named->name, ids, sriov, msix);
	error = words < 2 ? -EINVAL : read_ids(named, ids);
	if (!error) {
		named->driver.name = named->name;
		named->driver.id_table = named->ids;
		named->driver.probe = probe;
		named->driver.remove = leave;
		if (!strcmp(sriov, "sriov"))
			named->driver.sriov_configure = configure;
		if (!strcmp(msix, "msix")) {
			named->vectors = 16;
			named->driver.sriov_get_vf_total_msix = total_vectors;
			named->driver.sriov_set_msix_vec_count = set_vectors;
		}
		error = pci_register_driver(&named->driver);
	}
	if (error) {
		kfree(named);
		return error;
	}
	mutex_lock(&drivers_lock);
	list_add(&named->list, &drivers);
	mutex_unlock(&drivers_lock);
	return 0;
}

static struct named *find(const char *name)
{
	struct named *named;

	list_for_each_entry(named, &drivers, list)
		if (!strcmp(named->name, name))
			return named;
	return NULL;
}

static int turn(struct named *named, const char *knob, int value)
{
	if (!strcmp(knob, "enable-errno"))
		named->enable_errno = value;
	else if (!strcmp(knob, "disable-errno"))
		named->disable_errno = value;
	else if (!strcmp(knob, "probe-errno"))
		named->probe_errno = value;
	else if (!strcmp(knob, "fewer"))
		named->fewer = value;
	else if (!strcmp(knob, "delay"))
		named->delay = value;
	else if (!strcmp(knob, "leave"))
		named->leave = value;
	else if (!strcmp(knob, "late"))
		named->late = value;
	else if (!strcmp(knob, "vectors"))
		named->vectors = value;
	else
		return -EINVAL;
	return 0;
}

static int knob(const char *text, const struct kernel_param *param)
{
	char name[32], which[16];
	struct named *named;
	int value, error;

	if (sscanf(text, "%31s %15s %d", name, which, &value) != 3)
		return -EINVAL;
	mutex_lock(&drivers_lock);
	named = find(name);
	error = named ? turn(named, which, value) : -ENODEV;
	mutex_unlock(&drivers_lock);
	return error;
}

static void drop(struct named *named)
{
	list_del(&named->list);
	pci_unregister_driver(&named->driver);
	kfree(named);
}

static int remove(const char *text, const struct kernel_param *param)
{
	struct named *named;
	char name[32];

	if (sscanf(text, "%31s", name) != 1)
		return -EINVAL;
	mutex_lock(&drivers_lock);
	named = find(name);
	if (named)
		drop(named);
	mutex_unlock(&drivers_lock);
	return named ? 0 : -ENODEV;
}

static const struct kernel_param_ops add_ops = { .set = add };
static const struct kernel_param_ops knob_ops = { .set = knob };
static const struct kernel_param_ops remove_ops = { .set = remove };
module_param_cb(add, &add_ops, NULL, 0200);
module_param_cb(knob, &knob_ops, NULL, 0200);
module_param_cb(remove, &remove_ops, NULL, 0200);
MODULE_PARM_DESC(add, "NAME VENDOR:DEVICE[,...] [sriov [msix]]");
MODULE_PARM_DESC(knob, "NAME KNOB NUMBER");
MODULE_PARM_DESC(remove, "NAME");

static int __init vfdrivers_init(void)
{
	promises = alloc_workqueue("vfdrivers", WQ_UNBOUND, 0);
	return promises ? 0 : -ENOMEM;
}

static void __exit vfdrivers_exit(void)
{
	struct named *named, *next;

	list_for_each_entry_safe(named, next, &drivers, list)
		drop(named);
	destroy_workqueue(promises);
}

module_init(vfdrivers_init);
module_exit(vfdrivers_exit);
MODULE_DESCRIPTION("PCI drivers under any name, for tests");
MODULE_LICENSE("GPL");
