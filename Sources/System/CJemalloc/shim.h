// jemalloc: linking it is enough to put it in the place of the C library's malloc.
#include <jemalloc/jemalloc.h>
