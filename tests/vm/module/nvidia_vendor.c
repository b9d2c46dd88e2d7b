// SPDX-License-Identifier: GPL-2.0
/*
 * <VF>/nvidia/: the files of NVIDIA's vendor-specific VFIO framework (NVIDIA's
 * vGPU guide; contents and errnos as seen on a host, bigstack-oss/cubecos issue
 * 312 and harvester/pcidevices, pkg/util/gpuhelper/testdata).
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "nvidia_vfio.h"

/* One change of a VF's type at a time. */
static DEFINE_MUTEX(changes);

static struct nvidia_vf *vf_of(struct device *device)
{
	return pci_get_drvdata(to_pci_dev(device));
}

static ssize_t creatable_vgpu_types_show(struct device *device, struct device_attribute *attribute, char *text)
{
	int at = sysfs_emit(text, "%-5s : %s\n", "ID", "vGPU Name");
	const struct vgpu_type *type;

	for (type = nvidia_types; type->id; ++type)
		if (vgpu_creatable(vf_of(device), type))
			at += sysfs_emit_at(text, at, "%-5u : NVIDIA L40S-%u%c\n", type->id, type->gib,
					    type->series);
	return at;
}
static DEVICE_ATTR_RO(creatable_vgpu_types);

static ssize_t current_vgpu_type_show(struct device *device, struct device_attribute *attribute, char *text)
{
	struct nvidia_vf *vf = vf_of(device);
	unsigned int id;

	mutex_lock(&nvidia_state);
	id = vf->type ? vf->type->id : 0;
	mutex_unlock(&nvidia_state);
	return sysfs_emit(text, "%u\n", id);
}

static int take_away(struct nvidia_vf *vf)
{
	int error = vgpu_destroy(vf);

	if (!error && vf->half) {
		nvidia_vfio_drop(vf->half);
		vf->half = NULL;
	}
	return error;
}

static int give(struct nvidia_vf *vf, unsigned int id)
{
	struct nvidia_vfio *vfio;
	int error = vgpu_create(vf, id);

	if (error)
		return error;
	vfio = nvidia_vfio_add(vf, &vf->dev->dev, false);
	if (IS_ERR(vfio)) {
		vgpu_destroy(vf);
		return PTR_ERR(vfio);
	}
	vf->half = vfio;
	return 0;
}

static ssize_t current_vgpu_type_store(struct device *device, struct device_attribute *attribute,
				const char *text, size_t length)
{
	unsigned int id;
	int error = kstrtouint(text, 0, &id);

	if (error)
		return error;
	mutex_lock(&changes);
	error = id ? give(vf_of(device), id) : take_away(vf_of(device));
	mutex_unlock(&changes);
	return error ? error : length;
}
static DEVICE_ATTR_RW(current_vgpu_type);

/* A number that there is only with a vGPU. */
static ssize_t show_of_vgpu(struct device *device, char *text, bool is_placement)
{
	struct nvidia_vf *vf = vf_of(device);
	unsigned int number = U32_MAX;
	bool has_type;

	mutex_lock(&nvidia_state);
	has_type = vf->type;
	if (has_type && is_placement)
		number = vf->place * vf->type->gib;
	mutex_unlock(&nvidia_state);
	return has_type ? sysfs_emit(text, "%u\n", number) : -ENXIO;
}

static ssize_t placement_id_show(struct device *device, struct device_attribute *attribute, char *text)
{
	return show_of_vgpu(device, text, true);
}

static ssize_t placement_id_store(struct device *device, struct device_attribute *attribute,
				const char *text, size_t length)
{
	unsigned int placement;
	int error = kstrtouint(text, 0, &placement);

	if (!error)
		error = vgpu_move(vf_of(device), placement);
	return error ? error : length;
}
static DEVICE_ATTR_RW(placement_id);

/* How NVIDIA's driver writes "none" here, without MIG, is not known; NVML's none is all ones. */
static ssize_t gpu_instance_id_show(struct device *device, struct device_attribute *attribute, char *text)
{
	return show_of_vgpu(device, text, false);
}

static ssize_t gpu_instance_id_store(struct device *device, struct device_attribute *attribute,
				const char *text, size_t length)
{
	return -EIO;
}
static DEVICE_ATTR_RW(gpu_instance_id);

ssize_t nvidia_show_params(struct nvidia_vf *vf, char *text)
{
	ssize_t length;

	mutex_lock(&nvidia_state);
	length = vf->type && vf->params[0] ? sysfs_emit(text, "%s\n", vf->params) : 0;
	mutex_unlock(&nvidia_state);
	return length;
}

/* A space clears them: an empty write never reaches a driver. */
ssize_t nvidia_store_params(struct nvidia_vf *vf, const char *text, size_t length)
{
	char *copy = kstrndup(text, length, GFP_KERNEL);
	const char *trimmed = copy ? strim(copy) : NULL;
	ssize_t done = -EIO;

	if (!copy)
		return -ENOMEM;
	mutex_lock(&nvidia_state);
	if (strlen(trimmed) > MOST_PARAMS) {
		done = -EINVAL;
	} else if (vf->type) {
		strscpy(vf->params, trimmed, sizeof(vf->params));
		done = length;
	}
	mutex_unlock(&nvidia_state);
	kfree(copy);
	return done;
}

static ssize_t vgpu_params_show(struct device *device, struct device_attribute *attribute, char *text)
{
	return nvidia_show_params(vf_of(device), text);
}

static ssize_t vgpu_params_store(struct device *device, struct device_attribute *attribute,
				const char *text, size_t length)
{
	return nvidia_store_params(vf_of(device), text, length);
}
static DEVICE_ATTR_RW(vgpu_params);

static struct attribute *attributes[] = {
	&dev_attr_creatable_vgpu_types.attr, &dev_attr_current_vgpu_type.attr,
	&dev_attr_placement_id.attr, &dev_attr_gpu_instance_id.attr, &dev_attr_vgpu_params.attr, NULL,
};

static const struct attribute_group group = { .name = "nvidia", .attrs = attributes };

static int show(struct nvidia_vf *vf)
{
	return sysfs_create_group(&vf->dev->dev.kobj, &group);
}

/* Nobody is at work in a file any more when the group is gone. */
static void hide(struct nvidia_vf *vf)
{
	sysfs_remove_group(&vf->dev->dev.kobj, &group);
	if (vf->half)
		nvidia_vfio_drop(vf->half);
	vf->half = NULL;
	vgpu_destroy(vf);
}

const struct nvidia_half nvidia_vendor = { .show = show, .hide = hide };
