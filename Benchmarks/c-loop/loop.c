/* The yardstick: what it costs a plain C program on librdkafka to consume, copy and produce.
 *
 * usage: loop --brokers B --in TOPIC --out TOPIC --records N
 *             [--transaction-ms N] [--direct] [-X name=value] …
 *
 * Reads all partitions of one topic from their beginning, assigned by hand, and produces every
 * record to the partition of the same number of the other, with key, value, headers and timestamp.
 * Headers are detached from the message and handed over, which is cheaper than rebuilding them. Each
 * batch is copied flat and its messages are given back before it is produced, as a program does
 * that holds records back; --direct produces from the consumed message instead. With
 * --transaction-ms, positions and records are committed together each time that long has passed.
 * -X goes to consumer and producer alike. The last line is one JSON object; its seconds run from the
 * first record received to the last delivery acknowledged. */
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define BATCH 1000
#define TIMEOUT_MS 30000

static struct {
    const char *brokers, *in, *out;
    int64_t records;
    int transaction_ms, direct;
} options;

/* one record of the batch at hand; bytes is where key and value start in the flat copy */
struct copied {
    size_t bytes, key_size, value_size;
    int key_null, value_null, partition;
    int64_t timestamp;
    rd_kafka_headers_t *headers;
};

static rd_kafka_t *consumer, *producer;
static rd_kafka_topic_t *out;
static rd_kafka_topic_partition_list_t *positions;
static int64_t delivered;

static void die(const char *what, const char *why) {
    fprintf(stderr, "loop: %s: %s\n", what, why);
    exit(1);
}

static void check(rd_kafka_error_t *error, const char *what) {
    if (error) die(what, rd_kafka_error_string(error));
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) != RD_KAFKA_CONF_OK) die(name, why);
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk, (void)opaque;
    if (message->err) die("not delivered", rd_kafka_err2str(message->err));
    delivered++;
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf, int argc, char **argv) {
    char why[256];
    set(conf, "bootstrap.servers", options.brokers);
    set(conf, "log_level", "3"); /* what stands in the way ends the program with its reason */
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "-X")) continue;
        char *equals = strchr(argv[++i], '=');
        if (!equals) die(argv[i], "name=value is wanted");
        *equals = 0;
        set(conf, argv[i], equals + 1);
        *equals = '=';
    }
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    if (!rk) die("no client", why);
    return rk;
}

static void open_clients(int argc, char **argv) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "group.id", options.out);
    set(conf, "enable.auto.commit", "false");
    set(conf, "queued.min.messages", "1000000"); /* a full queue makes 2.0.2 sleep up to a second */
    consumer = client(RD_KAFKA_CONSUMER, conf, argc, argv);
    rd_kafka_poll_set_consumer(consumer);

    conf = rd_kafka_conf_new();
    set(conf, "enable.idempotence", "true");
    if (options.transaction_ms) set(conf, "transactional.id", options.out);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    producer = client(RD_KAFKA_PRODUCER, conf, argc, argv);
    out = rd_kafka_topic_new(producer, options.out, NULL);

    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *in = rd_kafka_topic_new(consumer, options.in, NULL);
    rd_kafka_resp_err_t error = rd_kafka_metadata(consumer, 0, in, &metadata, TIMEOUT_MS);
    if (error) die(options.in, rd_kafka_err2str(error));
    int partitions = metadata->topics[0].partition_cnt;
    positions = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; partition++)
        rd_kafka_topic_partition_list_add(positions, options.in, partition)->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    error = rd_kafka_assign(consumer, positions);
    if (error) die("assign", rd_kafka_err2str(error));
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(in);
    for (int partition = 0; partition < partitions; partition++)
        positions->elems[partition].offset = RD_KAFKA_OFFSET_INVALID; /* nothing to commit yet */
}

static void produce(
    int partition, int64_t timestamp, void *key, size_t key_size, void *value, size_t value_size,
    rd_kafka_headers_t *headers) {
    for (;;) {
        rd_kafka_resp_err_t error;
        if (headers) {
            error = rd_kafka_producev(
                producer, RD_KAFKA_V_RKT(out), RD_KAFKA_V_PARTITION(partition),
                RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE(value, value_size),
                RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_TIMESTAMP(timestamp),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        } else {
            error = rd_kafka_producev(
                producer, RD_KAFKA_V_RKT(out), RD_KAFKA_V_PARTITION(partition),
                RD_KAFKA_V_KEY(key, key_size), RD_KAFKA_V_VALUE(value, value_size),
                RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                RD_KAFKA_V_END);
        }
        if (!error) return;
        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) die("produce", rd_kafka_err2str(error));
        rd_kafka_poll(producer, 100);
    }
}

static rd_kafka_headers_t *detach_headers(rd_kafka_message_t *message) {
    rd_kafka_headers_t *headers = NULL;
    rd_kafka_resp_err_t error = rd_kafka_message_detach_headers(message, &headers);
    if (error && error != RD_KAFKA_RESP_ERR__NOENT) die("headers", rd_kafka_err2str(error));
    return headers;
}

