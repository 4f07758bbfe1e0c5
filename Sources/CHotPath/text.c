#include "include/chotpath.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

hp_level hp_best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") ? HP_AVX2 : HP_SSE2;
#else
  return HP_PLAIN;
#endif
}

static const uint64_t HIGH_BITS = 0x8080808080808080ull;

/// Whether none of the bytes has its high bit set; reads no byte outside.
static bool is_ascii(const uint8_t *text, size_t length) {
  uint64_t all = 0;
  size_t i = 0;
  for (; i + 8 <= length; i += 8) {
    uint64_t word;
    memcpy(&word, text + i, 8);
    all |= word;
  }
  for (; i < length; i++) all |= text[i];
  return (all & HIGH_BITS) == 0;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static bool copy_avx2(uint8_t *to, const uint8_t *from, size_t length) {
  __m256i all = _mm256_setzero_si256();
  size_t i = 0;
  for (; i + 32 <= length; i += 32) {
    __m256i v = _mm256_loadu_si256((const __m256i *)(from + i));
    _mm256_storeu_si256((__m256i *)(to + i), v);
    all = _mm256_or_si256(all, v);
  }
  memcpy(to + i, from + i, length - i);
  return _mm256_movemask_epi8(all) == 0 && is_ascii(from + i, length - i);
}
#endif

bool hp_copy(hp_level level, uint8_t *to, const uint8_t *from, size_t length) {
  bool ascii;
#if defined(__x86_64__)
  if (level == HP_AVX2) {
    ascii = copy_avx2(to, from, length);
  } else
#endif
  {
    (void)level;
    if (length > 0) memcpy(to, from, length);
    ascii = is_ascii(from, length);
  }
  memset(to + length, 0, HP_PADDING);
  return ascii;
}

/// The length of the character of several bytes at `p`; 0: it is none.
static size_t multibyte(const uint8_t *p, size_t rest) {
  uint8_t first = p[0];
  if (first < 0xc2 || rest < 2) return 0;
  uint8_t second = p[1];
  if (first < 0xe0) return (second & 0xc0) == 0x80 ? 2 : 0;
  if (rest < 3 || (p[2] & 0xc0) != 0x80) return 0;
  if (first < 0xf0) {
    uint8_t least = first == 0xe0 ? 0xa0 : 0x80, most = first == 0xed ? 0x9f : 0xbf;
    return second >= least && second <= most ? 3 : 0;
  }
  if (first > 0xf4 || rest < 4 || (p[3] & 0xc0) != 0x80) return 0;
  uint8_t least = first == 0xf0 ? 0x90 : 0x80, most = first == 0xf4 ? 0x8f : 0xbf;
  return second >= least && second <= most ? 4 : 0;
}

bool hp_is_utf8(const uint8_t *text, size_t length) {
  size_t i = 0;
  while (i < length) {
    if (text[i] >= 0x80) {
      size_t n = multibyte(text + i, length - i);
      if (n == 0) return false;
      i += n;
      continue;
    }
    uint64_t word;
    while (i + 8 <= length) {
      memcpy(&word, text + i, 8);
      if ((word & HIGH_BITS) != 0) break;
      i += 8;
    }
    while (i < length && text[i] < 0x80) i++;
  }
  return true;
}
