#pragma once
#include <stddef.h>
/// The IANA time-zone database, as `make.py` packs it.
const unsigned char *_Nonnull ctimezones_data(void);
size_t ctimezones_size(void);
