// SPDX-License-Identifier: GPL-2.0
/* What VFs get by themselves when they are enabled, and what goes with them. */
#include "xe.h"

#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/sizes.h>

static u64 share_of(const struct card *card, int gt, enum value value, int count)
{
	const u64 left = left_of(card, gt, value, 0);
	/* Of contexts and doorbells the PF's part is taken off already. */
	const u64 spare = value == GGTT || value == VRAM ? card->all[0].has[gt][value] : 0;
	const u64 fair = div_u64(left - min(left, spare), count);
	u64 whole;

	if (value == VRAM && release >= VRAM_IN_SYSFS) {
		whole = ALIGN_DOWN(vram - min_t(u64, vram, SZ_128M), SZ_1G);
		whole = div_u64(whole, count + 1);
		return whole ? ALIGN_DOWN(min(fair, (u64)rounddown_pow_of_two(whole)), SZ_2M) : 0;
	}
	if (value == VRAM)
		return ALIGN_DOWN(fair, SZ_2M);
	if (value == GGTT)
		return ALIGN_DOWN(release < MODES ? fair :
				  min(fair, (u64)rounddown_pow_of_two(div_u64(3584ull << 20, count))), SZ_4K);
	if (release < MODES)
		return fair;
	return min(fair, (u64)rounddown_pow_of_two(value == CONTEXTS ? 65535 / count : 256 / (count + 1)));
}

static bool has_some(const struct card *card, int gt, enum value first, int count)
{
	enum value value;
	int i;

	for (i = 1; i <= count; ++i)
		for (value = first; value < VALUES; ++value)
			if (card->all[i].has[gt][value])
				return true;
	return false;
}

static int share_out(struct card *card, int gt, enum value value, int count)
{
	const u64 share = share_of(card, gt, value, count);
	int i;

	if (!share && value != DOORBELLS)
		return value == CONTEXTS ? -EDQUOT : -ENOSPC;
	for (i = 1; i <= count; ++i)
		card->all[i].has[gt][value] = share;
	return 0;
}

/* The newest driver's choice of times; which, no source says. */
static void choose_times(struct card *card, int count)
{
	int i, gt;

	for (i = 1; i <= count; ++i)
		for (gt = 0; gt < GTS; ++gt) {
			card->all[i].has[gt][QUANTUM] = 16;
			card->all[i].has[gt][TIMEOUT] = 64000;
		}
}

/* Up to 6.18 a GT is left alone where a VF has something there; up to 7.0 that is an error; later only VRAM counts. */
int provision(struct card *card, int count)
{
	const bool newest = release >= VRAM_IN_SYSFS;
	enum value value;
	int gt, error = 0;

	if (card->custom)
		return 0;
	for (gt = 0; gt < GTS; ++gt)
		if (release >= MODES && !newest && has_some(card, gt, FIRST_QUOTA, count))
			return -EUCLEAN;
	for (gt = 0; gt < GTS; ++gt) {
		if (release < MODES && has_some(card, gt, FIRST_QUOTA, count))
			continue;
		for (value = FIRST_QUOTA; value < VALUES && !error; ++value) {
			if (!has_value(value, 1, gt) || (value == VRAM && newest && has_some(card, gt, VRAM, count)))
				continue;
			error = share_out(card, gt, value, count);
		}
	}
	if (error)
		unprovision(card, count);
	else if (chooses_times)
		choose_times(card, count);
	return error;
}

static void release_vfs(struct card *card, int count)
{
	int i, gt;
	enum value value;

	for (i = 1; i <= count; ++i)
		for (gt = 0; gt < GTS; ++gt)
			for (value = 0; value < VALUES; ++value)
				if (value != PRIORITY)
					card->all[i].has[gt][value] = 0;
}

void unprovision(struct card *card, int count)
{
	int gt;

	if (card->custom)
		return;
	release_vfs(card, count);
	for (gt = 0; gt < GTS && chooses_times; ++gt)
		memset(card->all[0].has[gt], 0, FIRST_QUOTA * sizeof(u64));
}

int restore_automatic(struct card *card)
{
	if (pci_num_vf(card->pf))
		return -EBUSY;
	release_vfs(card, card->functions - 1);
	card->custom = false;
	return 0;
}
