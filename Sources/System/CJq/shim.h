// libjq: normalising rules and expressions of hunt files.
#include <stdint.h>
#include <jq.h>
