/* SPDX-License-Identifier: MIT */
/* What comes from another host than the device's, and belongs to nothing of
 * ours: a stranger's, unless a line waits for just that. A device may answer
 * from any port, and inside a dialog from any host: it knows our tags. */
#include "play/state.h"

static bool same_host(const struct addr *a, const struct addr *b)
{
	struct addr x = *a, y = *b;

	addr_set_port(&x, 0);
	addr_set_port(&y, 0);
	return addr_equal(&x, &y);
}

static bool is_devices(const struct play *p, const struct addr *peer)
{
	const struct engine_opts *o = &p->eng->opts;

	for (unsigned i = 0; i < o->device->nsides; i++)
		if (o->sides && same_host(&o->sides[i], peer))
			return true;
	return same_host(&o->dut, peer);
}

/* Once for each host: the first few. */
static bool is_told(struct play *p, const struct addr *peer)
{
	for (unsigned i = 0; i < p->nstrangers; i++)
		if (same_host(&p->strangers[i], peer))
			return true;
	if (p->nstrangers == STRANGERS_MAX)
		return true;
	p->strangers[p->nstrangers++] = *peer;
	return false;
}

static void tell(struct play *p, const struct addr *peer, struct str what,
		 bool taken)
{
	char text[ADDR_TEXT_MAX];

	if (is_told(p, peer))
		return;
	addr_format(peer, text);
	play_problem(p,
		     "\"" STR_F "\" came from %s, which is no address of the "
		     "device: %s; if that is the device as well, write "
		     "\"address NAME %s\" in its file",
		     STR_A(what), text,
		     taken ? "a line takes it all the same"
			   : "it is not counted against the device",
		     text);
}

bool elsewhere_request(struct play *p, struct msg *m)
{
	bool ours = m->request || (m->leg && m->leg->begun != m), taken;

	if (ours || !m->party->decl || p->stage > STAGE_LINGER ||
	    is_devices(p, &m->peer))
		return false;
	taken = take_would(p, m);
	tell(p, &m->peer, m->pkt->start, taken);
	if (!taken)
		play_classify(p, m->rec, REC_STRAY, true);
	return !taken;
}

bool elsewhere_garbage(struct play *p, const struct wire_in *in, uint32_t rec)
{
	if (is_devices(p, &in->peer))
		return false;
	play_classify(p, rec, REC_STRAY, true);
	tell(p, &in->peer, STR("what is no SIP"), false);
	return true;
}
