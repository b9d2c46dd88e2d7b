/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NVIDIA_H
#define NVIDIA_H

#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/types.h>

/* Of the smallest size: RM has no more vGPUs on a GPU without MIG (OGKM nv-hypervisor.h). */
#define MOST_PLACES 32
/* Characters of vgpu_params (NVIDIA's vGPU guide). */
#define MOST_PARAMS 1024

struct proc_dir_entry;

/* A time-sliced vGPU type. */
struct vgpu_type {
	unsigned int id;
	unsigned int gib;	/* of the frame buffer: what must be the same for all of a GPU */
	char series;
};

/* A PF that the driver is bound to. */
struct nvidia_gpu {
	struct list_head list;
	struct pci_dev *pf;
	struct miscdevice node;
	char name[16];
	int minor;
	unsigned long due;	/* when its files in /proc come */
	struct proc_dir_entry *folder;
	/* The rest is under nvidia_state. */
	int usage;	/* open /dev/nvidiaN, and vGPUs that somebody runs */
	bool locked;	/* unbindLock */
	bool going;
	unsigned int gib;	/* of the vGPUs that it carries */
	DECLARE_BITMAP(places, MOST_PLACES);
};

/* A VF that the driver is bound to. */
struct nvidia_vf {
	struct list_head list;
	struct pci_dev *dev;
	struct nvidia_gpu *gpu;	/* while the driver is bound to the PF, too */
	unsigned long due;	/* when the VFIO half is told of it */
	bool shown;
	void *half;	/* the VFIO half's own */
	/* The rest is under nvidia_state, and nothing while there is no type. */
	const struct vgpu_type *type;
	unsigned int place;	/* counted in vGPUs of its size */
	int users;
	char params[MOST_PARAMS + 1];
};

/*
 * nvidia-vgpu-vfio: what it is told. show() may fail, hide() comes after it all
 * the same; neither is called while another is.
 */
struct nvidia_half {
	int (*show)(struct nvidia_vf *vf);
	void (*hide)(struct nvidia_vf *vf);
};

/* nvidia_pci.c: NULL takes the files of all VFs away. */
void nvidia_set_half(const struct nvidia_half *half);

/* nvidia_node.c */
int nvidia_node_show(struct nvidia_gpu *gpu);
void nvidia_node_hide(struct nvidia_gpu *gpu);
void nvidia_wait_until_unused(struct nvidia_gpu *gpu);	/* and nobody uses it from then on */

/* nvidia_proc.c */
int nvidia_proc_init(void);
void nvidia_proc_exit(void);
void nvidia_proc_show(struct nvidia_gpu *gpu, bool with_lock);
void nvidia_proc_hide(struct nvidia_gpu *gpu);

/* nvidia_rules.c: all take nvidia_state themselves. */
extern struct mutex nvidia_state;
extern const struct vgpu_type nvidia_types[];	/* up to one without an id */
unsigned int vgpu_most(const struct vgpu_type *type);
bool vgpu_creatable(struct nvidia_vf *vf, const struct vgpu_type *type);
int vgpu_create(struct nvidia_vf *vf, unsigned int id);
int vgpu_destroy(struct nvidia_vf *vf);
int vgpu_move(struct nvidia_vf *vf, unsigned int placement);
int vgpu_use(struct nvidia_vf *vf);
void vgpu_unuse(struct nvidia_vf *vf);

#endif
