// xxHash: XXH3 of 128 bits, a digest that is no cryptography and costs next to nothing.
#include <xxhash.h>
