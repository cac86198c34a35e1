/* M/M/c as a C programmer would write it for speed: a 4-ary heap of events, Philox4x32-10, log1p. The
 * yardstick that scripts/bench holds the simulation against.
 *
 * usage: queue SERVERS JOBS SEED
 * Arrivals at 0.8 * 50 * SERVERS a second, exponential service of mean 20 ms, first come first served. Prints
 * one line of JSON: how many jobs, how long the run took in processor time, and the mean sojourn in ms. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
    int64_t time; /* ns */
    uint64_t sequence;
    uint64_t server; /* ARRIVAL: none */
} event_t;

#define ARRIVAL UINT64_MAX

typedef struct {
    event_t *events;
    size_t count, capacity;
    uint64_t sequence;
} heap_t;

static int is_before(const event_t *a, const event_t *b) {
    return a->time < b->time || (a->time == b->time && a->sequence < b->sequence);
}

static void *must(void *memory) {
    if (!memory) {
        fprintf(stderr, "queue: no memory\n");
        exit(1);
    }
    return memory;
}

static void push(heap_t *heap, int64_t time, uint64_t server) {
    if (heap->count == heap->capacity) {
        heap->capacity *= 2;
        heap->events = must(realloc(heap->events, heap->capacity * sizeof(event_t)));
    }
    event_t event = {time, heap->sequence++, server};
    size_t index = heap->count++;
    while (index > 0) {
        size_t parent = (index - 1) / 4;
        if (!is_before(&event, &heap->events[parent])) break;
        heap->events[index] = heap->events[parent];
        index = parent;
    }
    heap->events[index] = event;
}

static event_t pop(heap_t *heap) {
    event_t first = heap->events[0];
    event_t last = heap->events[--heap->count];
    size_t index = 0;
    for (;;) {
        size_t child = 4 * index + 1;
        if (child >= heap->count) break;
        size_t end = child + 4 < heap->count ? child + 4 : heap->count;
        size_t least = child;
        for (size_t other = child + 1; other < end; other++)
            if (is_before(&heap->events[other], &heap->events[least])) least = other;
        if (!is_before(&heap->events[least], &last)) break;
        heap->events[index] = heap->events[least];
        index = least;
    }
    heap->events[index] = last;
    return first;
}

/* A stream of numbers: blocks of Philox4x32-10 (Salmon et al., SC 2011) under one key, two numbers a block. */
typedef struct {
    uint32_t key[2];
    uint64_t block;
    uint64_t kept;
    int has_kept;
} random_t;

static uint64_t next(random_t *random) {
    if (random->has_kept) {
        random->has_kept = 0;
        return random->kept;
    }
    uint32_t c0 = (uint32_t)random->block, c1 = (uint32_t)(random->block >> 32), c2 = 0, c3 = 0;
    uint32_t k0 = random->key[0], k1 = random->key[1];
    random->block++;
    for (int round = 0; round < 10; round++) {
        uint64_t left = (uint64_t)c0 * 0xD2511F53u, right = (uint64_t)c2 * 0xCD9E8D57u;
        uint32_t n0 = (uint32_t)(right >> 32) ^ c1 ^ k0, n2 = (uint32_t)(left >> 32) ^ c3 ^ k1;
        c0 = n0, c1 = (uint32_t)right, c2 = n2, c3 = (uint32_t)left;
        k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
    }
    random->kept = (uint64_t)c3 << 32 | c2;
    random->has_kept = 1;
    return (uint64_t)c1 << 32 | c0;
}

static int64_t exponential(random_t *random, double mean) {
    double unit = (double)(next(random) >> 11) * 0x1p-53; /* [0, 1) */
    return (int64_t)(-log1p(-unit) * mean + 0.5);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint64_t number(const char *text, uint64_t most) {
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    if (*end || end == text || value < 1 || value > most) {
        fprintf(stderr, "queue: '%s' is not a number from 1 to %llu\n", text,
                (unsigned long long)most);
        exit(64);
    }
    return value;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: queue SERVERS JOBS SEED\n");
        return 64;
    }
    uint64_t servers = number(argv[1], 1 << 20), jobs = number(argv[2], 1ull << 40);
    uint32_t seed = (uint32_t)number(argv[3], UINT32_MAX);
    double started = seconds();
    double gap = 20e6 / (0.8 * (double)servers);
    random_t arrivals = {{seed, 1}, 0, 0, 0}, services = {{seed, 2}, 0, 0, 0};
    heap_t heap = {must(malloc(64 * sizeof(event_t))), 0, 64, 0};
    uint64_t *idle = must(malloc(servers * sizeof(uint64_t)));
    int64_t *since = must(malloc(servers * sizeof(int64_t)));
    size_t idle_count = servers;
    for (size_t index = 0; index < servers; index++) idle[index] = servers - 1 - index;
    /* Those that wait: a ring of arrival times. */
    size_t room = 1024, head = 0, waiting = 0;
    int64_t *line = must(malloc(room * sizeof(int64_t)));
    uint64_t arrived = 0, done = 0;
    double sojourn = 0;
    push(&heap, exponential(&arrivals, gap), ARRIVAL);
    while (done < jobs) {
        event_t event = pop(&heap);
        if (event.server == ARRIVAL) {
            if (++arrived < jobs) push(&heap, event.time + exponential(&arrivals, gap), ARRIVAL);
            if (idle_count > 0) {
                uint64_t server = idle[--idle_count];
                since[server] = event.time;
                push(&heap, event.time + exponential(&services, 20e6), server);
            } else {
                if (waiting == room) {
                    int64_t *larger = must(malloc(2 * room * sizeof(int64_t)));
                    for (size_t index = 0; index < waiting; index++)
                        larger[index] = line[(head + index) & (room - 1)];
                    free(line);
                    line = larger, room *= 2, head = 0;
                }
                line[(head + waiting++) & (room - 1)] = event.time;
            }
        } else {
            done++;
            sojourn += (double)(event.time - since[event.server]);
            if (waiting > 0) {
                since[event.server] = line[head];
                head = (head + 1) & (room - 1);
                waiting--;
                push(&heap, event.time + exponential(&services, 20e6), event.server);
            } else {
                idle[idle_count++] = event.server;
            }
        }
    }
    printf("{\"jobs\": %llu, \"seconds\": %.6f, \"mean_ms\": %.6f}\n", (unsigned long long)done,
           seconds() - started, sojourn / (double)done / 1e6);
    free(line), free(since), free(idle), free(heap.events);
    return 0;
}
