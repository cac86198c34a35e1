// LZ4 in its frame format, which MCAP names "lz4".
#include <lz4frame.h>
