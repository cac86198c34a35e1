// librdkafka: the Kafka client. The mock cluster is a part of the same library with a header of its own.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

/// A pointer that is never NULL, also for no bytes: to librdkafka NULL is null, and the address of an
/// empty buffer of Swift may be nil.
static inline const void *kerfuffle_present(const void *bytes) {
    static const char nothing;
    return bytes ? bytes : &nothing;
}

/// Produces one message: rd_kafka_producev is variadic, which Swift cannot call.
/// NULL key, value or headers are null; on failure the headers stay the caller's.
static inline rd_kafka_resp_err_t kerfuffle_produce(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int32_t partition, const void *key,
    size_t key_length, const void *value, size_t value_length, rd_kafka_headers_t *headers,
    int64_t timestamp_ms, void *opaque) {
    return rd_kafka_producev(
        client, RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE((void *)value, value_length), RD_KAFKA_V_KEY(key, key_length),
        RD_KAFKA_V_TIMESTAMP(timestamp_ms), RD_KAFKA_V_HEADERS(headers),
        RD_KAFKA_V_OPAQUE(opaque), RD_KAFKA_V_END);
}

/// The text of rd_kafka_conf_properties_show, which writes to a FILE; free() it. NULL where memory is short.
static inline char *kerfuffle_properties(void) {
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    if (!file) return NULL;
    rd_kafka_conf_properties_show(file);
    fclose(file);
    return text;
}
