#pragma once
/// Byte-scanning and column kernels of the engine's hot path. Thin, without state: all memory is the caller's.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How wide the registers are that a function may use. A higher level than `hp_best_level` answers must not be asked for.
typedef enum {
  HP_PLAIN = 0,
  HP_SSE2 = 1,
  HP_AVX2 = 2,
} hp_level;

/// The widest level of this processor.
hp_level hp_best_level(void);

/// Bytes after a text that must be readable, and that `hp_copy` sets to 0.
#define HP_PADDING 64

/// Copies a text and pads it. Returns whether all of it is ASCII. `to` has room for `length + HP_PADDING` bytes.
bool hp_copy(hp_level level, uint8_t *to, const uint8_t *from, size_t length);

/// Whether a text is UTF-8: no overlong form, no surrogate, nothing beyond U+10FFFF.
bool hp_is_utf8(const uint8_t *text, size_t length);

// Projection: scan.c

/// What a JSON value is.
typedef enum {
  HP_ABSENT = 0,
  HP_NULL,
  HP_FALSE,
  HP_TRUE,
  HP_NUMBER,
  /// `start` and `length` are those between the quotes.
  HP_STRING,
  HP_ESCAPED_STRING,
  HP_OBJECT,
  HP_ARRAY,
} hp_kind;

/// Where a value stands in the text.
typedef struct {
  uint32_t kind;
  uint32_t start;
  uint32_t length;
} hp_token;

/// A name that is looked for in an object. Names of one object form a table of `mask + 1` entries, probed one after the other.
typedef struct {
  /// The first eight bytes, those that the name lacks as 0.
  uint64_t head;
  const uint8_t *name;
  uint32_t length;
  /// The token that the value goes to; negative: the entry is free.
  int32_t node;
} hp_entry;

/// The names of an object. At least one entry is free.
typedef struct {
  const hp_entry *entries;
  uint32_t mask;
} hp_names;

/// A field that is looked for. Fields are in preorder: those inside it are the ones from the next to `end`.
typedef struct {
  /// The names inside; `entries` is null: none is looked for.
  hp_names names;
  int32_t end;
} hp_node;

/// The place in a table at which probing for a name begins.
static inline uint32_t hp_place(uint64_t head, uint32_t length) {
  return (uint32_t)(((head ^ length) * 0x9E3779B97F4A7C15ull) >> 40);
}

/// The node of a name; negative: it is not looked for. Reads eight bytes, whatever the length.
int32_t hp_find(hp_names names, const uint8_t *name, size_t length);

typedef enum {
  HP_OK = 0,
  /// Not JSON: the text breaks the grammar at `*fault`.
  HP_MALFORMED,
  /// Nested beyond `HP_DEPTH`.
  HP_TOO_DEEP,
  /// JSON, but no object.
  HP_NO_OBJECT,
} hp_result;

#define HP_DEPTH 100

/// Checks that a text is JSON (RFC 8259, with escapes that make up whole characters) and an object, and finds the values of `count`
/// nodes. Of a name that occurs twice in one object the last value counts.
///
/// `text` is UTF-8, at most 2^32 − 1 bytes, followed by `HP_PADDING` bytes of 0.
hp_result hp_project(
  hp_level level, const uint8_t *text, size_t length, hp_names names, const hp_node *nodes, int32_t count, hp_token *tokens, size_t *fault);

/// Writes the characters of an escaped string, never more bytes than it has; returns how many. The string has been checked.
size_t hp_unescape(uint8_t *to, const uint8_t *from, size_t length);

// Values: values.c

typedef enum {
  /// `*value` has it.
  HP_FITS = 0,
  /// A number, but with an exponent, too many digits, or too large: to be read digit by digit.
  HP_WIDE,
  HP_NO_NUMBER,
} hp_number;

/// Reads a number as JSON writes it, as a multiple of 10^-scale. `scale` is at most 18.
hp_number hp_fixed(const uint8_t *text, size_t length, int scale, int64_t *value);

/// Reads a number as JSON writes it, as the nearest double. `HP_WIDE`: it needs more care.
hp_number hp_double(const uint8_t *text, size_t length, double *value);

/// Reads a time of RFC 3339, in microseconds since 1970; finer digits are cut. False: it is none, or not of the years 1 to 9999.
bool hp_time(const uint8_t *text, size_t length, int64_t *microseconds);

/// Whether a text is a date of the calendar, as `2026-01-05`.
bool hp_is_date(const uint8_t *text, size_t length);

// Hashes: hash.c. They are kept in rows, so they never change.

typedef struct {
  uint64_t low;
  uint64_t high;
} hp_hash128;

hp_hash128 hp_hash(const uint8_t *bytes, size_t length, uint64_t seed);

// Columns: columns.c. A mask has a bit a row; `rows` is a multiple of 64, and columns have that many.

typedef enum { HP_LESS = 0, HP_LESS_EQUAL, HP_EQUAL } hp_comparison;

void hp_compare_int(hp_level level, const int64_t *column, size_t rows, hp_comparison comparison, int64_t constant, uint64_t *mask);
void hp_compare_ints(hp_level level, const int64_t *left, const int64_t *right, size_t rows, hp_comparison comparison, uint64_t *mask);
void hp_compare_double(const double *column, size_t rows, hp_comparison comparison, double constant, uint64_t *mask);
void hp_compare_doubles(const double *left, const double *right, size_t rows, hp_comparison comparison, uint64_t *mask);
void hp_equal_symbol(hp_level level, const uint16_t *column, size_t rows, uint16_t constant, uint64_t *mask);
