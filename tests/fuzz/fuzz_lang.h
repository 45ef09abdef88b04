/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_LANG_H
#define TESTS_FUZZ_LANG_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's entry; aborts where a property does not hold. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
