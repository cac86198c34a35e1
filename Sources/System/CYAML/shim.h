// libyaml: events with line and column.
#include <yaml.h>
