/* What a benchmark does to topics around its contestants.
 *
 * usage: topic BROKERS create TOPIC PARTITIONS
 *        topic BROKERS load TOPIC RECORDS VALUE_BYTES SEED text|random
 *        topic BROKERS count TOPIC
 *        topic BROKERS digest TOPIC
 *
 * load    produces RECORDS records with a key, a value of VALUE_BYTES bytes, one header and a
 *         timestamp, all drawn from SEED; text values compress, random ones do not.
 * count   prints the sum over partitions of high less low watermark.
 * digest  reads every record once and prints their number and a hash that is the same only if each
 *         partition holds the same records in the same order. */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIMEOUT_MS 30000
#define KEYS 10000
#define FIRST_TIMESTAMP_MS INT64_C(1700000000000)

static void die(const char *what, const char *why) {
    fprintf(stderr, "topic: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) die(name, why);
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf, const char *brokers) {
    char why[256];
    set(conf, "bootstrap.servers", brokers);
    set(conf, "log_level", "3"); /* a new broker is slow to find its coordinators: no news */
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    if (!rk) die("no client", why);
    return rk;
}

static int partition_count(rd_kafka_t *rk, const char *topic) {
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(rk, topic, NULL);
    rd_kafka_resp_err_t error = rd_kafka_metadata(rk, 0, handle, &metadata, TIMEOUT_MS);
    if (error) die(topic, rd_kafka_err2str(error));
    if (metadata->topic_cnt != 1 || metadata->topics[0].err)
        die(topic, rd_kafka_err2str(metadata->topics[0].err));
    int count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(handle);
    return count;
}

/* Asks again while a partition that was just created has no leader yet. */
static int64_t count_records(rd_kafka_t *rk, const char *topic, int partitions) {
    int64_t sum = 0, low, high;
    for (int partition = 0; partition < partitions; partition++) {
        for (int tries = 1;; tries++) {
            rd_kafka_resp_err_t error =
                rd_kafka_query_watermark_offsets(rk, topic, partition, &low, &high, TIMEOUT_MS);
            if (!error) break;
            int fleeting = error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
                           error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
                           error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
                           error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
            if (!fleeting || tries == 300) die(topic, rd_kafka_err2str(error));
            usleep(100000);
        }
        sum += high - low;
    }
    return sum;
}

static void create(const char *brokers, const char *topic, int partitions) {
    char why[256];
    rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), brokers);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(topic, partitions, 1, why, sizeof why);
    if (!wanted) die(topic, why);
    /* the records' timestamps are old: without this the broker deletes them at once */
    rd_kafka_NewTopic_set_config(wanted, "retention.ms", "-1");
    rd_kafka_CreateTopics(rk, &wanted, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, TIMEOUT_MS);
    if (!event) die(topic, "no answer from the broker");
    if (rd_kafka_event_error(event)) die(topic, rd_kafka_event_error_string(event));
    size_t count = 0;
    const rd_kafka_topic_result_t **results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    for (size_t i = 0; i < count; i++)
        if (rd_kafka_topic_result_error(results[i]))
            die(topic, rd_kafka_topic_result_error_string(results[i]));
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(wanted);
    rd_kafka_queue_destroy(queue);
    if (count_records(rk, topic, partitions) != 0) die(topic, "it is new, but not empty");
    rd_kafka_destroy(rk);
}

/* splitmix64: small, seeded, and the same everywhere */
static uint64_t state;
static uint64_t draw(void) {
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void fill(char *value, size_t size, int random, int64_t number, unsigned key) {
    if (random) {
        for (size_t i = 0; i < size; i += 8) {
            uint64_t word = draw();
            memcpy(value + i, &word, size - i < 8 ? size - i : 8);
        }
        return;
    }
    static const char *states[] = {"placed", "paid", "packed", "shipped", "returned"};
    char text[256];
    int length = snprintf(
        text, sizeof text,
        "{\"order\":\"order-%05u\",\"event\":%" PRId64 ",\"state\":\"%s\",\"cents\":%u,\"note\":\"",
        key, number, states[draw() % 5], (unsigned)(draw() % 100000));
    for (size_t i = 0; i < size; i++) value[i] = i < (size_t)length ? text[i] : '.';
    if (size > (size_t)length + 2) memcpy(value + size - 2, "\"}", 2);
}

static int64_t delivered;
static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk, (void)opaque;
    if (message->err) die("not delivered", rd_kafka_err2str(message->err));
    delivered++;
}

