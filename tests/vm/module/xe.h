/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of vfxe share: a card, what its functions have on each GT, and who may change it. */
#ifndef VF_XE_H
#define VF_XE_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/sysfs.h>

#define GTS 2	/* gt0, and media on gt1: neither GGTT nor VRAM there */

/* Generations of the interface, as "release" names them: major * 100 + minor. */
#define TILE_FOLDERS 618	/* gtN lies below tile0 */
#define MODES 619		/* sriov_admin/, debugfs' sriov/, automatic and custom */
#define VRAM_IN_SYSFS 701

/* Of function 0, the PF, QUOTAS are what it keeps for itself: its spare. */
enum value { QUANTUM, TIMEOUT, PRIORITY, CONTEXTS, DOORBELLS, GGTT, VRAM, VALUES };
#define FIRST_QUOTA CONTEXTS

struct card;

/* A file of debugfs, or of sysfs: that is every GT's. */
struct value_file {
	struct kobj_attribute attribute;
	struct card *of;
	int function, gt;
	enum value value;
};

/* Function n is the VF that virtfn(n-1) leads to. */
struct function {
	struct kobject *folder, *profile;
	struct value_file in_sysfs[VALUES], in_debugfs[GTS][VALUES];
	u64 has[GTS][VALUES];
};

struct card {
	struct pci_dev *pf;
	struct list_head list;
	struct mutex lock;	/* of what functions have, and of custom */
	bool custom;		/* somebody wrote in debugfs: nothing is given out by itself */
	struct kobject *admin, *bulk_folder;
	struct value_file bulk[VALUES];
	struct dentry *debug;
	int functions;
	struct function *all;
};

/* xe.c: parameters that stay */
extern unsigned long long vram;
extern int release;
extern bool chooses_times;

/* xe_rules.c: all under the card's lock. What is refused with EDQUOT or ENOSPC leaves nothing. */
bool has_value(enum value value, int function, int gt);
u64 left_of(const struct card *card, int gt, enum value value, int but);
void least_spares(struct card *card);
int give(struct card *card, int function, int gt, enum value value, u64 wanted);
/* On every GT that has it; the first error, after all were tried. */
int give_everywhere(struct card *card, int function, enum value value, u64 wanted);

/* xe_share.c: what the driver gives out by itself, and takes back, under the lock, too */
int provision(struct card *card, int count);
void unprovision(struct card *card, int count);
int restore_automatic(struct card *card);

/* xe_sysfs.c, xe_debugfs.c: their trees */
int make_admin(struct card *card);
void drop_admin(struct card *card);
int show_devices(struct card *card);
void hide_devices(struct card *card);
int make_debug(struct card *card);
void drop_debug(struct card *card);
void make_dri(void);
void drop_dri(void);

/* xe_knobs.c: what is to fail; 0 or an errno */
int fails(int function, int gt, enum value value);
bool bulk_stops_behind(int function);
bool vram_is_fixed(const struct card *card, int function);
const char *value_name(enum value value);

#endif
