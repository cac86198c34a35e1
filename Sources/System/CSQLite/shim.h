// SQLite 3: results of hunts, which survive the end of a process at any instant.
#include <sqlite3.h>

/// Binds a copy of the bytes: SQLITE_TRANSIENT is a cast, which Swift does not see.
static inline int kerfuffle_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
    return sqlite3_bind_text(statement, index, text, length, SQLITE_TRANSIENT);
}
