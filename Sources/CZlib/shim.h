#pragma once
#include <zlib.h>
/* deflateInit2 is a macro: not importable. Window bits 31 ask for a gzip header. */
static inline int tenet_deflate_gzip_init(z_stream *stream, int level) { return deflateInit2(stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY); }
