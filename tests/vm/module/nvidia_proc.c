// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/driver/nvidia/gpus/ADDRESS: who a GPU is, and the lock that keeps others
 * from using it while its driver is unbound (OGKM kernel-open/nvidia/nv-procfs.c).
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "nvidia.h"

/* What was written to the lock, until it is closed. */
struct written {
	struct nvidia_gpu *gpu;
	size_t length;
	char text[16];
};

static struct proc_dir_entry *top, *all;

static int show_information(struct seq_file *file, void *unused)
{
	const struct nvidia_gpu *gpu = file->private;

	seq_printf(file, "Bus Location: \t %s\n", pci_name(gpu->pf));
	seq_printf(file, "Device Minor: \t %d\n", gpu->minor);
	return 0;
}

static int show_unbind_lock(struct seq_file *file, void *unused)
{
	const struct written *written = file->private;

	mutex_lock(&nvidia_state);
	seq_printf(file, "%d\n", written->gpu->locked);
	mutex_unlock(&nvidia_state);
	return 0;
}

static int open_unbind_lock(struct inode *inode, struct file *file)
{
	struct written *written = kzalloc(sizeof(*written), GFP_KERNEL);
	int error;

	if (!written)
		return -ENOMEM;
	written->gpu = pde_data(inode);
	error = single_open(file, show_unbind_lock, written);
	if (error)
		kfree(written);
	return error;
}

static ssize_t write_unbind_lock(struct file *file, const char __user *text, size_t length, loff_t *at)
{
	struct written *written = ((struct seq_file *)file->private_data)->private;

	if (length >= sizeof(written->text) - written->length)
		return -ENOSPC;
	if (copy_from_user(written->text + written->length, text, length))
		return -EFAULT;
	written->length += length;
	return length;
}

/* Other numbers than these two are passed over, and who asked in vain is not told: the file says it. */
static void turn_lock(struct nvidia_gpu *gpu, unsigned int value)
{
	if (value == 1 && !gpu->locked) {
		gpu->locked = !gpu->usage;
		if (gpu->locked)
			pci_info(gpu->pf, "NVRM: UnbindLock acquired\n");
		else
			pci_info(gpu->pf, "NVRM: Could not acquire UnbindLock\n");
	} else if (value == 0 && gpu->locked) {
		gpu->locked = false;
		pci_info(gpu->pf, "NVRM: UnbindLock released\n");
	}
}

static int close_unbind_lock(struct inode *inode, struct file *file)
{
	struct written *written = ((struct seq_file *)file->private_data)->private;
	unsigned int value;
	int error = 0;

	if (written->length) {
		mutex_lock(&nvidia_state);
		if (sscanf(written->text, "%u", &value) == 1)
			turn_lock(written->gpu, value);
		else
			error = -EINVAL;
		mutex_unlock(&nvidia_state);
	}
	kfree(written);
	single_release(inode, file);
	return error;
}

static const struct proc_ops lock_ops = {
	.proc_open = open_unbind_lock,
	.proc_read = seq_read,
	.proc_write = write_unbind_lock,
	.proc_lseek = seq_lseek,
	.proc_release = close_unbind_lock,
};

void nvidia_proc_show(struct nvidia_gpu *gpu, bool with_lock)
{
	gpu->folder = proc_mkdir(pci_name(gpu->pf), all);
	if (!gpu->folder ||
	    !proc_create_single_data("information", 0444, gpu->folder, show_information, gpu) ||
	    (with_lock && !proc_create_data("unbindLock", 0644, gpu->folder, &lock_ops, gpu)))
		pci_err(gpu->pf, "its files in /proc could not be made\n");
}

/* Waits for who is at work in a file, and closes what is open. */
void nvidia_proc_hide(struct nvidia_gpu *gpu)
{
	proc_remove(gpu->folder);
	gpu->folder = NULL;
}

int nvidia_proc_init(void)
{
	top = proc_mkdir("driver/nvidia", NULL);
	all = top ? proc_mkdir("gpus", top) : NULL;
	if (all)
		return 0;
	proc_remove(top);
	return -ENOMEM;
}

void nvidia_proc_exit(void)
{
	proc_remove(top);
}
