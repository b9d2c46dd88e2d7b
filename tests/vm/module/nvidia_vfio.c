// SPDX-License-Identifier: GPL-2.0
/*
 * What NVIDIA's nvidia-vgpu-vfio shows of the VFs that nvidia.ko has: mdev parents
 * where the kernel's mdev core was loaded before it, files of the vendor's own
 * where not. Behind both stands a device of the kernel's vfio core, which can be
 * opened and does nothing.
 *
 *   modprobe mdev; insmod nvidia_vgpu_vfio.ko	# modprobe of this one would load mdev first
 */
#include <linux/module.h>
#include <linux/version.h>
#include <linux/vfio.h>

#include "nvidia_vfio.h"

struct nvidia_vfio {
	struct vfio_device core;
	struct nvidia_vf *vf;
};

static struct nvidia_vfio *of(struct vfio_device *core)
{
	return container_of(core, struct nvidia_vfio, core);
}

static int open_device(struct vfio_device *core)
{
	return vgpu_use(of(core)->vf);
}

static void close_device(struct vfio_device *core)
{
	vgpu_unuse(of(core)->vf);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define IOMMUFD(how)
static void release(struct vfio_device *core)
{
	vfio_free_device(core);
}
#else
/* Where the kernel has iommufd, vfio wants all of them. */
#define IOMMUFD(how) \
	.bind_iommufd = vfio_iommufd_##how##_bind, \
	.unbind_iommufd = vfio_iommufd_##how##_unbind, \
	.attach_ioas = vfio_iommufd_##how##_attach_ioas, \
	.detach_ioas = vfio_iommufd_##how##_detach_ioas,
static void release(struct vfio_device *core)
{
}
#endif

static const struct vfio_device_ops vf_ops = {
	.name = "nvidia-vgpu-vfio",
	.release = release,
	.open_device = open_device,
	.close_device = close_device,
	IOMMUFD(physical)
};

static const struct vfio_device_ops mdev_ops = {
	.name = "nvidia-vgpu-vfio",
	.release = release,
	.open_device = open_device,
	.close_device = close_device,
	IOMMUFD(emulated)
};

struct nvidia_vfio *nvidia_vfio_add(struct nvidia_vf *vf, struct device *parent, bool is_mdev)
{
	const struct vfio_device_ops *ops = is_mdev ? &mdev_ops : &vf_ops;
	struct nvidia_vfio *vfio = vfio_alloc_device(nvidia_vfio, core, parent, ops);
	int error;

	if (IS_ERR(vfio))
		return vfio;
	vfio->vf = vf;
	error = is_mdev ? vfio_register_emulated_iommu_dev(&vfio->core) : vfio_register_group_dev(&vfio->core);
	if (error) {
		vfio_put_device(&vfio->core);
		return ERR_PTR(error);
	}
	return vfio;
}

struct nvidia_vf *nvidia_vfio_vf(struct nvidia_vfio *vfio)
{
	return vfio->vf;
}

void nvidia_vfio_drop(struct nvidia_vfio *vfio)
{
	vfio_unregister_group_dev(&vfio->core);
	vfio_put_device(&vfio->core);
}

static int __init nvidia_vfio_init(void)
{
	int error = nvidia_mdev_is_loaded() ? nvidia_mdev_init() : 0;

	if (!error)
		nvidia_set_half(nvidia_mdev_is_loaded() ? &nvidia_mdev : &nvidia_vendor);
	return error;
}

static void __exit nvidia_vfio_exit(void)
{
	nvidia_set_half(NULL);
	if (nvidia_mdev_is_loaded())
		nvidia_mdev_exit();
}

module_init(nvidia_vfio_init);
module_exit(nvidia_vfio_exit);
MODULE_DESCRIPTION("The vGPU files of a driver named nvidia");
MODULE_LICENSE("GPL");
