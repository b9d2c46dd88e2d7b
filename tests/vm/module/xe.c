// SPDX-License-Identifier: GPL-2.0
/*
 * A PF driver named xe with the sriov_admin/ tree of Documentation/ABI/testing/
 * sysfs-driver-intel-xe-sriov. It shows paths, types and timing: numbers are kept
 * and given back, quotas are rounded and run out, the tree can come late. No rule
 * of Intel's driver counts as proven by it.
 *
 *   insmod vfxe.ko vram=8589934592 late=1
 *   echo 0 > /sys/module/vfxe/parameters/late	# now
 */
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#define MOST_FILES 3
#define LMTT_PAGE (2ull << 20)	/* xe_lmtt.c: what a quota is a multiple of */

static unsigned long long vram = 8ull << 30;
module_param(vram, ullong, 0444);
MODULE_PARM_DESC(vram, "bytes that VFs can have");

enum value { VRAM, QUANTUM, TIMEOUT };
static const char *const names[MOST_FILES] = {
	"vram_quota", "exec_quantum_ms", "preempt_timeout_us",
};

struct admin;

struct value_file {
	struct kobj_attribute attribute;
	struct admin *of;
	int function;
	enum value value;
};

/* Function 0 is the PF, n the VF that virtfn(n-1) leads to. */
struct function {
	struct kobject *folder, *profile;
	struct value_file files[MOST_FILES];
	u64 values[MOST_FILES];
};

struct admin {
	struct pci_dev *pf;
	struct list_head list;
	struct mutex lock;	/* of all values */
	struct kobject *folder;
	int functions;
	struct function *all;
};

static ssize_t show(struct kobject *kobject, struct kobj_attribute *attribute, char *text)
{
	const struct value_file *file = container_of(attribute, struct value_file, attribute);

	return sysfs_emit(text, "%llu\n", file->of->all[file->function].values[file->value]);
}

static u64 quotas(const struct admin *admin, int but)
{
	u64 sum = 0;
	int i;

	for (i = 1; i < admin->functions; ++i)
		if (i != but)
			sum += admin->all[i].values[VRAM];
	return sum;
}

static ssize_t store(struct kobject *kobject, struct kobj_attribute *attribute, const char *text,
		     size_t length)
{
	const struct value_file *file = container_of(attribute, struct value_file, attribute);
	struct admin *admin = file->of;
	u64 value;
	int error = kstrtou64(text, 0, &value);

	if (error)
		return error;
	if (file->value == VRAM)
		value = ALIGN(value, LMTT_PAGE);
	else if (value > U32_MAX)
		return -ERANGE;
	mutex_lock(&admin->lock);
	if (file->value == VRAM && value > vram - min_t(u64, vram, quotas(admin, file->function)))
		error = -ENOSPC;
	else
		admin->all[file->function].values[file->value] = value;
	mutex_unlock(&admin->lock);
	return error ? error : length;
}

static int make_file(struct admin *admin, int index, enum value value)
{
	struct value_file *file = &admin->all[index].files[value];

	file->of = admin;
	file->function = index;
	file->value = value;
	sysfs_attr_init(&file->attribute.attr);
	file->attribute.attr.name = names[value];
	file->attribute.attr.mode = 0644;
	file->attribute.show = show;
	file->attribute.store = store;
	return sysfs_create_file(admin->all[index].profile, &file->attribute.attr);
}

static int make_function(struct admin *admin, int index)
{
	struct function *function = &admin->all[index];
	char name[16];
	int error = 0;
	int value;

	snprintf(name, sizeof(name), index ? "vf%d" : "pf", index);
	function->folder = kobject_create_and_add(name, admin->folder);
	if (!function->folder)
		return -ENOMEM;
	function->profile = kobject_create_and_add("profile", function->folder);
	if (!function->profile)
		return -ENOMEM;
	/* The PF has no quota. */
	for (value = index ? VRAM : QUANTUM; value < MOST_FILES && !error; ++value)
		error = make_file(admin, index, value);
	return error;
}

