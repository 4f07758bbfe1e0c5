#include "include/chotpath.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// A string ends or is interrupted at a quote, a backslash or a control character; the padding holds one.

static inline __attribute__((always_inline)) const uint8_t *string_stop_plain(const uint8_t *p) {
  const uint64_t ones = 0x0101010101010101ull, highs = 0x8080808080808080ull;
  for (;; p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
    uint64_t found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - ones * 0x20) & ~word);
    found &= highs;
    // A byte below the first one found may be marked wrongly, the first one never is: borrows go upward.
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (found) return p + (__builtin_ctzll(found) >> 3);
#else
    if (found) {
      while (*p != '"' && *p != '\\' && *p >= 0x20) p++;
      return p;
    }
#endif
  }
}

#if defined(__x86_64__)
static inline __attribute__((always_inline)) const uint8_t *string_stop_sse2(const uint8_t *p) {
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1f);
  for (;; p += 16) {
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash));
    stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_max_epu8(v, control), control));
    uint32_t mask = (uint32_t)_mm_movemask_epi8(stop);
    if (mask) return p + __builtin_ctz(mask);
  }
}

__attribute__((target("avx2"))) static inline __attribute__((always_inline)) const uint8_t *string_stop_avx2(const uint8_t *p) {
  const __m256i quote = _mm256_set1_epi8('"'), slash = _mm256_set1_epi8('\\'), control = _mm256_set1_epi8(0x1f);
  for (;; p += 32) {
    __m256i v = _mm256_loadu_si256((const __m256i *)p);
    __m256i stop = _mm256_or_si256(_mm256_cmpeq_epi8(v, quote), _mm256_cmpeq_epi8(v, slash));
    stop = _mm256_or_si256(stop, _mm256_cmpeq_epi8(_mm256_max_epu8(v, control), control));
    uint32_t mask = (uint32_t)_mm256_movemask_epi8(stop);
    if (mask) return p + __builtin_ctz(mask);
  }
}
#endif

static inline int hex_digit(uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The four hexadecimal digits at `p`; negative: there are none.
static int hex_four(const uint8_t *p) {
  int value = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(p[i]);
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}

/// The end of the escape that begins at `p` with a backslash; null: it is none, or half a character.
static const uint8_t *escape_end(const uint8_t *p) {
  switch (p[1]) {
  case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't':
    return p + 2;
  case 'u': {
    int unit = hex_four(p + 2);
    if (unit < 0 || (unit >= 0xdc00 && unit < 0xe000)) return NULL;
    if (unit < 0xd800 || unit >= 0xe000) return p + 6;
    if (p[6] != '\\' || p[7] != 'u') return NULL;
    int low = hex_four(p + 8);
    return low >= 0xdc00 && low < 0xe000 ? p + 12 : NULL;
  }
  default:
    return NULL;
  }
}

static inline bool is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }

/// The end of the number at `p`, or null.
static inline __attribute__((always_inline)) const uint8_t *number_end(const uint8_t *p) {
  if (*p == '-') p++;
  if (*p == '0') {
    p++;
  } else {
    if (!is_digit(*p)) return NULL;
    while (is_digit(*p)) p++;
  }
  if (*p == '.') {
    p++;
    if (!is_digit(*p)) return NULL;
    while (is_digit(*p)) p++;
  }
  if ((*p | 0x20) == 'e') {
    p++;
    if (*p == '+' || *p == '-') p++;
    if (!is_digit(*p)) return NULL;
    while (is_digit(*p)) p++;
  }
  return p;
}

static inline __attribute__((always_inline)) const uint8_t *skip_space(const uint8_t *p) {
  while (__builtin_expect(*p <= ' ', 0) && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) p++;
  return p;
}

