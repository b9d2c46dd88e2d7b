// SPDX-License-Identifier: GPL-2.0
/* What a number may be set to: rounded, clamped, refused where there is no more. */
#include "xe.h"

#include <linux/sizes.h>

#define LEAST_CONTEXTS 256ull
#define MOST_MS 100000ull
#define MOST_US 100000000ull

bool has_value(enum value value, int function, int gt)
{
	/* Memory is a tile's, and stands at its first GT. */
	return gt == 0 || (value != GGTT && value != VRAM);
}

static u64 most(enum value value)
{
	switch (value) {
	case CONTEXTS:
		return 65535;
	case DOORBELLS:
		return 256;
	case GGTT:
		return 0xFEE00000;
	default:
		return vram;
	}
}

static u64 least_spare(enum value value)
{
	switch (value) {
	case CONTEXTS:
		return LEAST_CONTEXTS;
	case GGTT:
		return SZ_64M;
	case VRAM:
		return SZ_128M;
	default:
		return 0;
	}
}

void least_spares(struct card *card)
{
	int gt;
	enum value value;

	for (gt = 0; gt < GTS; ++gt)
		for (value = FIRST_QUOTA; value < VALUES; ++value)
			card->all[0].has[gt][value] = least_spare(value);
}

static u64 used(const struct card *card, int gt, enum value value, int but)
{
	u64 sum = 0;
	int i;

	for (i = 1; i < card->functions; ++i)
		if (i != but)
			sum += card->all[i].has[gt][value];
	return sum;
}

/* A VF's memory may come out of what the PF keeps; what the driver gives out by itself does not. */
u64 left_of(const struct card *card, int gt, enum value value, int but)
{
	const bool ids = value == CONTEXTS || value == DOORBELLS;
	const u64 taken = used(card, gt, value, but) + (ids ? card->all[0].has[gt][value] : 0);

	return most(value) - min(most(value), taken);
}

static int set_spare(struct card *card, int gt, enum value value, u64 wanted)
{
	if (wanted < least_spare(value) || wanted > most(value))
		return -EINVAL;
	card->all[0].has[gt][value] = wanted;
	return 0;
}

static int give_quota(struct card *card, int function, int gt, enum value value, u64 wanted)
{
	const bool ids = value == CONTEXTS || value == DOORBELLS;
	const u64 left = left_of(card, gt, value, function);
	u64 *has = &card->all[function].has[gt][value];

	if (ids && wanted > most(value))
		return -EINVAL;
	if (wanted <= left && !ids)
		wanted = ALIGN(wanted, value == VRAM ? SZ_2M : SZ_4K);
	if (wanted == *has)
		return 0;
	if (value == VRAM && vram_is_fixed(card, function))
		return -EIO;
	*has = wanted <= left ? wanted : 0;
	if (wanted <= left)
		return 0;
	return ids ? -EDQUOT : -ENOSPC;
}

int give(struct card *card, int function, int gt, enum value value, u64 wanted)
{
	u64 *has = &card->all[function].has[gt][value];
	const int error = fails(function, gt, value);

	if (error)
		return -error;
	switch (value) {
	case QUANTUM:
		*has = min(wanted, MOST_MS);
		return 0;
	case TIMEOUT:
		*has = min(wanted, MOST_US);
		return 0;
	case PRIORITY:
		if (wanted > (function ? 1 : 2))
			return -EINVAL;
		*has = wanted;
		return 0;
	default:
		return function ? give_quota(card, function, gt, value, wanted) :
				  set_spare(card, gt, value, wanted);
	}
}

int give_everywhere(struct card *card, int function, enum value value, u64 wanted)
{
	int gt, error, first = 0;

	for (gt = 0; gt < GTS; ++gt) {
		if (!has_value(value, function, gt))
			continue;
		error = give(card, function, gt, value, wanted);
		first = first ? first : error;
	}
	return first;
}
