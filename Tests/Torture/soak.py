"""A steady rate for as long as wanted, with a rebalance a minute: memory stays flat, the lag bounded."""

import random
import time

from oracle import Wrong
from scene import Scene
from traffic import Stream

# What the group may be behind, in seconds of traffic, but for the time around a rebalance.
MOST_BEHIND = 10
# Of resident memory, once the first minute is over; more an hour than this is a leak.
MOST_SLOPE = 8 << 20
SETTLING = 60


def resident(process: int) -> int:
    with open(f"/proc/{process}/statm") as file:
        return int(file.read().split()[1]) * 4096


def slope(points: list) -> float:
    """Of a straight line through the points by least squares, a second."""
    if len(points) < 2:
        return 0.0
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread


class Soak:
    def __init__(self, scene: Scene, seed: int, rate: float, seconds: float):
        self.scene, self.dice = scene, random.Random(seed)
        # The index of the file at hand is kept in memory until it is closed.
        scene.job.more = ["--rotate", "1MiB"]
        self.rate, self.seconds = rate, seconds
        self.staying, self.coming = scene.instance("a"), scene.instance("b")
        self.memory, self.behind, self.rebalances = [], [], 0

    def run(self):
        began = last = time.monotonic()
        with Stream(self.scene.feeder, self.rate, self.dice.random()):
            self.staying.start()
            while (now := time.monotonic()) < began + self.seconds:
                time.sleep(1)
                self.look(now - began)
                if now - last >= 60:
                    last = now
                    self.rebalance()
        for member in (self.staying, self.coming):
            if member.is_running:
                member.leave()
        self.judge()
        self.staying.start("--until-end")
        self.staying.expect(0, 240)

    def look(self, at: float):
        for member in (self.staying, self.coming):
            if member.is_running or member is self.staying:
                member.check_alive()
        self.memory.append((at, resident(self.staying.process.pid)))
        fed = self.scene.feeder.number
        self.behind.append(max(0, fed - self.scene.consumed()))

    def rebalance(self):
        """The second member comes or goes: each makes the group deal its partitions out anew."""
        if self.coming.is_running:
            self.coming.leave()
        else:
            self.coming.start()
        self.rebalances += 1

    def judge(self):
        # Windows that are not full hold up to 50 records of each of 8 partitions.
        bound = self.rate * MOST_BEHIND + 8 * 50
        over = sum(behind > bound for behind in self.behind)
        if over > len(self.behind) / 20 or self.behind[-1] > bound * 2:
            raise Wrong(f"more than {bound:.0f} records behind for {over} of {len(self.behind)} s")
        grown = self.hourly()
        if self.seconds >= 600 and grown > MOST_SLOPE:
            raise Wrong(f"memory grows by {grown / (1 << 20):.1f} MiB an hour")

    def hourly(self) -> float:
        return slope([point for point in self.memory if point[0] >= SETTLING]) * 3600

    def result(self) -> dict:
        settled = [bytes for at, bytes in self.memory if at >= SETTLING] or [self.memory[-1][1]]
        ordered = sorted(self.behind)
        return {
            "seconds of traffic": round(self.seconds), "records a second": round(self.rate),
            "rebalances": self.rebalances,
            "MiB after a minute": round(settled[0] / (1 << 20), 1),
            "MiB at the end": round(settled[-1] / (1 << 20), 1),
            "MiB an hour": round(self.hourly() / (1 << 20), 2),
            "behind, median": ordered[len(ordered) // 2], "behind, most": ordered[-1]}


def torture(scene: Scene, seed: int, rate: float, seconds: float) -> dict:
    work = Soak(scene, seed, rate, seconds)
    work.run()
    return work.result()