static void make_tree(struct admin *admin)
{
	int error = 0;
	int i;

	admin->folder = kobject_create_and_add("sriov_admin", &admin->pf->dev.kobj);
	if (!admin->folder)
		error = -ENOMEM;
	for (i = 0; i < admin->functions && !error; ++i)
		error = make_function(admin, i);
	if (error)
		pci_err(admin->pf, "its tree could not be made: %d\n", error);
}

static void drop_tree(struct admin *admin)
{
	int i;

	if (!admin->folder)
		return;
	for (i = 0; i < admin->functions; ++i) {
		kobject_put(admin->all[i].profile);
		kobject_put(admin->all[i].folder);
	}
	kobject_put(admin->folder);
}

static LIST_HEAD(admins);
static DEFINE_MUTEX(admins_lock);
static bool late;

/* What comes late comes with this: the trees of all PFs that have none. */
static int set_late(const char *text, const struct kernel_param *param)
{
	struct admin *admin;
	int error = param_set_bool(text, param);

	mutex_lock(&admins_lock);
	if (!error && !late)
		list_for_each_entry(admin, &admins, list)
			if (!admin->folder)
				make_tree(admin);
	mutex_unlock(&admins_lock);
	return error;
}

static const struct kernel_param_ops late_ops = { .set = set_late, .get = param_get_bool };
module_param_cb(late, &late_ops, &late, 0644);
MODULE_PARM_DESC(late, "the tree comes when this is set to 0");

/* Where nobody gave a VF a quota, each gets as much. */
static void provision(struct admin *admin, int count)
{
	int i;

	mutex_lock(&admin->lock);
	if (!quotas(admin, 0))
		for (i = 1; i <= count; ++i)
			admin->all[i].values[VRAM] = ALIGN_DOWN(div_u64(vram, count + 1), LMTT_PAGE);
	mutex_unlock(&admin->lock);
}

static void unprovision(struct admin *admin, int count)
{
	int i;

	mutex_lock(&admin->lock);
	for (i = 1; i <= count; ++i)
		memset(admin->all[i].values, 0, sizeof(admin->all[i].values));
	mutex_unlock(&admin->lock);
}

static void take_vfs_away(struct pci_dev *pf)
{
	const int count = pci_num_vf(pf);

	pci_disable_sriov(pf);
	unprovision(pci_get_drvdata(pf), count);
}

static int configure(struct pci_dev *pf, int count)
{
	struct admin *admin = pci_get_drvdata(pf);
	int error;

	if (!count) {
		take_vfs_away(pf);
		return 0;
	}
	provision(admin, count);
	error = pci_enable_sriov(pf, count);
	if (error)
		unprovision(admin, count);
	return error ? error : count;
}

static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	struct admin *admin;

	if (dev->is_virtfn)
		return 0;
	admin = devm_kzalloc(&dev->dev, sizeof(*admin), GFP_KERNEL);
	if (!admin)
		return -ENOMEM;
	admin->pf = dev;
	admin->functions = 1 + pci_sriov_get_totalvfs(dev);
	admin->all = devm_kcalloc(&dev->dev, admin->functions, sizeof(*admin->all), GFP_KERNEL);
	if (!admin->all)
		return -ENOMEM;
	mutex_init(&admin->lock);
	pci_set_drvdata(dev, admin);
	mutex_lock(&admins_lock);
	list_add(&admin->list, &admins);
	if (!late)
		make_tree(admin);
	mutex_unlock(&admins_lock);
	return 0;
}

static void leave(struct pci_dev *dev)
{
	struct admin *admin = pci_get_drvdata(dev);

	if (!admin)
		return;
	mutex_lock(&admins_lock);
	list_del(&admin->list);
	mutex_unlock(&admins_lock);
	take_vfs_away(dev);
	drop_tree(admin);
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
module_pci_driver(xe_like);
MODULE_DESCRIPTION("A PF driver with the files of xe");
MODULE_LICENSE("GPL");
