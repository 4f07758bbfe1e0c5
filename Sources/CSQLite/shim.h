#pragma once
#include <sqlite3.h>
/* SQLITE_TRANSIENT is a cast of -1 to a function pointer: not importable. */
static inline int tenet_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}