static void load(
    const char *brokers, const char *topic, int64_t records, size_t size, uint64_t seed, int random) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "enable.idempotence", "true"); /* keeps the order also when a request is sent again */
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, conf, brokers);
    int partitions = partition_count(rk, topic);
    char *value = malloc(size ? size : 1);
    if (!value) die("value", "no memory");
    state = seed;
    for (int64_t number = 0; number < records; number++) {
        char key[32], trace[32];
        unsigned entity = (unsigned)(draw() % KEYS);
        int key_size = snprintf(key, sizeof key, "order-%05u", entity);
        int trace_size = snprintf(trace, sizeof trace, "%016" PRIx64, draw());
        fill(value, size, random, number, entity);
        for (;;) {
            rd_kafka_resp_err_t error = rd_kafka_producev(
                rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(entity % partitions),
                RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE(value, size),
                RD_KAFKA_V_HEADER("trace", trace, trace_size),
                RD_KAFKA_V_TIMESTAMP(FIRST_TIMESTAMP_MS + number),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
            if (!error) break;
            if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("produce", rd_kafka_err2str(error));
            rd_kafka_poll(rk, 100);
        }
        if (number % 1000 == 0) rd_kafka_poll(rk, 0);
    }
    rd_kafka_resp_err_t error = rd_kafka_flush(rk, TIMEOUT_MS);
    if (error) die("flush", rd_kafka_err2str(error));
    if (delivered != records) die("load", "not every record was delivered");
    free(value);
    rd_kafka_destroy(rk);
}

static uint64_t chain(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *at = bytes;
    hash = (hash ^ size ^ (bytes ? 0 : UINT64_C(1) << 40)) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < size; i++) hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t chain_record(uint64_t hash, const rd_kafka_message_t *message) {
    rd_kafka_timestamp_type_t type;
    int64_t timestamp = rd_kafka_message_timestamp(message, &type);
    hash = chain(hash, &timestamp, sizeof timestamp);
    hash = chain(hash, message->key, message->key_len);
    hash = chain(hash, message->payload, message->len);
    rd_kafka_headers_t *headers;
    if (rd_kafka_message_headers(message, &headers)) return hash;
    const char *name;
    const void *value;
    size_t size;
    for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); i++)
        hash = chain(chain(hash, name, strlen(name)), value, size);
    return hash;
}

static void digest(const char *brokers, const char *topic) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "group.id", "digest");
    set(conf, "enable.auto.commit", "false");
    set(conf, "enable.partition.eof", "true");
    rd_kafka_t *rk = client(RD_KAFKA_CONSUMER, conf, brokers);
    rd_kafka_poll_set_consumer(rk);
    int partitions = partition_count(rk, topic), open = partitions;
    uint64_t *hashes = calloc((size_t)partitions, sizeof *hashes);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; partition++)
        rd_kafka_topic_partition_list_add(list, topic, partition)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(rk, list);
    int64_t records = 0;
    while (open > 0) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(rk, TIMEOUT_MS);
        if (!message) die(topic, "no record and no end in time");
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            open--;
        } else if (message->err) {
            die(topic, rd_kafka_message_errstr(message));
        } else {
            hashes[message->partition] = chain_record(hashes[message->partition], message);
            records++;
        }
        rd_kafka_message_destroy(message);
    }
    printf("%" PRId64 " %016" PRIx64 "\n", records, chain(0, hashes, sizeof *hashes * partitions));
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_consumer_close(rk);
    rd_kafka_destroy(rk);
    free(hashes);
}

int main(int argc, char **argv) {
    if (argc == 5 && !strcmp(argv[2], "create")) {
        create(argv[1], argv[3], atoi(argv[4]));
    } else if (argc == 8 && !strcmp(argv[2], "load")) {
        load(
            argv[1], argv[3], atoll(argv[4]), (size_t)atoll(argv[5]), strtoull(argv[6], NULL, 10),
            !strcmp(argv[7], "random"));
    } else if (argc == 4 && !strcmp(argv[2], "count")) {
        rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), argv[1]);
        printf("%" PRId64 "\n", count_records(rk, argv[3], partition_count(rk, argv[3])));
        rd_kafka_destroy(rk);
    } else if (argc == 4 && !strcmp(argv[2], "digest")) {
        digest(argv[1], argv[3]);
    } else {
        fputs("usage: topic BROKERS create|load|count|digest TOPIC …; see the top of topic.c\n", stderr);
        return 64;
    }
    return 0;
}
