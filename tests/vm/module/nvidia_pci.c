// SPDX-License-Identifier: GPL-2.0
/*
 * A driver named nvidia with what the host side of NVIDIA's shows of SR-IOV: no
 * sriov_configure, an unbindLock, a remove() that waits for who uses the GPU, VFs
 * that stay when it is gone. What it is made after is in NVIDIA's open kernel
 * modules (OGKM below: NVIDIA/open-gpu-kernel-modules, kernel-open/nvidia); the
 * code is our own, and there is no GPU behind it.
 *
 *   modprobe nvidia lock_delay=200 vgpu_delay=500
 *
 * It names no ids for udevd: other jobs give GPUs of this vendor other drivers.
 */
#include <linux/iommu.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "nvidia.h"

static unsigned int lock_delay;
module_param(lock_delay, uint, 0644);
MODULE_PARM_DESC(lock_delay, "milliseconds from a PF's bind to its files in /proc");

static unsigned int vgpu_delay;
module_param(vgpu_delay, uint, 0644);
MODULE_PARM_DESC(vgpu_delay, "milliseconds from the later bind, of PF or VF, to a VF's vGPU files");

static bool vgpu = true;
module_param(vgpu, bool, 0644);
MODULE_PARM_DESC(vgpu, "0: as the driver that is no vGPU host's, without unbindLock and VFs");

static LIST_HEAD(gpus);
static LIST_HEAD(vfs);
static const struct nvidia_half *half;
/* Of the three above. Never taken by who reads or writes a file. */
static DEFINE_MUTEX(events);

static struct workqueue_struct *looks;
static void look(struct work_struct *work);
static DECLARE_DELAYED_WORK(later, look);

static bool is_due(unsigned long due, unsigned long *next)
{
	if (time_after_eq(jiffies, due))
		return true;
	*next = min(*next, due - jiffies);
	return false;
}

/* Shows what is due, and comes again for the rest. */
static void look(struct work_struct *work)
{
	unsigned long next = MAX_JIFFY_OFFSET;
	struct nvidia_gpu *gpu;
	struct nvidia_vf *vf;

	mutex_lock(&events);
	list_for_each_entry(gpu, &gpus, list)
		if (!gpu->folder && is_due(gpu->due, &next))
			nvidia_proc_show(gpu, vgpu);
	list_for_each_entry(vf, &vfs, list) {
		if (!half || !vf->gpu || vf->shown || !is_due(vf->due, &next))
			continue;
		vf->shown = true;
		if (half->show(vf))
			pci_err(vf->dev, "its vGPU files could not be made\n");
	}
	if (next != MAX_JIFFY_OFFSET)
		mod_delayed_work(looks, &later, next);
	mutex_unlock(&events);
}

static void look_soon(void)
{
	mod_delayed_work(looks, &later, 0);
}

static void hide(struct nvidia_vf *vf)
{
	if (vf->shown)
		half->hide(vf);
	vf->shown = false;
}

static void join(struct nvidia_vf *vf, struct nvidia_gpu *gpu)
{
	vf->gpu = gpu;
	vf->due = jiffies + msecs_to_jiffies(vgpu_delay);
}

void nvidia_set_half(const struct nvidia_half *other)
{
	struct nvidia_vf *vf;

	mutex_lock(&events);
	list_for_each_entry(vf, &vfs, list)
		hide(vf);
	half = other;
	mutex_unlock(&events);
	look_soon();
}
EXPORT_SYMBOL_GPL(nvidia_set_half);

static int lowest_free_minor(void)
{
	struct nvidia_gpu *gpu;
	int minor = 0;
again:
	list_for_each_entry(gpu, &gpus, list) {
		if (gpu->minor == minor) {
			++minor;
			goto again;
		}
	}
	return minor;
}

static int probe_pf(struct pci_dev *dev)
{
	struct nvidia_gpu *gpu = devm_kzalloc(&dev->dev, sizeof(*gpu), GFP_KERNEL);
	struct nvidia_vf *vf;
	int error;

	if (!gpu)
		return -ENOMEM;
	gpu->pf = dev;
	mutex_lock(&events);
	gpu->minor = lowest_free_minor();
	error = nvidia_node_show(gpu);
	if (!error) {
		pci_set_drvdata(dev, gpu);
		gpu->due = jiffies + msecs_to_jiffies(lock_delay);
		list_add_tail(&gpu->list, &gpus);
		list_for_each_entry(vf, &vfs, list)
			if (pci_physfn(vf->dev) == dev)
				join(vf, gpu);
	}
	mutex_unlock(&events);
	look_soon();
	return error;
}

