#pragma once
/// Byte-scanning and column kernels of the engine's hot path. Thin, without state.
#include <stddef.h>
#include <stdint.h>
