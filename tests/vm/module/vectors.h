/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VGPU_TEST_VECTORS_H
#define VGPU_TEST_VECTORS_H

struct pci_dev;

/*
 * Gives a VF of one of bridge.c's PFs an MSI-X table of so many vectors, out of
 * the total that the PF's driver has for all its VFs; 0: what the device gives
 * unasked. -EOVERFLOW where there are not as many, as mlx5 says it
 * (core/pci_irq.c:mlx5_set_msix_vec_count).
 */
int set_vf_vectors(struct pci_dev *vf, int vectors, int total);

#endif
