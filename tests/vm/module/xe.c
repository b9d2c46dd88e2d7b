// SPDX-License-Identifier: GPL-2.0
/*
 * A PF driver named xe with that driver's interfaces to the administrator, of
 * each generation: sriov_admin/ in sysfs (6.19 on; vram_quota after 7.0) and
 * the files below dri/ADDRESS/ in debugfs (6.17 on).
 *
 * It shows the kernel's side of them: paths, links, modes of files, what a
 * number and a word look like, two GTs behind one file, writes that took half,
 * trees that come late, all through a real sysfs and debugfs. It proves nothing
 * about Intel's driver or firmware: what is rounded, shared out, refused and
 * released here (xe_rules.c, xe_share.c) was written from descriptions, and
 * time slices do nothing. Left out: stop, thresholds, policies, control,
 * migration, and the files that only list what is provisioned.
 *
 *   insmod vfxe.ko release=700 vram=8589934592 late=1
 *   echo 0 > /sys/module/vfxe/parameters/late	# now
 */
#include "xe.h"

#include <linux/module.h>
#include <linux/slab.h>

unsigned long long vram = 8ull << 30;
module_param(vram, ullong, 0444);
MODULE_PARM_DESC(vram, "bytes that VFs can have");

int release = VRAM_IN_SYSFS;
module_param(release, int, 0444);
MODULE_PARM_DESC(release, "whose files: 617, 618, 619, 700, or 701 for what came after");

bool chooses_times;
module_param(chooses_times, bool, 0444);
MODULE_PARM_DESC(chooses_times, "enabling sets times of VFs, disabling those of the PF to 0");

#define LATE_SYSFS 1
#define LATE_DEBUGFS 2

static LIST_HEAD(cards);
static DEFINE_MUTEX(cards_lock);
static int late;

static void make_trees(struct card *card)
{
	int error = 0;

	if (!card->admin && !(late & LATE_SYSFS))
		error = make_admin(card);
	if (!error && !card->debug && !(late & LATE_DEBUGFS))
		error = make_debug(card);
	if (error)
		pci_err(card->pf, "its files could not be made: %d\n", error);
}

/* What comes late comes with this: the trees of all PFs that have none. */
static int set_late(const char *text, const struct kernel_param *param)
{
	struct card *card;
	int error = param_set_int(text, param);

	mutex_lock(&cards_lock);
	if (!error)
		list_for_each_entry(card, &cards, list)
			make_trees(card);
	mutex_unlock(&cards_lock);
	return error;
}

static const struct kernel_param_ops late_ops = { .set = set_late, .get = param_get_int };
module_param_cb(late, &late_ops, &late, 0644);
MODULE_PARM_DESC(late, "what is not there until this is cleared: 1 sysfs, 2 debugfs, 3 both");

static void take_vfs_away(struct pci_dev *pf)
{
	struct card *card = pci_get_drvdata(pf);
	const int count = pci_num_vf(pf);

	hide_devices(card);
	pci_disable_sriov(pf);
	mutex_lock(&card->lock);
	unprovision(card, count);
	mutex_unlock(&card->lock);
}

static int configure(struct pci_dev *pf, int count)
{
	struct card *card = pci_get_drvdata(pf);
	int error;

	if (!count) {
		take_vfs_away(pf);
		return 0;
	}
	mutex_lock(&card->lock);
	error = provision(card, count);
	mutex_unlock(&card->lock);
	if (error)
		return error;
	error = pci_enable_sriov(pf, count);
	if (!error) {
		mutex_lock(&cards_lock);	/* of the tree that may just come */
		error = show_devices(card);
		mutex_unlock(&cards_lock);
		if (!error)
			return count;
		pci_disable_sriov(pf);
	}
	mutex_lock(&card->lock);
	unprovision(card, count);
	mutex_unlock(&card->lock);
	return error;
}

static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	struct card *card;

	if (dev->is_virtfn)
		return 0;
	card = devm_kzalloc(&dev->dev, sizeof(*card), GFP_KERNEL);
	if (!card)
		return -ENOMEM;
	card->pf = dev;
	card->functions = 1 + pci_sriov_get_totalvfs(dev);
	card->all = devm_kcalloc(&dev->dev, card->functions, sizeof(*card->all), GFP_KERNEL);
	if (!card->all)
		return -ENOMEM;
	mutex_init(&card->lock);
	least_spares(card);
	pci_set_drvdata(dev, card);
	mutex_lock(&cards_lock);
	list_add(&card->list, &cards);
	make_trees(card);
	mutex_unlock(&cards_lock);
	return 0;
}

static void leave(struct pci_dev *dev)
{
	struct card *card = pci_get_drvdata(dev);

	if (!card)
		return;
	mutex_lock(&cards_lock);
	list_del(&card->list);
	mutex_unlock(&cards_lock);
	take_vfs_away(dev);
	drop_admin(card);
	drop_debug(card);
}

/* Arc Pro B60 (include/drm/intel/pciids.h: INTEL_BMG_IDS), PF and VF alike. */
static const struct pci_device_id ids[] = { { PCI_DEVICE(0x8086, 0xe211) }, {} };

static struct pci_driver xe_like = {
	.name = "xe",
	.id_table = ids,
	.probe = probe,
	.remove = leave,
	.sriov_configure = configure,
};

static int __init vfxe_init(void)
{
	int error;

	make_dri();
	error = pci_register_driver(&xe_like);
	if (error)
		drop_dri();
	return error;
}

static void __exit vfxe_exit(void)
{
	pci_unregister_driver(&xe_like);
	drop_dri();
}

module_init(vfxe_init);
module_exit(vfxe_exit);
MODULE_DESCRIPTION("A PF driver with the files of xe");
MODULE_LICENSE("GPL");
