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

uint64_t hp_hash_content(const uint8_t *p, size_t length) {
  // Four sums that do not wait for each other.
  uint64_t sums[4] = {KEYS[0], KEYS[1], KEYS[2], KEYS[3]};
  size_t rest = length;
  for (; rest >= 64; p += 64, rest -= 64) {
    for (int i = 0; i < 4; i++) sums[i] = fold(load(p + i * 16, 8) ^ KEYS[i], load(p + i * 16 + 8, 8) ^ sums[i]);
  }
  hp_hash128 end = hp_hash(p, rest, length);
  return fold(sums[0] ^ end.low, sums[1] ^ KEYS[2]) ^ fold(sums[2] ^ end.high, sums[3] ^ KEYS[1]);
}
