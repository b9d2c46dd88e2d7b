// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/nvidiaN: who has it open uses the GPU, and its driver can't be unbound
 * meanwhile (OGKM kernel-open/nvidia/nv.c and nv-pci.c).
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/module.h>

#include "nvidia.h"

static int open_node(struct inode *inode, struct file *file)
{
	struct nvidia_gpu *gpu = container_of(file->private_data, struct nvidia_gpu, node);
	int error = 0;

	mutex_lock(&nvidia_state);
	if (gpu->locked || gpu->going)	/* nv.c: the GPU is locked for unbind */
		error = -ENODEV;
	else
		++gpu->usage;
	mutex_unlock(&nvidia_state);
	return error;
}

static int close_node(struct inode *inode, struct file *file)
{
	struct nvidia_gpu *gpu = container_of(file->private_data, struct nvidia_gpu, node);

	mutex_lock(&nvidia_state);
	--gpu->usage;
	mutex_unlock(&nvidia_state);
	return 0;
}

static const struct file_operations node_ops = {
	.owner = THIS_MODULE,
	.open = open_node,
	.release = close_node,
};

int nvidia_node_show(struct nvidia_gpu *gpu)
{
	snprintf(gpu->name, sizeof(gpu->name), "nvidia%d", gpu->minor);
	gpu->node = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR, .name = gpu->name, .fops = &node_ops, .mode = 0666,
	};
	return misc_register(&gpu->node);
}

void nvidia_node_hide(struct nvidia_gpu *gpu)
{
	misc_deregister(&gpu->node);
}

/* OGKM nv-pci.c: a GPU in use can't be given up, and remove() can't fail, so it waits, however long. */
void nvidia_wait_until_unused(struct nvidia_gpu *gpu)
{
	bool told = false;

	mutex_lock(&nvidia_state);
	while (gpu->usage) {
		mutex_unlock(&nvidia_state);
		if (!told)
			pci_err(gpu->pf, "NVRM: Attempting to remove device %s with non-zero usage count!\n",
				pci_name(gpu->pf));
		told = true;
		msleep(100);
		mutex_lock(&nvidia_state);
	}
	gpu->going = true;
	mutex_unlock(&nvidia_state);
}
