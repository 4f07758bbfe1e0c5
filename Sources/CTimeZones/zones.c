#include "include/ctimezones.h"

#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char data[] = {
#embed "zones.bin"
};

const unsigned char *ctimezones_data(void) { return data; }
size_t ctimezones_size(void) { return sizeof data; }
