// OpenSSL's libcrypto: SHA-256. The functions on a context of one's own are deprecated in OpenSSL 3 for
// those on opaque ones; a context that is a plain value is what makes a keyed digest cheap to begin anew.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>
