#include "include/chotpath.h"
#include <string.h>

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

static __attribute__((noinline)) const uint8_t *skip_some_space(const uint8_t *p) {
  while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t') p++;
  return p;
}

static inline __attribute__((always_inline)) const uint8_t *skip_space(const uint8_t *p) {
  return __builtin_expect(*p <= ' ', 0) ? skip_some_space(p) : p;
}

static inline uint64_t load8(const uint8_t *p) {
  uint64_t word;
  memcpy(&word, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline __attribute__((always_inline)) hp_glance glance_of(const uint8_t *name, size_t length) {
  uint64_t mask = length >= 8 ? ~(uint64_t)0 : ((uint64_t)1 << (length * 8)) - 1;
  uint64_t head = load8(name) & mask, tail = load8(name + (length > 8 ? length - 8 : 0)) & mask;
  return (hp_glance){head, tail, length};
}

hp_glance hp_glance_of(const uint8_t *name, size_t length) { return glance_of(name, length); }

/// Names of one glance, one by one.
static __attribute__((noinline)) int32_t find_long_name(const hp_names *names, const hp_entry *entry, const uint8_t *name, size_t length) {
  while (memcmp(entry->name, name, length) != 0) {
    if (entry->next < 0) return -1;
    entry = names->entries + entry->next;
  }
  return entry->node;
}

/// As `hp_find`, without a branch that depends on whether a short name is found.
static inline __attribute__((always_inline)) int32_t find_name(const hp_names *names, const uint8_t *name, size_t length) {
  hp_glance glance = glance_of(name, length);
  const hp_entry *entry = names->entries + hp_place(glance, names->multiplier, names->shift);
  uint64_t differs = (entry->glance.head ^ glance.head) | (entry->glance.tail ^ glance.tail) | (entry->glance.length ^ length);
  int32_t node = __builtin_unpredictable(differs == 0) ? entry->node : -1;
  if (__builtin_expect(length > 16, 0) && node >= 0) return find_long_name(names, entry, name, length);
  return node;
}

int32_t hp_find(const hp_names *names, const uint8_t *name, size_t length) { return find_name(names, name, length); }

/// A name with escapes: written out before it is looked up. Names that long are not looked for.
static __attribute__((noinline)) int32_t find_escaped_name(const hp_names *names, const uint8_t *name, size_t length) {
  uint8_t plain[1024 + 8];
  if (length > 1024) return -1;
  size_t count = hp_unescape(plain, name, length);
  memset(plain + count, 0, 8);
  return find_name(names, plain, count);
}

static const hp_entry NO_ENTRIES[2] = {{.node = -1, .next = -1}, {.node = -1, .next = -1}};
static const hp_names NO_NAMES = {NO_ENTRIES, 1, 63};

/// An object or array that is open around the place of reading.
typedef struct {
  /// Of an object; null: it is an array.
  const hp_names *names;
  hp_token *token;
} frame;

/// The first stop at or behind a place of the text.
static inline __attribute__((always_inline)) const uint8_t *next_stop(const uint8_t *text, const uint64_t *stops, const uint8_t *p) {
  size_t place = (size_t)(p - text), word = place / 64;
  uint64_t bits = stops[word] >> (place % 64);
  if (__builtin_expect(bits != 0, 1)) return p + __builtin_ctzll(bits);
  do bits = stops[++word];
  while (bits == 0);
  return text + word * 64 + __builtin_ctzll(bits);
}

/// The end of a string with escapes, from the first of them on: the closing quote; null: there is none, or an escape is wrong, at `*fault`.
static __attribute__((noinline)) const uint8_t *escaped_end(
  const uint8_t *text, const uint64_t *stops, const uint8_t *p, size_t *fault) {
  while (*p != '"') {
    *fault = (size_t)(p - text);
    if (*p != '\\') return NULL;
    p = escape_end(p);
    if (p == NULL) return NULL;
    p = next_stop(text, stops, p);
  }
  return p;
}

hp_result hp_project(
  const uint8_t *text, const uint64_t *stops, size_t length, const hp_names *names, const hp_node *nodes, int32_t count, hp_token *tokens,
  size_t *fault) {
  frame open[HP_DEPTH];
  int depth = 0;
  // Of the value that comes next: the names looked for in it if it is an object, and the token that it goes to. What is not looked for
  // goes to the one behind the last.
  hp_token *const nowhere = tokens + count;
  const hp_names *inside = names;
  hp_token *token = nowhere;
  // Of the object around it; null: it is an array.
  names = NULL;
  const uint8_t *p = skip_space(text), *start;
  bool top_is_object = *p == '{';
  memset(tokens, 0, (size_t)count * sizeof *tokens);

value:
  start = p;
  uint32_t kind;
  if (*p == '"') {
    p = next_stop(text, stops, p + 1);
    kind = HP_STRING;
    if (__builtin_expect(*p != '"', 0)) {
      p = escaped_end(text, stops, p, fault);
      if (p == NULL) return HP_MALFORMED;
      kind = HP_ESCAPED_STRING;
    }
    *token = (hp_token){kind, (uint32_t)(start + 1 - text), (uint32_t)(p - start - 1)};
    p++;
    goto behind_value;
  }
  if (*p == '{' || *p == '[') {
    if (depth == HP_DEPTH) return HP_TOO_DEEP;
    open[depth++] = (frame){names, token};
    bool is_object = *p == '{';
    *token = (hp_token){is_object ? HP_OBJECT : HP_ARRAY, (uint32_t)(start - text), 0};
    p = skip_space(p + 1);
    if (is_object) {
      names = inside;
      if (*p == '}') goto close;
      goto name;
    }
    names = NULL;
    if (*p == ']') goto close;
    inside = &NO_NAMES;
    token = nowhere;
    goto value;
  }
  if (*p == '-' || is_digit(*p)) {
    p = number_end(p);
    if (p == NULL) goto malformed;
    kind = HP_NUMBER;
  } else if (memcmp(p, "true", 4) == 0) {
    p += 4;
    kind = HP_TRUE;
  } else if (memcmp(p, "false", 5) == 0) {
    p += 5;
    kind = HP_FALSE;
  } else if (memcmp(p, "null", 4) == 0) {
    p += 4;
    kind = HP_NULL;
  } else {
    goto malformed;
  }
  *token = (hp_token){kind, (uint32_t)(start - text), (uint32_t)(p - start)};

behind_value:
  p = skip_space(p);
  if (depth == 0) {
    if (p != text + length) goto malformed;
    return top_is_object ? HP_OK : HP_NO_OBJECT;
  }
  if (*p == ',') {
    p = skip_space(p + 1);
    if (names != NULL) goto name;
    inside = &NO_NAMES;
    token = nowhere;
    goto value;
  }
  if (*p != (names != NULL ? '}' : ']')) goto malformed;

close:
  p++;
  depth--;
  open[depth].token->length = (uint32_t)(p - text) - open[depth].token->start;
  names = open[depth].names;
  goto behind_value;

name:
  if (*p != '"') goto malformed;
  start = p + 1;
  p = next_stop(text, stops, start);
  int32_t node;
  if (__builtin_expect(*p == '"', 1)) {
    node = find_name(names, start, (size_t)(p - start));
  } else {
    p = escaped_end(text, stops, p, fault);
    if (p == NULL) return HP_MALFORMED;
    node = find_escaped_name(names, start, (size_t)(p - start));
  }
  token = tokens + (node < 0 ? count : node);
  inside = &NO_NAMES;
  if (node >= 0 && nodes[node].names != NULL) {
    inside = nodes[node].names;
    // A name that comes again takes back what stood inside its first value.
    memset(token, 0, (size_t)(nodes[node].end - node) * sizeof *tokens);
  }
  p = skip_space(p + 1);
  if (*p != ':') goto malformed;
  p = skip_space(p + 1);
  goto value;

malformed:
  *fault = p == NULL ? (size_t)(start - text) : (size_t)(p - text);
  return HP_MALFORMED;
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
