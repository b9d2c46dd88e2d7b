// SPDX-License-Identifier: GPL-2.0
/*
 * VFs as parents of mediated devices, in the kernel's own mdev core (Documentation/
 * driver-api/vfio-mediated-device.rst). NVIDIA's module comes with this where the
 * kernel it is built for has mdev; here the core's functions are weak, so that one
 * module does for both: the loader leaves what it does not find at 0.
 */
#include <linux/err.h>
#include <linux/mdev.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "nvidia_vfio.h"

#pragma weak mdev_register_parent
#pragma weak mdev_unregister_parent
#pragma weak mdev_register_driver
#pragma weak mdev_unregister_driver

#define MOST_TYPES 64

struct parent {
	struct mdev_parent core;
	struct mdev_type types[MOST_TYPES], *list[MOST_TYPES];
	char ids[MOST_TYPES][8], names[MOST_TYPES][24];
};

static struct nvidia_vf *vf_of(const struct mdev_parent *core)
{
	return pci_get_drvdata(to_pci_dev(core->dev));
}

/* The types of a parent are those of the table, in its order. */
static const struct vgpu_type *vgpu_type_of(struct mdev_type *type)
{
	const struct parent *parent = container_of(type->parent, struct parent, core);

	return &nvidia_types[type - parent->types];
}

static int probe(struct mdev_device *mdev)
{
	struct nvidia_vf *vf = vf_of(mdev->type->parent);
	struct nvidia_vfio *vfio;
	int error = vgpu_create(vf, vgpu_type_of(mdev->type)->id);

	if (error)
		return error;
	vfio = nvidia_vfio_add(vf, &mdev->dev, true);
	if (IS_ERR(vfio)) {
		vgpu_destroy(vf);
		return PTR_ERR(vfio);
	}
	dev_set_drvdata(&mdev->dev, vfio);
	return 0;
}

static void leave(struct mdev_device *mdev)
{
	struct nvidia_vfio *vfio = dev_get_drvdata(&mdev->dev);
	struct nvidia_vf *vf = nvidia_vfio_vf(vfio);

	nvidia_vfio_drop(vfio);
	vgpu_destroy(vf);
}

static unsigned int get_available(struct mdev_type *type)
{
	return vgpu_creatable(vf_of(type->parent), vgpu_type_of(type));
}

/*
 * As NVIDIA's driver words it (harvester/pcidevices, pkg/util/gpuhelper/testdata);
 * heads and pixels are from its vGPU guide, appendix A.
 */
static ssize_t show_description(struct mdev_type *type, char *text)
{
	const struct vgpu_type *vgpu = vgpu_type_of(type);
	const char series = vgpu->series;
	const char *pixels = series == 'A' ? "1280x1024" : series == 'C' ? "4096x2160" :
			     vgpu->gib == 1 || series == 'B' ? "5120x2880" : "7680x4320";

	return sysfs_emit(text, "num_heads=%d, frl_config=%d, framebuffer=%uM, "
			  "max_resolution=%s, max_instance=%u\n",
			  series == 'Q' || series == 'B' ? 4 : 1, series == 'B' ? 45 : 60,
			  vgpu->gib * 1024, pixels, vgpu_most(vgpu));
}

static ssize_t vgpu_params_show(struct device *device, struct device_attribute *attribute, char *text)
{
	return nvidia_show_params(nvidia_vfio_vf(dev_get_drvdata(device)), text);
}

static ssize_t vgpu_params_store(struct device *device, struct device_attribute *attribute,
				 const char *text, size_t length)
{
	return nvidia_store_params(nvidia_vfio_vf(dev_get_drvdata(device)), text, length);
}
static DEVICE_ATTR_RW(vgpu_params);

static struct attribute *attributes[] = { &dev_attr_vgpu_params.attr, NULL };
static const struct attribute_group group = { .name = "nvidia", .attrs = attributes };
static const struct attribute_group *groups[] = { &group, NULL };

static struct mdev_driver driver = {
	.device_api = "vfio-pci",
	.probe = probe,
	.remove = leave,
	.get_available = get_available,
	.show_description = show_description,
	.driver = { .name = "nvidia-vgpu-vfio", .owner = THIS_MODULE, .dev_groups = groups },
};

static int show(struct nvidia_vf *vf)
{
	struct parent *parent = kzalloc(sizeof(*parent), GFP_KERNEL);
	unsigned int count;
	int error;

	if (!parent)
		return -ENOMEM;
	for (count = 0; nvidia_types[count].id && count < MOST_TYPES; ++count) {
		const struct vgpu_type *type = &nvidia_types[count];

		snprintf(parent->ids[count], sizeof(parent->ids[count]), "%u", type->id);
		snprintf(parent->names[count], sizeof(parent->names[count]), "NVIDIA L40S-%u%c", type->gib,
			 type->series);
		/* The core puts the parent's driver before it: nvidia-1147. */
		parent->types[count].sysfs_name = parent->ids[count];
		parent->types[count].pretty_name = parent->names[count];
		parent->list[count] = &parent->types[count];
	}
	error = mdev_register_parent(&parent->core, &vf->dev->dev, &driver, parent->list, count);
	if (error) {
		kfree(parent);
		return error;
	}
	vf->half = parent;
	return 0;
}

/* Removes its mdevs, and waits for who has one open. */
static void hide(struct nvidia_vf *vf)
{
	struct parent *parent = vf->half;

	if (parent)
		mdev_unregister_parent(&parent->core);
	vf->half = NULL;
	kfree(parent);
}

const struct nvidia_half nvidia_mdev = { .show = show, .hide = hide };

bool nvidia_mdev_is_loaded(void)
{
	return mdev_register_parent != NULL;
}

int nvidia_mdev_init(void)
{
	return mdev_register_driver(&driver);
}

void nvidia_mdev_exit(void)
{
	mdev_unregister_driver(&driver);
}
