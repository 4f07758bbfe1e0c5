#pragma once
#include <stdbool.h>
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
/// A compiled regular expression of RE2: matching takes time linear in the text.
typedef struct cre2 cre2;
/// Compiles `pattern`; NULL, and a message of at most `room` bytes in `error`, when it is refused.
cre2 *_Nullable cre2_new(const char *_Nonnull pattern, size_t length, char *_Nonnull error, size_t room);
/// Whether some part of `text` matches.
bool cre2_matches(const cre2 *_Nonnull expression, const char *_Nullable text, size_t length);
void cre2_free(cre2 *_Nonnull expression);
#ifdef __cplusplus
}
#endif
