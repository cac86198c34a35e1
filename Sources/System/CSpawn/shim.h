// What glibc 2.34 adds to posix_spawn and shows only to who defines _GNU_SOURCE, which Swift's import of it
// does not.
#include <spawn.h>

extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

static inline int kerfuffle_spawn_in(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}

/// Every descriptor from 3 on is closed in the new process.
static inline int kerfuffle_spawn_without_files(posix_spawn_file_actions_t *actions) {
    return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

/// Descriptor 3 of the new process is that one; every one from 4 on is closed there.
static inline int kerfuffle_spawn_with_file(posix_spawn_file_actions_t *actions, int descriptor) {
    int code = posix_spawn_file_actions_adddup2(actions, descriptor, 3);
    return code ? code : posix_spawn_file_actions_addclosefrom_np(actions, 4);
}
