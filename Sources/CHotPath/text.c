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

// One block of 64 bytes: copies it, adds its bytes to what tells ASCII, and returns its stops.

static inline bool is_stop(uint8_t c) { return c == '"' || c == '\\' || c < 0x20; }

static inline uint64_t block_plain(uint8_t *to, const uint8_t *from, uint64_t *all) {
  uint64_t stops = 0;
  for (int i = 0; i < 64; i += 8) {
    uint64_t word;
    memcpy(&word, from + i, 8);
    memcpy(to + i, &word, 8);
    *all |= word & HIGH_BITS;
    for (int j = 0; j < 8; j++) stops |= (uint64_t)is_stop(from[i + j]) << (i + j);
  }
  return stops;
}

#if defined(__x86_64__)
static inline uint64_t block_sse2(uint8_t *to, const uint8_t *from, uint64_t *all) {
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
  uint64_t stops = 0;
  for (int i = 0; i < 4; i++) {
    __m128i v = _mm_loadu_si128((const __m128i *)from + i);
    _mm_storeu_si128((__m128i *)to + i, v);
    *all |= (uint64_t)(uint32_t)_mm_movemask_epi8(v);
    __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
    stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_max_epu8(v, control), control));
    stops |= (uint64_t)(uint32_t)_mm_movemask_epi8(stop) << (i * 16);
  }
  return stops;
}

__attribute__((target("avx2"))) static inline uint32_t half_avx2(uint8_t *to, const uint8_t *from, uint64_t *all) {
  const __m256i quote = _mm256_set1_epi8('"'), slash = _mm256_set1_epi8('\\'), control = _mm256_set1_epi8(0x1f);
  __m256i v = _mm256_loadu_si256((const __m256i *)from);
  _mm256_storeu_si256((__m256i *)to, v);
  *all |= (uint64_t)(uint32_t)_mm256_movemask_epi8(v);
  __m256i stop = _mm256_or_si256(_mm256_cmpeq_epi8(v, quote), _mm256_cmpeq_epi8(v, slash));
  stop = _mm256_or_si256(stop, _mm256_cmpeq_epi8(_mm256_max_epu8(v, control), control));
  return (uint32_t)_mm256_movemask_epi8(stop);
}

__attribute__((target("avx2"))) static inline uint64_t block_avx2(uint8_t *to, const uint8_t *from, uint64_t *all) {
  uint64_t low = half_avx2(to, from, all), high = half_avx2(to + 32, from + 32, all);
  return low | high << 32;
}
#endif

typedef uint64_t (*block_function)(uint8_t *, const uint8_t *, uint64_t *);

static inline __attribute__((always_inline)) bool prepare(
  uint8_t *to, uint64_t *stops, const uint8_t *from, size_t length, block_function block) {
  uint64_t all = 0;
  size_t whole = length / 64, rest = length % 64;
  for (size_t i = 0; i < whole; i++) stops[i] = block(to + i * 64, from + i * 64, &all);
  uint8_t last[64] = {0};
  if (rest > 0) memcpy(last, from + whole * 64, rest);
  stops[whole] = block(to + whole * 64, last, &all);
  memset(to + (whole + 1) * 64, 0, 64);
  stops[whole + 1] = ~(uint64_t)0;
  return all == 0;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static bool prepare_avx2(uint8_t *to, uint64_t *stops, const uint8_t *from, size_t length) {
  return prepare(to, stops, from, length, block_avx2);
}
#endif

bool hp_prepare(hp_level level, uint8_t *to, uint64_t *stops, const uint8_t *from, size_t length) {
#if defined(__x86_64__)
  if (level == HP_AVX2) return prepare_avx2(to, stops, from, length);
  if (level == HP_SSE2) return prepare(to, stops, from, length, block_sse2);
#endif
  (void)level;
  return prepare(to, stops, from, length, block_plain);
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
    uint64_t words[4];
    while (i + 32 <= length) {
      memcpy(words, text + i, 32);
      if (((words[0] | words[1] | words[2] | words[3]) & HIGH_BITS) != 0) break;
      i += 32;
    }
    while (i + 8 <= length) {
      memcpy(words, text + i, 8);
      if ((words[0] & HIGH_BITS) != 0) break;
      i += 8;
    }
    while (i < length && text[i] < 0x80) i++;
  }
  return true;
}
