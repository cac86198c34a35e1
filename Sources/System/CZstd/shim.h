// Zstandard: the compression of recordings and closed schedules.
#include <zstd.h>
