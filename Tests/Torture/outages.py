"""Three brokers, one or another of them killed, hanging, moved away from and restarted, under load: the
proxies go on by themselves."""

import random
import time

from instance import until
from oracle import Wrong
from scene import Scene
from traffic import Stream


class Outages:
    def __init__(self, scene: Scene, seed: int, rate: float):
        self.scene, self.cluster = scene, scene.cluster
        self.dice, self.rate = random.Random(seed), rate
        self.members = [scene.instance("a"), scene.instance("b")]
        self.counts = {"brokers killed": 0, "brokers paused": 0, "coordinators moved": 0,
                       "brokers restarted": 0}
        self.longest = {}

    def run(self):
        with Stream(self.scene.feeder, self.rate, self.dice.random()):
            for member in self.members:
                member.start()
            self.expect_progress("the start")
            self.kill()
            self.pause()
            self.move_coordinator()
            for node in (1, 2, 3):
                self.restart(node)
        for member in self.members:
            member.check_alive()
            if member.starts != 1:
                raise Wrong(f"{member.name} was started {member.starts} times")
            member.leave()
            member.start("--until-end")
        for member in self.members:
            member.expect(0, 240)

    def expect_progress(self, since: str):
        """All that was fed so far comes out, without anybody's help."""
        began, fed = time.monotonic(), self.scene.feeder.number

        def has_come():
            for member in self.members:
                member.check_alive()
            return self.scene.consumed() >= fed - 8 * 50
        until(f"the output to come on after {since}", 300, has_come)
        self.longest[since] = round(time.monotonic() - began, 1)

    def rest(self):
        time.sleep(2 + 2 * self.dice.random())

    def kill(self):
        node = 1 + self.dice.randrange(3)
        self.cluster.run("kill", node)
        self.rest()
        self.expect_progress(f"broker {node} was killed")
        self.cluster.run("up", node)
        self.counts["brokers killed"] += 1
        self.expect_progress(f"broker {node} came back")

    def pause(self):
        """For longer than a transaction may take; the broker thinks that nothing has happened."""
        node = self.cluster.coordinator(self.scene.job.group)
        self.cluster.run("pause", node)
        time.sleep(25)
        self.cluster.run("resume", node)
        self.counts["brokers paused"] += 1
        self.expect_progress(f"broker {node}, the coordinator, had hung for 25 s")

    def move_coordinator(self):
        node = self.cluster.coordinator(self.scene.job.group)
        self.cluster.run("kill", node)
        self.cluster.coordinator(self.scene.job.group, but=node)
        self.expect_progress(f"the coordinator moved from broker {node}")
        self.cluster.run("up", node)
        self.counts["coordinators moved"] += 1
        self.rest()

    def restart(self, node: int):
        self.cluster.terminate(node)
        self.cluster.run("up", node)
        self.counts["brokers restarted"] += 1
        self.rest()
        self.expect_progress(f"broker {node} was restarted")


def torture(scene: Scene, seed: int, rate: float) -> dict:
    work = Outages(scene, seed, rate)
    work.run()
    return {**work.counts, "seconds until it went on": work.longest,
            "started again from inside": scene.count_said("going on with new connections")}
