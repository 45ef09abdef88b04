/* SPDX-License-Identifier: MIT */
/* Where the library of scenarios lies. Not what is chosen of it: select.c. */
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* "/x/build/release/../../scenarios" is "scenarios" where that is below the
 * working folder, else "/x/scenarios": places are printed with it. */
static const char *without_detour(struct arena *a, const char *path)
{
	char real[PATH_MAX], here[PATH_MAX];
	size_t n;

	if (!realpath(path, real))
		return path;
	n = getcwd(here, sizeof(here)) ? strlen(here) : 0;
	if (n && strncmp(real, here, n) == 0 && real[n] == '/')
		return arena_str(a, str_from(real + n + 1)).p;
	return arena_str(a, str_from(real)).p;
}

static const char *beside_program(struct arena *a, const char *tail)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n <= 0)
		return "";
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	return without_detour(a, arena_strf(a, "%s/%s", exe, tail).p);
}

const char *scenario_root(struct arena *a)
{
	const char *places[4];

	places[0] = getenv("SIPLADDER_SCENARIOS");
	if (places[0] && *places[0])
		return places[0];
	places[1] = "scenarios";
	places[2] = beside_program(a, "../share/sipladder/scenarios");
	places[3] = beside_program(a, "../../scenarios");
	for (int i = 0; i < 4; i++)
		if (places[i] && *places[i] && is_folder(places[i]))
			return places[i];
	return "scenarios";
}
