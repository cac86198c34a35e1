// librdkafka: the Kafka client. The mock cluster is a part of the same library with a header of its own.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
