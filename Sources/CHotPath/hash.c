#include "include/chotpath.h"
#include <string.h>

// A hash by folded 128-bit products, as wyhash and its kin do it: two sums of different odd constants over the same words.

static const uint64_t KEYS[4] = {
  0x8bb84b93962eacc9ull,
  0x4b33a62ed433d4a3ull,
  0x4d5a2da51de1aa47ull,
  0xd6e8feb86659fd93ull,
};

static inline uint64_t load(const uint8_t *p, size_t count) {
  uint64_t word = 0;
  memcpy(&word, p, count);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline uint64_t fold(uint64_t a, uint64_t b) {
  unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

hp_hash128 hp_hash(const uint8_t *p, size_t length, uint64_t seed) {
  uint64_t a = seed ^ KEYS[0], b = ~seed ^ KEYS[1];
  size_t rest = length;
  while (rest > 16) {
    uint64_t x = load(p, 8), y = load(p + 8, 8);
    a = fold(x ^ KEYS[2], y ^ a);
    b = fold(y ^ KEYS[3], x ^ b);
    p += 16;
    rest -= 16;
  }
  uint64_t x = load(p, rest < 8 ? rest : 8), y = rest > 8 ? load(p + 8, rest - 8) : 0;
  a = fold(x ^ KEYS[2], y ^ a);
  b = fold(y ^ KEYS[3], x ^ b);
  hp_hash128 hash = {
    fold(a ^ KEYS[1] ^ length, b ^ KEYS[2]),
    fold(b ^ KEYS[0], a ^ KEYS[3] ^ length),
  };
  return hash;
}
