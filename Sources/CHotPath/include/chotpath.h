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

/// Brings the memory at an address near, while other work goes on; it is read soon.
static inline void hp_prefetch(const void *address) { __builtin_prefetch(address); }

/// Bytes of 0 that `hp_prepare` puts behind a text.
#define HP_PADDING 64

/// The words of `stops` that a text of so many bytes needs.
static inline size_t hp_stop_words(size_t length) { return length / 64 + 2; }

/// Copies a text, pads it, and marks the bytes at which a string ends or is interrupted: quotes, backslashes and control characters, the
/// padding included; a bit a byte. Returns whether all of the text is ASCII. `to` has room for `64 × hp_stop_words(length)` bytes.
bool hp_prepare(hp_level level, uint8_t *to, uint64_t *stops, const uint8_t *from, size_t length);

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

/// What tells names apart at a glance: the first eight bytes (those that it lacks as 0), the last eight (of a shorter one the same), and
/// the length.
typedef struct {
  uint64_t head;
  uint64_t tail;
  uint64_t length;
} hp_glance;

/// A name that is looked for.
typedef struct {
  hp_glance glance;
  const uint8_t *name;
  /// What is found; negative: the entry is free.
  int32_t node;
  /// The entry of another name of this glance, or −1: they are longer than 16 bytes.
  int32_t next;
} hp_entry;

/// A table of names: each of their glances has a place of its own, `hp_place`.
typedef struct {
  const hp_entry *entries;
  uint64_t multiplier;
  /// The table has 2^(64 − shift) entries, and behind them those that are `next`.
  uint32_t shift;
} hp_names;

static inline uint64_t hp_place(hp_glance glance, uint64_t multiplier, uint32_t shift) {
  return ((glance.head ^ (glance.tail >> 7 | glance.tail << 57) ^ glance.length << 40) * multiplier) >> shift;
}

/// Reads eight bytes, whatever the length.
hp_glance hp_glance_of(const uint8_t *name, size_t length);

/// The node of a name; negative: it is not looked for. Reads eight bytes, whatever the length.
int32_t hp_find(const hp_names *names, const uint8_t *name, size_t length);

/// A field that is looked for. Fields are in preorder: those inside it are the ones from the next to `end`.
typedef struct {
  /// The names inside; null: none is looked for.
  const hp_names *names;
  int32_t end;
} hp_node;

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
/// nodes. Of a name that occurs twice in one object the last value counts. `tokens` has room for one more.
///
/// `text` is UTF-8, at most 2^31 bytes; it and `stops` are as `hp_prepare` made them.
hp_result hp_project(
  const uint8_t *text, const uint64_t *stops, size_t length, const hp_names *names, const hp_node *nodes, int32_t count, hp_token *tokens,
  size_t *fault);

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

// Columns: columns.c and fill.c. A mask has a bit a row; `rows` is a multiple of 64, and columns have that many.

/// The values of one field. Which of the memory is in use, the field's form says.
typedef struct {
  /// Rows that have a value.
  uint64_t *present;
  /// Rows whose value is not as the schema says.
  uint64_t *invalid;
  /// Decimals that are no multiple of 10^-scale in 64 bits; of booleans those that are true.
  uint64_t *flags;
  /// Integers; decimals as multiples; times in microseconds; doubles (`doubles` is the same memory).
  union {
    int64_t *numbers;
    double *doubles;
  };
  /// Where texts and the digits of decimals stand in their record: start × 2^32 + length × 2.
  uint64_t *spans;
  /// Of texts: the number of one that `names` has + 1, or 0.
  uint16_t *symbols;
  /// Null: no text is compared with.
  const hp_names *names;
} hp_column;

typedef enum {
  HP_TAKE_TEXT,
  HP_TAKE_INTEGER,
  HP_TAKE_DECIMAL,
  HP_TAKE_DOUBLE,
  HP_TAKE_BOOL,
  HP_TAKE_TIME,
  /// Always left.
  HP_TAKE_NOTHING,
} hp_take;

/// How a field gets into its column.
typedef struct {
  uint8_t take;
  /// It may be missing, and nothing around it need be looked at.
  bool may_lack;
  bool may_be_null;
  int32_t node;
  int32_t column;
  /// What is below or above is left. In a decimal column multiples.
  int64_t minimum;
  int64_t maximum;
  /// Of a text: the symbols below 64 that are not left, a bit each.
  uint64_t listed;
} hp_field;

/// Puts fields of one record into a row that is clear. What is not plainly right is left to the caller: writes the places of those fields
/// and returns how many. `left` has room for all.
size_t hp_fill(
  const hp_field *fields, size_t count, const hp_token *tokens, const uint8_t *text, const hp_column *columns, size_t row, int scale,
  uint16_t *left);

// Hashes: hash.c. They are kept in rows, so they never change.

typedef struct {
  uint64_t low;
  uint64_t high;
} hp_hash128;

/// Of short texts.
hp_hash128 hp_hash(const uint8_t *bytes, size_t length, uint64_t seed);

/// Of long ones.
uint64_t hp_hash_content(const uint8_t *bytes, size_t length);

// Check sums: checksum.c

/// Whether this processor has CRC-32C; `hp_crc32c` must not be asked for else.
bool hp_has_crc32c(void);

/// The state of a CRC-32C (Castagnoli) after more bytes.
uint32_t hp_crc32c(uint32_t state, const uint8_t *bytes, size_t length);

typedef enum { HP_LESS = 0, HP_LESS_EQUAL, HP_EQUAL } hp_comparison;

void hp_compare_int(hp_level level, const int64_t *column, size_t rows, hp_comparison comparison, int64_t constant, uint64_t *mask);
void hp_compare_ints(hp_level level, const int64_t *left, const int64_t *right, size_t rows, hp_comparison comparison, uint64_t *mask);
void hp_compare_double(const double *column, size_t rows, hp_comparison comparison, double constant, uint64_t *mask);
void hp_compare_doubles(const double *left, const double *right, size_t rows, hp_comparison comparison, uint64_t *mask);
void hp_equal_symbol(hp_level level, const uint16_t *column, size_t rows, uint16_t constant, uint64_t *mask);