static inline __attribute__((always_inline)) int32_t find_name(hp_names names, const uint8_t *name, uint32_t length) {
  uint64_t head;
  memcpy(&head, name, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  head = __builtin_bswap64(head);
#endif
  if (length < 8) head &= ((uint64_t)1 << (length * 8)) - 1;
  for (uint32_t i = hp_place(head, length);; i++) {
    const hp_entry *entry = names.entries + (i & names.mask);
    if (entry->node < 0) return -1;
    if (entry->head == head && entry->length == length && (length <= 8 || memcmp(entry->name + 8, name + 8, length - 8) == 0))
      return entry->node;
  }
}

int32_t hp_find(hp_names names, const uint8_t *name, size_t length) { return find_name(names, name, (uint32_t)length); }

/// A name with escapes: written out before it is looked up. Names that long are not looked for.
static __attribute__((noinline)) int32_t find_escaped_name(hp_names names, const uint8_t *name, size_t length) {
  uint8_t plain[1024 + 8];
  if (length > 1024) return -1;
  size_t count = hp_unescape(plain, name, length);
  memset(plain + count, 0, 8);
  return find_name(names, plain, (uint32_t)count);
}

typedef const uint8_t *(*string_stop)(const uint8_t *);

/// An object or array that is open around the place of reading.
typedef struct {
  hp_names names;
  int32_t node;
  bool is_object;
} frame;

/// The end of the string that begins at `p`, behind its opening quote: the closing quote; null: there is none, or an escape is wrong.
static inline __attribute__((always_inline)) const uint8_t *string_end(const uint8_t *p, string_stop stop, bool *escaped) {
  *escaped = false;
  for (p = stop(p); *p != '"'; p = stop(p)) {
    if (*p != '\\') return NULL;
    p = escape_end(p);
    if (p == NULL) return NULL;
    *escaped = true;
  }
  return p;
}

static inline __attribute__((always_inline)) hp_result project(
  const uint8_t *text, size_t length, hp_names names, const hp_node *nodes, int32_t count, hp_token *tokens, size_t *fault, string_stop stop) {
  const hp_names none = {NULL, 0};
  frame open[HP_DEPTH];
  int depth = 0;
  // Of the value that comes next: the names looked for in it if it is an object, the token that it goes to or −1.
  hp_names inside = names;
  int32_t node = -1;
  // Of the object or array around it.
  names = none;
  bool in_object = false;
  const uint8_t *p = skip_space(text), *start;
  bool top_is_object = *p == '{', escaped;
  memset(tokens, 0, (size_t)count * sizeof *tokens);

value:
  start = p;
  hp_kind kind;
  switch (*p) {
  case '"':
    p = string_end(p + 1, stop, &escaped);
    if (p == NULL) goto malformed;
    if (node >= 0) tokens[node] = (hp_token){escaped ? HP_ESCAPED_STRING : HP_STRING, (uint32_t)(start + 1 - text), (uint32_t)(p - start - 1)};
    p++;
    goto behind_value;
  case '{':
  case '[':
    if (depth == HP_DEPTH) return HP_TOO_DEEP;
    open[depth++] = (frame){names, node, in_object};
    in_object = *p == '{';
    if (node >= 0) tokens[node] = (hp_token){in_object ? HP_OBJECT : HP_ARRAY, (uint32_t)(start - text), 0};
    p = skip_space(p + 1);
    if (in_object) {
      names = inside;
      if (*p == '}') goto close;
      goto name;
    }
    if (*p == ']') goto close;
    inside = none;
    node = -1;
    goto value;
  case 't':
    if (memcmp(p, "true", 4) != 0) goto malformed;
    p += 4;
    kind = HP_TRUE;
    break;
  case 'f':
    if (memcmp(p, "false", 5) != 0) goto malformed;
    p += 5;
    kind = HP_FALSE;
    break;
  case 'n':
    if (memcmp(p, "null", 4) != 0) goto malformed;
    p += 4;
    kind = HP_NULL;
    break;
  default: {
    const uint8_t *end = number_end(p);
    if (end == NULL) goto malformed;
    p = end;
    kind = HP_NUMBER;
  }
  }
  if (node >= 0) tokens[node] = (hp_token){kind, (uint32_t)(start - text), (uint32_t)(p - start)};

behind_value:
  p = skip_space(p);
  if (depth == 0) {
    if (p != text + length) goto malformed;
    return top_is_object ? HP_OK : HP_NO_OBJECT;
  }
  if (*p == ',') {
    p = skip_space(p + 1);
    if (in_object) goto name;
    inside = none;
    node = -1;
    goto value;
  }
  if (*p != (in_object ? '}' : ']')) goto malformed;

close:
  p++;
  depth--;
  if (open[depth].node >= 0) {
    hp_token *token = tokens + open[depth].node;
    token->length = (uint32_t)(p - text) - token->start;
  }
  names = open[depth].names;
  in_object = open[depth].is_object;
  goto behind_value;

name:
  if (*p != '"') goto malformed;
  start = p + 1;
  p = string_end(start, stop, &escaped);
  if (p == NULL) {
    p = start;
    goto malformed;
  }
  node = -1;
  inside = none;
  if (names.entries != NULL) {
    node = escaped ? find_escaped_name(names, start, (size_t)(p - start)) : find_name(names, start, (uint32_t)(p - start));
    if (node >= 0) {
      inside = nodes[node].names;
      // A name that comes again takes back what stood inside its first value.
      if (__builtin_expect(tokens[node].kind != HP_ABSENT, 0))
        memset(tokens + node, 0, (size_t)(nodes[node].end - node) * sizeof *tokens);
    }
  }
  p = skip_space(p + 1);
  if (*p != ':') goto malformed;
  p = skip_space(p + 1);
  goto value;

malformed:
  *fault = p == NULL ? (size_t)(start - text) : (size_t)(p - text);
  return HP_MALFORMED;
}

static hp_result project_plain(
  const uint8_t *text, size_t length, hp_names names, const hp_node *nodes, int32_t count, hp_token *tokens, size_t *fault) {
  return project(text, length, names, nodes, count, tokens, fault, string_stop_plain);
}

#if defined(__x86_64__)
static hp_result project_sse2(
  const uint8_t *text, size_t length, hp_names names, const hp_node *nodes, int32_t count, hp_token *tokens, size_t *fault) {
  return project(text, length, names, nodes, count, tokens, fault, string_stop_sse2);
}

__attribute__((target("avx2,bmi,bmi2"))) static hp_result project_avx2(
  const uint8_t *text, size_t length, hp_names names, const hp_node *nodes, int32_t count, hp_token *tokens, size_t *fault) {
  return project(text, length, names, nodes, count, tokens, fault, string_stop_avx2);
}
#endif

hp_result hp_project(
  hp_level level, const uint8_t *text, size_t length, hp_names names, const hp_node *nodes, int32_t count, hp_token *tokens, size_t *fault) {
#if defined(__x86_64__)
  if (level == HP_AVX2) return project_avx2(text, length, names, nodes, count, tokens, fault);
  if (level == HP_SSE2) return project_sse2(text, length, names, nodes, count, tokens, fault);
#endif
  (void)level;
  return project_plain(text, length, names, nodes, count, tokens, fault);
}

static size_t put_utf8(uint8_t *to, uint32_t c) {
  if (c < 0x80) {
    to[0] = (uint8_t)c;
    return 1;
  }
  if (c < 0x800) {
    to[0] = (uint8_t)(0xc0 | c >> 6);
    to[1] = (uint8_t)(0x80 | (c & 0x3f));
    return 2;
  }
  if (c < 0x10000) {
    to[0] = (uint8_t)(0xe0 | c >> 12);
    to[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    to[2] = (uint8_t)(0x80 | (c & 0x3f));
    return 3;
  }
  to[0] = (uint8_t)(0xf0 | c >> 18);
  to[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
  to[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
  to[3] = (uint8_t)(0x80 | (c & 0x3f));
  return 4;
}

size_t hp_unescape(uint8_t *to, const uint8_t *from, size_t length) {
  const uint8_t *end = from + length;
  uint8_t *out = to;
  while (from < end) {
    if (*from != '\\') {
      *out++ = *from++;
      continue;
    }
    switch (from[1]) {
    case 'b': *out++ = '\b'; break;
    case 'f': *out++ = '\f'; break;
    case 'n': *out++ = '\n'; break;
    case 'r': *out++ = '\r'; break;
    case 't': *out++ = '\t'; break;
    case 'u': {
      uint32_t c = (uint32_t)hex_four(from + 2);
      if (c >= 0xd800 && c < 0xdc00) {
        c = 0x10000 + ((c - 0xd800) << 10) + ((uint32_t)hex_four(from + 8) - 0xdc00);
        from += 6;
      }
      out += put_utf8(out, c);
      from += 4;
      break;
    }
    default: *out++ = from[1];
    }
    from += 2;
  }
  return (size_t)(out - to);
}
