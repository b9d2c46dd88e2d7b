// SPDX-License-Identifier: GPL-2.0
/* sriov_admin/, of 6.19 and later: Documentation/ABI/testing/sysfs-driver-intel-xe-sriov. */
#include "xe.h"

#include <linux/string.h>

#define EVERY_FUNCTION -1

static const enum value shown[] = { QUANTUM, TIMEOUT, PRIORITY, VRAM };
static const char *const words[] = { "low", "normal", "high" };

static struct value_file *file_of(struct kobj_attribute *attribute)
{
	return container_of(attribute, struct value_file, attribute);
}

static ssize_t print_priority(char *text, int function, u64 now)
{
	const int most = function ? 2 : 3;
	ssize_t length = 0;
	int i;

	for (i = 0; i < most; ++i)
		length += sysfs_emit_at(text, length, i == now ? "[%s]%c" : "%s%c", words[i],
					i + 1 < most ? ' ' : '\n');
	return length;
}

/* What GTs disagree about can't be said in a number. */
static ssize_t show(struct kobject *kobject, struct kobj_attribute *attribute, char *text)
{
	const struct value_file *file = file_of(attribute);
	const struct function *function = &file->of->all[file->function];
	u64 values[GTS];
	int gt;

	mutex_lock(&file->of->lock);
	for (gt = 0; gt < GTS; ++gt)
		values[gt] = function->has[has_value(file->value, file->function, gt) ? gt : 0][file->value];
	mutex_unlock(&file->of->lock);
	for (gt = 1; gt < GTS; ++gt)
		if (values[gt] != values[0])
			return -EUCLEAN;
	return file->value == PRIORITY ? print_priority(text, file->function, values[0]) :
					 sysfs_emit(text, "%llu\n", values[0]);
}

static int read_value(enum value value, const char *text, u64 *wanted)
{
	u32 narrow = 0;
	int error;

	if (value == VRAM)
		return kstrtou64(text, 0, wanted);
	if (value == PRIORITY) {
		error = sysfs_match_string(words, text);
		*wanted = max(error, 0);
		return min(error, 0);
	}
	error = kstrtou32(text, 0, &narrow);
	*wanted = narrow;
	return error;
}

/* PF and all VFs, enabled or not; of VRAM there is none for the PF. */
static int give_all(struct card *card, enum value value, u64 wanted)
{
	int i, error = 0;

	if (value == PRIORITY && wanted > 1)
		return -EINVAL;
	for (i = value == VRAM; i < card->functions && !error; ++i)
		error = bulk_stops_behind(i - 1) ? -EIO : give_everywhere(card, i, value, wanted);
	return error;
}

static ssize_t store(struct kobject *kobject, struct kobj_attribute *attribute, const char *text,
		     size_t length)
{
	const struct value_file *file = file_of(attribute);
	u64 wanted;
	int error = read_value(file->value, text, &wanted);

	if (error)
		return error;
	mutex_lock(&file->of->lock);
	error = file->function == EVERY_FUNCTION ?
			give_all(file->of, file->value, wanted) :
			give_everywhere(file->of, file->function, file->value, wanted);
	mutex_unlock(&file->of->lock);
	return error ? error : length;
}

static umode_t mode_of(int function, enum value value)
{
	if (function == EVERY_FUNCTION)
		return 0200;
	/* The firmware has one priority for all VFs. */
	return function && value == PRIORITY ? 0444 : 0644;
}

static int make_file(struct card *card, struct kobject *folder, struct value_file *file, int function,
		     enum value value)
{
	file->of = card;
	file->function = function;
	file->value = value;
	sysfs_attr_init(&file->attribute.attr);
	file->attribute.attr.name = value == VRAM ? "vram_quota" : value_name(value);
	file->attribute.attr.mode = mode_of(function, value);
	file->attribute.show = function == EVERY_FUNCTION ? NULL : show;
	file->attribute.store = file->attribute.attr.mode & 0200 ? store : NULL;
	return sysfs_create_file(folder, &file->attribute.attr);
}

static int make_files(struct card *card, struct kobject *folder, struct value_file *files, int function)
{
	int i, error = 0;

	for (i = 0; i < ARRAY_SIZE(shown) && !error; ++i)
		if (shown[i] != VRAM || (release >= VRAM_IN_SYSFS && function))
			error = make_file(card, folder, &files[shown[i]], function, shown[i]);
	return error;
}

static int make_function(struct card *card, int index)
{
	struct function *function = &card->all[index];
	char name[16];
	int error;

	snprintf(name, sizeof(name), index ? "vf%d" : "pf", index);
	function->folder = kobject_create_and_add(name, card->admin);
	function->profile = function->folder ? kobject_create_and_add("profile", function->folder) : NULL;
	if (!function->profile)
		return -ENOMEM;
	error = make_files(card, function->profile, function->in_sysfs, index);
	if (!error && !index)
		error = sysfs_create_link(function->folder, &card->pf->dev.kobj, "device");
	return error;
}

int make_admin(struct card *card)
{
	int error, i;

	if (release < MODES)
		return 0;
	card->admin = kobject_create_and_add("sriov_admin", &card->pf->dev.kobj);
	card->bulk_folder = card->admin ? kobject_create_and_add(".bulk_profile", card->admin) : NULL;
	if (!card->bulk_folder)
		return -ENOMEM;
	error = make_files(card, card->bulk_folder, card->bulk, EVERY_FUNCTION);
	for (i = 0; i < card->functions && !error; ++i)
		error = make_function(card, i);
	return error ? error : show_devices(card);
}

/* No uevent tells of either: nobody made the folders' kobjects known. */
void drop_admin(struct card *card)
{
	int i;

	for (i = 0; i < card->functions; ++i) {
		kobject_put(card->all[i].profile);
		kobject_put(card->all[i].folder);
	}
	kobject_put(card->bulk_folder);
	kobject_put(card->admin);
}

int show_devices(struct card *card)
{
	struct pci_dev *vf = NULL;
	int error = 0;

	/* As many as are enabled now; where each of them is only the PCI core knows. */
	for_each_pci_dev(vf) {
		if (!card->admin || error || !vf->is_virtfn || pci_physfn(vf) != card->pf)
			continue;
		error = sysfs_create_link(card->all[pci_iov_vf_id(vf) + 1].folder, &vf->dev.kobj, "device");
	}
	return error;
}

void hide_devices(struct card *card)
{
	int i;

	for (i = 0; i < pci_num_vf(card->pf) && card->admin; ++i)
		sysfs_remove_link(card->all[i + 1].folder, "device");
}