static void produce_directly(rd_kafka_message_t **messages, ssize_t count) {
    for (ssize_t i = 0; i < count; i++) {
        rd_kafka_message_t *message = messages[i];
        produce(
            message->partition, rd_kafka_message_timestamp(message, NULL), message->key,
            message->key_len, message->payload, message->len, detach_headers(message));
        rd_kafka_message_destroy(message);
    }
}

static void produce_copies(rd_kafka_message_t **messages, ssize_t count) {
    static struct copied records[BATCH];
    static char *flat;
    static size_t capacity;

    size_t used = 0;
    for (ssize_t i = 0; i < count; i++) {
        rd_kafka_message_t *message = messages[i];
        if (used + message->key_len + message->len > capacity) {
            capacity = 2 * (used + message->key_len + message->len) + (1 << 20);
            if (!(flat = realloc(flat, capacity))) die("copy", "no memory");
        }
        records[i] = (struct copied){
            .bytes = used,
            .key_size = message->key_len,
            .value_size = message->len,
            .key_null = !message->key,
            .value_null = !message->payload,
            .partition = message->partition,
            .timestamp = rd_kafka_message_timestamp(message, NULL),
            .headers = detach_headers(message),
        };
        if (message->key) memcpy(flat + used, message->key, message->key_len);
        used += message->key_len;
        if (message->payload) memcpy(flat + used, message->payload, message->len);
        used += message->len;
        rd_kafka_message_destroy(message);
    }
    for (ssize_t i = 0; i < count; i++) {
        struct copied *record = &records[i];
        char *key = flat + record->bytes, *value = key + record->key_size;
        produce(
            record->partition, record->timestamp, record->key_null ? NULL : key, record->key_size,
            record->value_null ? NULL : value, record->value_size, record->headers);
    }
}

static void commit(void) {
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(consumer);
    check(
        rd_kafka_send_offsets_to_transaction(producer, positions, group, TIMEOUT_MS),
        "send offsets to transaction");
    check(rd_kafka_commit_transaction(producer, TIMEOUT_MS), "commit transaction");
    rd_kafka_consumer_group_metadata_destroy(group);
}

/* Returns the seconds from the first record received to the last delivery acknowledged. */
static double run(void) {
    static rd_kafka_message_t *messages[BATCH];
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    double start = 0, begun = 0, heard = now();
    int64_t consumed = 0;
    while (consumed < options.records) {
        ssize_t count = rd_kafka_consume_batch_queue(queue, 100, messages, BATCH);
        if (count < 0) die("consume", rd_kafka_err2str(rd_kafka_last_error()));
        if (count == 0 && now() - heard > TIMEOUT_MS / 1e3) die("consume", "no record in time");
        if (count > 0) heard = now();
        if (count > 0 && start == 0) start = heard;
        for (ssize_t i = 0; i < count; i++) {
            if (messages[i]->err) die("consume", rd_kafka_message_errstr(messages[i]));
            positions->elems[messages[i]->partition].offset = messages[i]->offset + 1;
        }
        if (options.transaction_ms && count > 0 && begun == 0) {
            check(rd_kafka_begin_transaction(producer), "begin transaction");
            begun = now();
        }
        if (options.direct)
            produce_directly(messages, count);
        else
            produce_copies(messages, count);
        consumed += count;
        rd_kafka_poll(producer, 0);
        if (begun != 0 && (now() - begun) * 1e3 >= options.transaction_ms) {
            commit();
            begun = 0;
        }
    }
    if (begun != 0) commit();
    while (delivered < consumed)
        if (!rd_kafka_poll(producer, TIMEOUT_MS)) die("deliver", "no delivery report in time");
    rd_kafka_queue_destroy(queue);
    return now() - start;
}

static void parse(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i];
        if (!strcmp(name, "--direct")) {
            options.direct = 1;
            continue;
        }
        if (++i == argc) die(name, "a value is wanted");
        if (!strcmp(name, "--brokers")) options.brokers = argv[i];
        else if (!strcmp(name, "--in")) options.in = argv[i];
        else if (!strcmp(name, "--out")) options.out = argv[i];
        else if (!strcmp(name, "--records")) options.records = atoll(argv[i]);
        else if (!strcmp(name, "--transaction-ms")) options.transaction_ms = atoi(argv[i]);
        else if (strcmp(name, "-X")) die(name, "no such option; see the top of loop.c");
    }
    if (!options.brokers || !options.in || !options.out || options.records < 1)
        die("usage", "--brokers, --in, --out and --records are wanted");
}

int main(int argc, char **argv) {
    parse(argc, argv);
    open_clients(argc, argv);
    if (options.transaction_ms) check(rd_kafka_init_transactions(producer, TIMEOUT_MS), "init");
    double seconds = run();
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf(
        "{\"records\":%" PRId64 ",\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"max_rss_kib\":%ld}\n",
        delivered, seconds,
        (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
            (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
        usage.ru_maxrss);
    rd_kafka_topic_partition_list_destroy(positions);
    rd_kafka_topic_destroy(out);
    rd_kafka_destroy(producer);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return 0;
}
