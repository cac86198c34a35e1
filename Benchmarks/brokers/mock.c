/* librdkafka's mock cluster in a process of its own, so that what it costs is no contestant's cost.
 *
 * usage: mock TOPIC:PARTITIONS …
 *
 * Makes the topics, prints the bootstrap servers on one line and serves until standard input ends
 * or SIGTERM comes. The mock keeps about 5 MiB a partition and drops the oldest batches beyond. */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void die(const char *what, const char *why) {
    fprintf(stderr, "mock: %s: %s\n", what, why);
    exit(1);
}

int main(int argc, char **argv) {
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "log_level", "4", why, sizeof why); /* it has no broker: no news */
    rd_kafka_t *host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!host) die("no client", why);
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(host, 1);
    if (!cluster) die("no cluster", "rd_kafka_mock_cluster_new failed");

    for (int i = 1; i < argc; i++) {
        char *colon = strrchr(argv[i], ':');
        int partitions = colon ? atoi(colon + 1) : 0;
        if (partitions < 1) die(argv[i], "TOPIC:PARTITIONS is wanted");
        *colon = 0;
        rd_kafka_resp_err_t error = rd_kafka_mock_topic_create(cluster, argv[i], partitions, 1);
        if (error) die(argv[i], rd_kafka_err2str(error));
    }

    puts(rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);
    char ignored[64];
    while (read(STDIN_FILENO, ignored, sizeof ignored) > 0) {}
    _exit(0); /* nothing outlives the process, and an orderly end takes a second */
}
