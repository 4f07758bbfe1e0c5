#include "include/chotpath.h"
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>

bool hp_has_crc32c(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("sse4.2");
}

__attribute__((target("sse4.2"))) uint32_t hp_crc32c(uint32_t state, const uint8_t *bytes, size_t length) {
  uint64_t wide = state;
  for (; length >= 8; bytes += 8, length -= 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = (uint32_t)wide;
  for (; length > 0; bytes++, length--) state = _mm_crc32_u8(state, *bytes);
  return state;
}
#else
bool hp_has_crc32c(void) { return false; }

uint32_t hp_crc32c(uint32_t state, const uint8_t *bytes, size_t length) {
  (void)bytes;
  (void)length;
  return state;
}
#endif
