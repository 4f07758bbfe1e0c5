#include "include/cre2.h"
#include <cstring>
#include <memory>
#include <re2/re2.h>

struct cre2 {
  re2::RE2 expression;
  cre2(re2::StringPiece pattern, const re2::RE2::Options &options) : expression(pattern, options) {}
};

cre2 *cre2_new(const char *pattern, size_t length, char *error, size_t room) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_never_capture(true);
  options.set_max_mem(1 << 20);
  auto made = std::make_unique<cre2>(re2::StringPiece(pattern, length), options);
  if (made->expression.ok()) return made.release();
  strncpy(error, made->expression.error().c_str(), room - 1);
  error[room - 1] = 0;
  return nullptr;
}

bool cre2_matches(const cre2 *e, const char *text, size_t length) {
  return e->expression.Match(re2::StringPiece(text, length), 0, length, re2::RE2::UNANCHORED, nullptr, 0);
}

void cre2_free(cre2 *e) { delete e; }
