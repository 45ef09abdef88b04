/* SPDX-License-Identifier: MIT */
/* The files from which sofia's TLS takes its certificate. */
#ifndef STUBS_CERTIFICATE_H
#define STUBS_CERTIFICATE_H

#include <stdbool.h>

bool certificate_present(const char *folder);
char *certificate_folder(void);
void certificate_remove(char *folder);

#endif
