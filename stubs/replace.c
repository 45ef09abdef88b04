/* SPDX-License-Identifier: MIT */
/*
 * Which call an INVITE with Replaces is to take over, and whether it may
 * (RFC 3891 3). The taking over is the role's.
 */
#include "replace.h"

/* The call whose dialog this is, seen from here; NULL: none. */
struct call *replace_find(const struct device *dev, const sip_replaces_t *rp)
{
	const nta_leg_t *leg = nta_leg_by_replaces(dev->agent, rp);
	const struct dialog *dlg = dev->dialogs;

	while (leg && dlg && dlg->leg != leg)
		dlg = dlg->next;
	return leg && dlg ? dlg->call : NULL;
}

/*
 * The status that refuses the replacement, or 0; without a Replaces *ret_old is
 * NULL. A call that rings here is not replaced (481).
 */
int replace_judge(const struct device *dev, const sip_t *sip,
		  struct call **ret_old)
{
	const sip_replaces_t *rp = sip_replaces(sip);

	*ret_old = NULL;
	if (device_has_twice(sip, sip_replaces_class) &&
	    !device_has(dev, FAULT_two_replaces_taken))
		return 400;
	if (!rp ||
	    device_has(dev, FAULT_pocketdial_supported_replaces_overclaim))
		return 0;
	if (!rp->rp_to_tag || !rp->rp_from_tag)
		return 400;
	*ret_old = replace_find(dev, rp);
	if (!*ret_old)
		return device_has(dev, FAULT_sipsorcery_replaces_400_race)
			       ? 400
			       : 481;
	if (!(*ret_old)->up && !(*ret_old)->inv &&
	    !device_has(dev, FAULT_cucm_early_replaces_not_481))
		return 481;
	return (*ret_old)->up && rp->rp_early_only &&
			       !device_has(dev, FAULT_early_only_ignored)
		       ? 486
		       : 0;
}
