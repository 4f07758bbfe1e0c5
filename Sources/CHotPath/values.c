#include "include/chotpath.h"
#include <string.h>

static inline bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }

static const int64_t POWERS[19] = {
  1,
  10,
  100,
  1000,
  10000,
  100000,
  1000000,
  10000000,
  100000000,
  1000000000,
  10000000000,
  100000000000,
  1000000000000,
  10000000000000,
  100000000000000,
  1000000000000000,
  10000000000000000,
  100000000000000000,
  1000000000000000000,
};

hp_number hp_fixed(const uint8_t *text, size_t length, int scale, int64_t *value) {
  const uint8_t *p = text, *end = text + length;
  bool negative = p < end && *p == '-';
  if (negative) p++;
  const uint8_t *whole = p;
  uint64_t number = 0;
  while (p < end && is_digit(*p)) number = number * 10 + (uint64_t)(*p++ - '0');
  size_t digits = (size_t)(p - whole);
  if (digits == 0 || (digits > 1 && *whole == '0')) return HP_NO_NUMBER;
  size_t fraction = 0;
  if (p < end && *p == '.') {
    p++;
    const uint8_t *first = p;
    while (p < end && is_digit(*p)) number = number * 10 + (uint64_t)(*p++ - '0');
    fraction = (size_t)(p - first);
    if (fraction == 0) return HP_NO_NUMBER;
  }
  if (p < end) {
    if ((*p | 0x20) != 'e') return HP_NO_NUMBER;
    p++;
    if (p < end && (*p == '+' || *p == '-')) p++;
    if (p == end) return HP_NO_NUMBER;
    while (p < end && is_digit(*p)) p++;
    return p == end ? HP_WIDE : HP_NO_NUMBER;
  }
  if (digits + fraction > 18 || fraction > (size_t)scale) return HP_WIDE;
  int64_t scaled;
  if (__builtin_mul_overflow((int64_t)number, POWERS[(size_t)scale - fraction], &scaled)) return HP_WIDE;
  *value = negative ? -scaled : scaled;
  return HP_FITS;
}

hp_number hp_double(const uint8_t *text, size_t length, double *value) {
  // Whole numbers below 2^53 and powers of ten to 10^15 are doubles, so one division rounds once.
  const uint8_t *point = memchr(text, '.', length);
  int scale = point == NULL ? 0 : (int)(length - (size_t)(point - text) - 1);
  if (scale > 15) scale = 15;
  int64_t scaled;
  hp_number result = hp_fixed(text, length, scale, &scaled);
  if (result != HP_FITS) return result;
  if (scaled >= (int64_t)1 << 53 || scaled <= -((int64_t)1 << 53)) return HP_WIDE;
  bool negative = length > 0 && text[0] == '-';
  *value = scaled == 0 && negative ? -0.0 : (double)scaled / (double)POWERS[scale];
  return HP_FITS;
}

/// The two digits at `p`; 100 or more: there are none.
static inline unsigned two(const uint8_t *p) {
  unsigned a = (unsigned)p[0] - '0', b = (unsigned)p[1] - '0';
  return a < 10 && b < 10 ? a * 10 + b : 100;
}

static inline bool is_leap(unsigned year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/// Reads `2026-01-05`: days since 1970. The text has ten bytes.
static inline bool read_date(const uint8_t *p, int64_t *days) {
  static const uint8_t lengths[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  static const uint16_t before[13] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  unsigned century = two(p), rest = two(p + 2), month = two(p + 5), day = two(p + 8);
  if (century > 99 || rest > 99 || p[4] != '-' || p[7] != '-') return false;
  unsigned year = century * 100 + rest;
  if (year == 0 || month == 0 || month > 12 || day == 0) return false;
  bool leap = is_leap(year);
  if (day > lengths[month] + (unsigned)(leap && month == 2)) return false;
  unsigned past = year - 1;
  int64_t since_year_1 = (int64_t)past * 365 + past / 4 - past / 100 + past / 400;
  *days = since_year_1 - 719162 + before[month] + (leap && month > 2) + day - 1;
  return true;
}

bool hp_is_date(const uint8_t *text, size_t length) {
  int64_t days;
  return length == 10 && read_date(text, &days);
}

bool hp_time(const uint8_t *p, size_t length, int64_t *microseconds) {
  if (length < 20) return false;
  const uint8_t *end = p + length;
  int64_t days;
  if (!read_date(p, &days) || (p[10] | 0x20) != 't') return false;
  unsigned hour = two(p + 11), minute = two(p + 14), second = two(p + 17);
  if (hour > 23 || minute > 59 || second > 59 || p[13] != ':' || p[16] != ':') return false;
  p += 19;
  int64_t fraction = 0;
  if (*p == '.') {
    p++;
    const uint8_t *first = p;
    int64_t unit = 100000;
    while (p < end && is_digit(*p)) {
      fraction += (*p++ - '0') * unit;
      unit /= 10;
    }
    if (p == first) return false;
  }
  int64_t offset = 0;
  if (p == end) return false;
  if ((*p | 0x20) == 'z') {
    p++;
  } else {
    if ((*p != '+' && *p != '-') || end - p != 6) return false;
    unsigned hours = two(p + 1), minutes = two(p + 4);
    if (hours > 23 || minutes > 59 || p[3] != ':') return false;
    offset = (int64_t)(hours * 60 + minutes) * 60;
    if (*p == '-') offset = -offset;
    p += 6;
  }
  if (p != end) return false;
  int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset;
  if (seconds < -62135596800 || seconds >= 253402300800) return false;
  *microseconds = seconds * 1000000 + fraction;
  return true;
}
