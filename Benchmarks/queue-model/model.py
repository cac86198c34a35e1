"""M/M/c as an ordinary SimPy model: a resource, one process a job. What scripts/bench holds the simulation
against.

usage: model.py SERVERS JOBS SEED
"""

import json
import random
import sys
import time

import simpy

MEAN_MS = 20.0


def arrivals(env, servers, rate_per_ms, jobs, draws, sojourns):
    for _ in range(jobs):
        yield env.timeout(draws.expovariate(rate_per_ms))
        env.process(job(env, servers, draws, sojourns))


def job(env, servers, draws, sojourns):
    arrived = env.now
    with servers.request() as turn:
        yield turn
        yield env.timeout(draws.expovariate(1 / MEAN_MS))
    sojourns.append(env.now - arrived)


def main():
    count, jobs, seed = (int(word) for word in sys.argv[1:])
    started = time.process_time()
    draws = random.Random(seed)
    env = simpy.Environment()
    servers = simpy.Resource(env, capacity=count)
    sojourns = []
    env.process(arrivals(env, servers, 0.8 * count / MEAN_MS, jobs, draws, sojourns))
    env.run()
    seconds = time.process_time() - started
    mean = sum(sojourns) / len(sojourns)
    print(json.dumps({"jobs": len(sojourns), "seconds": seconds, "mean_ms": mean}))


main()
