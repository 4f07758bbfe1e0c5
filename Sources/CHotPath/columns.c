#include "include/chotpath.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define ROWS_TO_MASK(CONDITION)                 \
  for (size_t word = 0; word < rows / 64; word++) { \
    uint64_t bits = 0;                          \
    for (size_t bit = 0; bit < 64; bit++) {     \
      size_t row = word * 64 + bit;             \
      bits |= (uint64_t)(CONDITION) << bit;     \
    }                                           \
    mask[word] = bits;                          \
  }

#if defined(__x86_64__)
__attribute__((target("avx2"))) static inline uint64_t four_greater(__m256i a, __m256i b) {
  return (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(a, b)));
}

__attribute__((target("avx2"))) static inline uint64_t four_equal(__m256i a, __m256i b) {
  return (uint64_t)(uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(a, b)));
}

/// `right` moves on by `step` rows a row: 1, or 0 for a constant that stands four times.
__attribute__((target("avx2"))) static void compare_avx2(
  const int64_t *left, const int64_t *right, size_t step, size_t rows, hp_comparison comparison, uint64_t *mask) {
  for (size_t word = 0; word < rows / 64; word++) {
    uint64_t bits = 0;
    for (size_t i = 0; i < 64; i += 4) {
      size_t row = word * 64 + i;
      __m256i a = _mm256_loadu_si256((const __m256i *)(left + row));
      __m256i b = _mm256_loadu_si256((const __m256i *)(right + row * step));
      uint64_t four = comparison == HP_EQUAL ? four_equal(a, b) : comparison == HP_LESS ? four_greater(b, a) : four_greater(a, b) ^ 15;
      bits |= four << i;
    }
    mask[word] = bits;
  }
}

__attribute__((target("avx2"))) static void equal_symbol_avx2(const uint16_t *column, size_t rows, uint16_t constant, uint64_t *mask) {
  __m256i wanted = _mm256_set1_epi16((short)constant);
  for (size_t word = 0; word < rows / 64; word++) {
    const __m256i *p = (const __m256i *)(column + word * 64);
    uint64_t bits = 0;
    for (int half = 0; half < 2; half++) {
      __m256i a = _mm256_cmpeq_epi16(_mm256_loadu_si256(p + half * 2), wanted);
      __m256i b = _mm256_cmpeq_epi16(_mm256_loadu_si256(p + half * 2 + 1), wanted);
      // Packing goes by halves of the registers: the middle quarters change places.
      __m256i bytes = _mm256_permute4x64_epi64(_mm256_packs_epi16(a, b), 0xd8);
      bits |= (uint64_t)(uint32_t)_mm256_movemask_epi8(bytes) << (half * 32);
    }
    mask[word] = bits;
  }
}
#endif

void hp_compare_int(hp_level level, const int64_t *column, size_t rows, hp_comparison comparison, int64_t constant, uint64_t *mask) {
#if defined(__x86_64__)
  if (level == HP_AVX2) {
    const int64_t four[4] = {constant, constant, constant, constant};
    compare_avx2(column, four, 0, rows, comparison, mask);
    return;
  }
#endif
  (void)level;
  switch (comparison) {
  case HP_LESS: ROWS_TO_MASK(column[row] < constant) break;
  case HP_LESS_EQUAL: ROWS_TO_MASK(column[row] <= constant) break;
  case HP_EQUAL: ROWS_TO_MASK(column[row] == constant) break;
  }
}

void hp_compare_ints(hp_level level, const int64_t *left, const int64_t *right, size_t rows, hp_comparison comparison, uint64_t *mask) {
#if defined(__x86_64__)
  if (level == HP_AVX2) {
    compare_avx2(left, right, 1, rows, comparison, mask);
    return;
  }
#endif
  (void)level;
  switch (comparison) {
  case HP_LESS: ROWS_TO_MASK(left[row] < right[row]) break;
  case HP_LESS_EQUAL: ROWS_TO_MASK(left[row] <= right[row]) break;
  case HP_EQUAL: ROWS_TO_MASK(left[row] == right[row]) break;
  }
}

void hp_compare_double(const double *column, size_t rows, hp_comparison comparison, double constant, uint64_t *mask) {
  switch (comparison) {
  case HP_LESS: ROWS_TO_MASK(column[row] < constant) break;
  case HP_LESS_EQUAL: ROWS_TO_MASK(column[row] <= constant) break;
  case HP_EQUAL: ROWS_TO_MASK(column[row] == constant) break;
  }
}

void hp_compare_doubles(const double *left, const double *right, size_t rows, hp_comparison comparison, uint64_t *mask) {
  switch (comparison) {
  case HP_LESS: ROWS_TO_MASK(left[row] < right[row]) break;
  case HP_LESS_EQUAL: ROWS_TO_MASK(left[row] <= right[row]) break;
  case HP_EQUAL: ROWS_TO_MASK(left[row] == right[row]) break;
  }
}

void hp_equal_symbol(hp_level level, const uint16_t *column, size_t rows, uint16_t constant, uint64_t *mask) {
#if defined(__x86_64__)
  if (level == HP_AVX2) {
    equal_symbol_avx2(column, rows, constant, mask);
    return;
  }
#endif
  (void)level;
  ROWS_TO_MASK(column[row] == constant)
}
