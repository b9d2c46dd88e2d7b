// SPDX-License-Identifier: GPL-2.0
/*
 * What is to fail, set while it runs:
 *
 *   cd /sys/module/vfxe/parameters
 *   echo 'exec_quantum_ms 2 1 5' > fail	# the next write of VF 2's on gt1: EIO; 0 is the PF
 *   echo 'exec_quantum_ms 2 1 5 -1' > fail	# each one; a last number is how many
 *   echo 3 > bulk_stop			# the next write to .bulk_profile/ reaches PF, VF 1 to 3: EIO
 *   echo 1 > vram_fixed			# VRAM of enabled VFs can't be changed: EIO
 *
 * A file of sysfs is both GTs': gt0 has the new value when gt1 fails. Values are named as in
 * sriov_admin/, quotas and spares of the PF without _quota and _spare.
 */
#include "xe.h"

#include <linux/module.h>
#include <linux/spinlock.h>

static const char *const names[VALUES] = {
	"exec_quantum_ms", "preempt_timeout_us", "sched_priority", "contexts", "doorbells", "ggtt", "vram",
};

static struct failure {
	enum value value;
	int function, gt, number, times;	/* times < 0: always */
} failure;
static int bulk_stop = -1;
static bool vram_fixed;
static DEFINE_SPINLOCK(knobs_lock);

const char *value_name(enum value value)
{
	return names[value];
}

int fails(int function, int gt, enum value value)
{
	int error = 0;

	spin_lock(&knobs_lock);
	if (failure.times && failure.value == value && failure.function == function && failure.gt == gt) {
		error = failure.number;
		failure.times -= failure.times > 0;
	}
	spin_unlock(&knobs_lock);
	return error;
}

bool bulk_stops_behind(int function)
{
	bool stops;

	spin_lock(&knobs_lock);
	stops = bulk_stop >= 0 && bulk_stop == function;
	bulk_stop = stops ? -1 : bulk_stop;
	spin_unlock(&knobs_lock);
	return stops;
}

bool vram_is_fixed(const struct card *card, int function)
{
	return vram_fixed && function <= pci_num_vf(card->pf);
}

static int set_failure(const char *text, const struct kernel_param *param)
{
	struct failure one = { .times = 1 };
	char name[24];
	int value;

	if (sscanf(text, "%23s %d %d %d %d", name, &one.function, &one.gt, &one.number, &one.times) < 4)
		return -EINVAL;
	value = match_string(names, VALUES, name);
	if (value < 0)
		return value;
	one.value = value;
	spin_lock(&knobs_lock);
	failure = one;
	spin_unlock(&knobs_lock);
	return 0;
}

/* How many are still to fail: 0, those asked for have. */
static int get_failure(char *text, const struct kernel_param *param)
{
	return sysfs_emit(text, "%d\n", failure.times);
}

static const struct kernel_param_ops failure_ops = { .set = set_failure, .get = get_failure };
module_param_cb(fail, &failure_ops, NULL, 0644);
MODULE_PARM_DESC(fail, "VALUE FUNCTION GT ERRNO [TIMES]");
module_param(bulk_stop, int, 0644);
MODULE_PARM_DESC(bulk_stop, "the next bulk write ends behind this function; -1: none does");
module_param(vram_fixed, bool, 0644);
MODULE_PARM_DESC(vram_fixed, "VRAM of enabled VFs can't be changed");
