// SPDX-License-Identifier: GPL-2.0
/*
 * The trees below /sys/kernel/debug/dri/ADDRESS/: up to 6.18 gtN/{pf,vfN}; later
 * sriov/{pf,vfN}/tile0/[gtN/], with links at the older places.
 */
#include "xe.h"

#include <linux/debugfs.h>
#include <linux/string.h>

static struct dentry *dri;
static bool dri_is_ours;

static int get_number(void *data, u64 *number)
{
	const struct value_file *file = data;

	mutex_lock(&file->of->lock);
	*number = file->of->all[file->function].has[file->gt][file->value];
	mutex_unlock(&file->of->lock);
	return 0;
}

/* Whatever is written here by hand ends the driver's own sharing out. */
static int set_number(void *data, u64 number)
{
	const struct value_file *file = data;
	struct card *card = file->of;
	int error;

	if (number > U32_MAX && file->value != GGTT && file->value != VRAM)
		return -EOVERFLOW;
	mutex_lock(&card->lock);
	error = give(card, file->function, file->gt, file->value, number);
	if (!error)
		card->custom = release >= MODES;
	mutex_unlock(&card->lock);
	return error;
}
DEFINE_DEBUGFS_ATTRIBUTE(number_ops, get_number, set_number, "%llu\n");

static ssize_t restore(struct file *file, const char __user *text, size_t length, loff_t *at)
{
	struct card *card = file_inode(file)->i_private;
	bool yes;
	int error = kstrtobool_from_user(text, length, &yes);

	if (error)
		return error;
	mutex_lock(&card->lock);
	error = yes ? restore_automatic(card) : 0;
	mutex_unlock(&card->lock);
	return error ? error : length;
}

static const struct file_operations restore_ops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = restore,
};

static bool is_memory(enum value value)
{
	return value == GGTT || value == VRAM;
}

/* "contexts_quota", of the PF "contexts_spare"; with a word for VRAM that has changed. */
static void name_of(char *name, size_t length, enum value value, int function, const char *of_vram)
{
	const char *text = value == VRAM ? of_vram : value_name(value);

	snprintf(name, length, value < FIRST_QUOTA ? "%s" : function ? "%s_quota" : "%s_spare", text);
}

static void make_file(struct card *card, struct dentry *folder, int function, int gt, enum value value)
{
	struct value_file *file = &card->all[function].in_debugfs[gt][value];
	char name[32];

	*file = (struct value_file){ .of = card, .function = function, .gt = gt, .value = value };
	name_of(name, sizeof(name), value, function, release < MODES ? "lmem" : "vram");
	debugfs_create_file(name, 0644, folder, file, &number_ops);
}

/* The files of a function on a GT; memory's where they lie in this generation. */
static void make_gt(struct card *card, struct dentry *folder, struct dentry *memory, int function, int gt)
{
	enum value value;
	char name[32], target[40];

	for (value = 0; value < VALUES; ++value) {
		if (!has_value(value, function, gt))
			continue;
		make_file(card, is_memory(value) ? memory : folder, function, gt, value);
		if (!is_memory(value) || memory == folder)
			continue;
		name_of(name, sizeof(name), value, function, "vram");
		snprintf(target, sizeof(target), "../%s", name);
		name_of(name, sizeof(name), value, function, "lmem");
		debugfs_create_symlink(name, folder, target);
	}
}

static void function_name(char *name, size_t length, int function)
{
	snprintf(name, length, function ? "vf%d" : "pf", function);
}

static void make_older(struct card *card)
{
	struct dentry *tile = card->debug, *folder, *of_function;
	char name[16], target[24];
	int gt, i;

	if (release >= TILE_FOLDERS)
		tile = debugfs_create_dir("tile0", card->debug);
	for (gt = 0; gt < GTS; ++gt) {
		snprintf(name, sizeof(name), "gt%d", gt);
		folder = debugfs_create_dir(name, tile);
		if (release >= TILE_FOLDERS) {
			snprintf(target, sizeof(target), "tile0/gt%d", gt);
			debugfs_create_symlink(name, card->debug, target);
		}
		for (i = 0; i < card->functions; ++i) {
			function_name(name, sizeof(name), i);
			of_function = debugfs_create_dir(name, folder);
			make_gt(card, of_function, of_function, i, gt);
		}
	}
}

static void make_newer(struct card *card)
{
	struct dentry *sriov = debugfs_create_dir("sriov", card->debug);
	struct dentry *tile0 = debugfs_create_dir("tile0", card->debug), *tile, *way[GTS];
	char name[16], target[40];
	int gt, i;

	debugfs_create_file("restore_auto_provisioning", 0200, sriov, card, &restore_ops);
	for (gt = 0; gt < GTS; ++gt) {
		snprintf(name, sizeof(name), "gt%d", gt);
		way[gt] = debugfs_create_dir(name, tile0);
		snprintf(target, sizeof(target), "tile0/gt%d", gt);
		debugfs_create_symlink(name, card->debug, target);
	}
	for (i = 0; i < card->functions; ++i) {
		function_name(name, sizeof(name), i);
		tile = debugfs_create_dir("tile0", debugfs_create_dir(name, sriov));
		for (gt = 0; gt < GTS; ++gt) {
			snprintf(target, sizeof(target), "../../sriov/%s/tile0/gt%d", name, gt);
			debugfs_create_symlink(name, way[gt], target);
			make_gt(card, debugfs_create_dir(strrchr(target, '/') + 1, tile), tile, i, gt);
		}
	}
}

int make_debug(struct card *card)
{
	card->debug = debugfs_create_dir(pci_name(card->pf), dri);
	if (IS_ERR(card->debug))
		return PTR_ERR(card->debug);
	if (release < MODES)
		make_older(card);
	else
		make_newer(card);
	return 0;
}

void drop_debug(struct card *card)
{
	debugfs_remove_recursive(card->debug);
}

/* drm's folder, where drm is loaded. */
void make_dri(void)
{
	dri = debugfs_lookup("dri", NULL);
	dri_is_ours = !dri;
	if (dri_is_ours)
		dri = debugfs_create_dir("dri", NULL);
}

void drop_dri(void)
{
	if (dri_is_ours)
		debugfs_remove_recursive(dri);
	else
		dput(dri);
}
