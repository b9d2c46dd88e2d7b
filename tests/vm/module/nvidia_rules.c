// SPDX-License-Identifier: GPL-2.0
/*
 * Which vGPU types a GPU can still carry: one size for all of a GPU, as many of
 * it as its memory holds (OGKM src/nvidia/src/kernel/virtualization/
 * kernel_vgpu_mgr.c, the mode without mixed sizes, without MIG). What is refused
 * is EIO, whatever RM's own status was: at sysfs no other errno was seen.
 */
#include <linux/module.h>

#include "nvidia.h"

#define L40S 0x26b9	/* OGKM g_nv_name_released.h */
#define MEMORY 48	/* GiB; NVIDIA's vGPU guide, appendix A */

#define SIZES(first, series) \
	{ (first), 1, (series) }, { (first) + 1, 2, (series) }, { (first) + 2, 3, (series) }, \
	{ (first) + 3, 4, (series) }, { (first) + 4, 6, (series) }, { (first) + 5, 8, (series) }, \
	{ (first) + 6, 12, (series) }, { (first) + 7, 16, (series) }, { (first) + 8, 24, (series) }, \
	{ (first) + 9, 48, (series) }

/*
 * NVIDIA L40S: the list that a host was seen to show (harvester/pcidevices,
 * pkg/util/gpuhelper/testdata, 0000:26:00.4). It has no C types: their ids are
 * inferred from the order in OGKM's g_vgpu_chip_flags.h.
 */
const struct vgpu_type nvidia_types[] = {
	{ 1145, 1, 'B' }, { 1146, 2, 'B' }, SIZES(1147, 'Q'), SIZES(1157, 'A'),
	{ 1179, 4, 'C' }, { 1180, 6, 'C' }, { 1181, 8, 'C' }, { 1182, 12, 'C' },
	{ 1183, 16, 'C' }, { 1184, 24, 'C' }, { 1185, 48, 'C' }, { 2164, 3, 'B' },
	{},
};
EXPORT_SYMBOL_GPL(nvidia_types);

DEFINE_MUTEX(nvidia_state);
EXPORT_SYMBOL_GPL(nvidia_state);

/* Of this type, on a GPU that carries nothing else. */
unsigned int vgpu_most(const struct vgpu_type *type)
{
	return min(MEMORY / type->gib, (unsigned int)MOST_PLACES);
}
EXPORT_SYMBOL_GPL(vgpu_most);

static bool fits(const struct nvidia_gpu *gpu, const struct vgpu_type *type)
{
	const unsigned int carried = bitmap_weight(gpu->places, MOST_PLACES);

	if (gpu->pf->device != L40S)
		return false;
	return !carried || (gpu->gib == type->gib && carried < vgpu_most(type));
}

/* A VF that has a vGPU gets no second one. */
bool vgpu_creatable(struct nvidia_vf *vf, const struct vgpu_type *type)
{
	bool answer;

	mutex_lock(&nvidia_state);
	answer = !vf->type && fits(vf->gpu, type);
	mutex_unlock(&nvidia_state);
	return answer;
}
EXPORT_SYMBOL_GPL(vgpu_creatable);

static const struct vgpu_type *find(unsigned int id)
{
	const struct vgpu_type *type;

	for (type = nvidia_types; type->id; ++type)
		if (type->id == id)
			return type;
	return NULL;
}

static int put(struct nvidia_vf *vf, const struct vgpu_type *type)
{
	struct nvidia_gpu *gpu = vf->gpu;

	if (gpu->going || vf->type || !type || !fits(gpu, type)) {
		/* 0x38: NV_ERR_INVALID_OPERATION (OGKM nvstatuscodes.h). */
		pci_err(vf->dev, "NVRM: Failed to add vgpu create request: 0x38\n");
		return -EIO;
	}
	vf->type = type;
	vf->place = find_first_zero_bit(gpu->places, MOST_PLACES);
	vf->params[0] = '\0';
	gpu->gib = type->gib;
	set_bit(vf->place, gpu->places);
	return 0;
}

int vgpu_create(struct nvidia_vf *vf, unsigned int id)
{
	int error;

	mutex_lock(&nvidia_state);
	error = put(vf, find(id));
	mutex_unlock(&nvidia_state);
	return error;
}
EXPORT_SYMBOL_GPL(vgpu_create);

/* While somebody runs it, it stays: which errno NVIDIA's driver has for that is not known. */
int vgpu_destroy(struct nvidia_vf *vf)
{
	int error = 0;

	mutex_lock(&nvidia_state);
	if (vf->type && vf->users) {
		error = -EIO;
	} else if (vf->type) {
		clear_bit(vf->place, vf->gpu->places);
		vf->type = NULL;
	}
	mutex_unlock(&nvidia_state);
	return error;
}
EXPORT_SYMBOL_GPL(vgpu_destroy);

/* Equal sizes stand side by side: a placement is a multiple of the size, in GiB. */
int vgpu_move(struct nvidia_vf *vf, unsigned int placement)
{
	int error = -EIO;

	mutex_lock(&nvidia_state);
	if (vf->type && !vf->users && !(placement % vf->type->gib)) {
		const unsigned int place = placement / vf->type->gib;

		if (place < vgpu_most(vf->type) &&
		    (place == vf->place || !test_bit(place, vf->gpu->places))) {
			clear_bit(vf->place, vf->gpu->places);
			set_bit(place, vf->gpu->places);
			vf->place = place;
			error = 0;
		}
	}
	mutex_unlock(&nvidia_state);
	return error;
}
EXPORT_SYMBOL_GPL(vgpu_move);

/* A VM begins: the GPU is in use, too. */
int vgpu_use(struct nvidia_vf *vf)
{
	int error = 0;

	mutex_lock(&nvidia_state);
	if (!vf->type || vf->gpu->going || vf->gpu->locked) {
		error = -ENODEV;
	} else {
		++vf->users;
		++vf->gpu->usage;
	}
	mutex_unlock(&nvidia_state);
	return error;
}
EXPORT_SYMBOL_GPL(vgpu_use);

void vgpu_unuse(struct nvidia_vf *vf)
{
	mutex_lock(&nvidia_state);
	--vf->users;
	--vf->gpu->usage;
	mutex_unlock(&nvidia_state);
}
EXPORT_SYMBOL_GPL(vgpu_unuse);
