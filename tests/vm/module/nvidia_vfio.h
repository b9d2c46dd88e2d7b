/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NVIDIA_VFIO_H
#define NVIDIA_VFIO_H

#include <linux/types.h>

#include "nvidia.h"

struct nvidia_vfio;

/*
 * nvidia_vfio.c: what a VM opens. Below a VF, in the VF's own IOMMU group, or
 * below an mdev, which has no IOMMU and is given a group.
 */
struct nvidia_vfio *nvidia_vfio_add(struct nvidia_vf *vf, struct device *parent, bool is_mdev);
struct nvidia_vf *nvidia_vfio_vf(struct nvidia_vfio *vfio);
/* Waits until nobody has it open. */
void nvidia_vfio_drop(struct nvidia_vfio *vfio);

/* nvidia_vendor.c: the files in <VF>/nvidia/, and what the mdevs' folder has of them. */
extern const struct nvidia_half nvidia_vendor;
ssize_t nvidia_show_params(struct nvidia_vf *vf, char *text);
ssize_t nvidia_store_params(struct nvidia_vf *vf, const char *text, size_t length);

/* nvidia_mdev.c */
extern const struct nvidia_half nvidia_mdev;
bool nvidia_mdev_is_loaded(void);
int nvidia_mdev_init(void);
void nvidia_mdev_exit(void);

#endif