static void remove_pf(struct pci_dev *dev)
{
	struct nvidia_gpu *gpu = pci_get_drvdata(dev);
	struct nvidia_vf *vf;

	nvidia_wait_until_unused(gpu);
	mutex_lock(&events);
	list_del(&gpu->list);
	list_for_each_entry(vf, &vfs, list) {
		if (vf->gpu == gpu) {
			hide(vf);
			vgpu_destroy(vf);
			vf->gpu = NULL;
		}
	}
	mutex_unlock(&events);
	nvidia_proc_hide(gpu);
	nvidia_node_hide(gpu);
}

static int probe_vf(struct pci_dev *dev)
{
	struct nvidia_gpu *gpu;
	struct nvidia_vf *vf;

	/* OGKM nv-pci.c answers -1 to both, which is EPERM. */
	if (!vgpu) {
		pci_err(dev, "NVRM: Ignoring probe for VF %s\n", pci_name(dev));
		return -EPERM;
	}
	if (!device_iommu_mapped(&dev->dev)) {
		pci_err(dev, "NVRM: Aborting probe for VF %s since IOMMU is not present on the system.\n",
			pci_name(dev));
		return -EPERM;
	}
	vf = devm_kzalloc(&dev->dev, sizeof(*vf), GFP_KERNEL);
	if (!vf)
		return -ENOMEM;
	vf->dev = dev;
	pci_set_drvdata(dev, vf);
	mutex_lock(&events);
	list_add_tail(&vf->list, &vfs);
	list_for_each_entry(gpu, &gpus, list)
		if (gpu->pf == pci_physfn(dev))
			join(vf, gpu);
	mutex_unlock(&events);
	look_soon();
	return 0;
}

static void remove_vf(struct pci_dev *dev)
{
	struct nvidia_vf *vf = pci_get_drvdata(dev);

	mutex_lock(&events);
	hide(vf);
	vgpu_destroy(vf);
	list_del(&vf->list);
	mutex_unlock(&events);
}

static int probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	return dev->is_virtfn ? probe_vf(dev) : probe_pf(dev);
}

/* OGKM nv-pci.c: the VFs stay, and the kernel says so. */
static void leave(struct pci_dev *dev)
{
	if (dev->is_virtfn)
		remove_vf(dev);
	else
		remove_pf(dev);
}

/* OGKM nv-pci-table.c: every VGA and 3D controller of the vendor. */
static const struct pci_device_id ids[] = {
	{ PCI_DEVICE_CLASS(PCI_CLASS_DISPLAY_VGA << 8, ~0), .vendor = PCI_VENDOR_ID_NVIDIA },
	{ PCI_DEVICE_CLASS(PCI_CLASS_DISPLAY_3D << 8, ~0), .vendor = PCI_VENDOR_ID_NVIDIA },
	{},
};

static struct pci_driver nvidia = {
	.name = "nvidia",
	.id_table = ids,
	.probe = probe,
	.remove = leave,
	/* A VF is given to a VM while this driver stays bound to it. */
	.driver_managed_dma = true,
};

static int __init nvidia_init(void)
{
	int error = nvidia_proc_init();

	if (error)
		return error;
	looks = alloc_workqueue("nvidia", WQ_UNBOUND, 0);
	error = looks ? pci_register_driver(&nvidia) : -ENOMEM;
	if (error) {
		if (looks)
			destroy_workqueue(looks);
		nvidia_proc_exit();
	}
	return error;
}

static void __exit nvidia_exit(void)
{
	pci_unregister_driver(&nvidia);
	cancel_delayed_work_sync(&later);
	destroy_workqueue(looks);
	nvidia_proc_exit();
}

module_init(nvidia_init);
module_exit(nvidia_exit);
MODULE_DESCRIPTION("A driver named nvidia with the files of NVIDIA's vGPU host");
MODULE_LICENSE("GPL");
