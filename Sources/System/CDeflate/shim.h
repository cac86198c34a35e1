// libdeflate: CRC-32 with carry-less multiplication, several times the speed of zlib's.
#include <libdeflate.h>
