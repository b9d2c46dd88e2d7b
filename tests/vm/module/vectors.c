// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/pci.h>

#include "function.h"
#include "vectors.h"

/* What the PF's VFs have beside this one. */
static int others_vectors(const struct pci_dev *pf, const struct pci_dev *but)
{
	struct pci_dev *vf = NULL;
	int sum = 0;

	while ((vf = pci_get_device(pf->vendor, PCI_ANY_ID, vf)))
		if (vf->is_virtfn && vf->physfn == pf && vf != but)
			sum += max(pci_msix_vec_count(vf), 0);
	return sum;
}

int set_vf_vectors(struct pci_dev *vf, int vectors, int total)
{
	struct pci_dev *pf = pci_physfn(vf);
	const int at = pci_find_capability(pf, PCI_CAP_ID_VNDR);
	const int index = pci_iov_vf_id(vf);
	u16 each;

	if (!at || index < 0)
		return -EOPNOTSUPP;
	pci_read_config_word(pf, at + VENDOR_EACH, &each);
	if (!vectors)
		vectors = each;
	if (!vectors || vectors > total - others_vectors(pf, vf))
		return -EOVERFLOW;
	pci_write_config_dword(pf, at + VENDOR_ASK, (index + 1) << 16 | vectors);
	return 0;
}
