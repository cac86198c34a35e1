"""Proxies that stand still for longer than others wait for them, and then go on as if nothing had
happened: they are fenced or thrown out of the group, and say so."""

import random
import signal
import time

from instance import until
from oracle import Wrong
from scene import Scene
from traffic import Stream

# A transaction that is open for longer than its time is ended by the next scan of the broker, one in
# ten seconds.
TIME, SCAN = 4, 10
FENCED = 75


class Zombies:
    def __init__(self, scene: Scene, seed: int, rate: float, rounds: int):
        self.scene, self.dice, self.rate, self.rounds = scene, random.Random(seed), rate, rounds
        self.first, self.second = scene.instance("a"), scene.instance("b")
        self.counts = {"fenced": 0, "went on as members": 0}

    def run(self):
        with Stream(self.scene.feeder, self.rate, self.dice.random()):
            for _ in range(self.rounds):
                self.alone()
                self.while_another_takes_over()
        if self.counts["fenced"] < self.rounds:
            raise Wrong(f"only {self.counts['fenced']} of {self.rounds} zombies were fenced")
        for member in (self.first, self.second):
            member.start("--until-end")
        for member in (self.first, self.second):
            member.expect(0, 240)

    def stop_inside_a_transaction(self, seconds: float):
        # Transactions that are nearly always open.
        self.first.start("--commit-interval", "2s")
        self.given(self.first)
        time.sleep(1 + self.dice.random())
        self.first.check_alive()
        self.first.signal(signal.SIGSTOP)
        time.sleep(seconds)

    def given(self, member):
        until(f"{member.name} to be given partitions", 60,
              lambda: not member.is_running or '"assigned"' in member.said())

    def alone(self):
        """Nobody else is there: the broker itself ends the transaction."""
        self.stop_inside_a_transaction(TIME + SCAN + 3)
        self.first.signal(signal.SIGCONT)
        self.judge()

    def while_another_takes_over(self):
        """Its session ends, a second one gets its partitions and goes on from what was committed."""
        self.stop_inside_a_transaction(0)
        before = self.scene.visible()
        self.second.start()
        self.given(self.second)
        until("the second to send something", 90, lambda: self.scene.visible() > before + 500)
        self.first.signal(signal.SIGCONT)
        self.judge()
        self.second.leave()

    def judge(self):
        code = self.first.wait(20)
        if code is None:
            # Stopped between two transactions, or thrown out while its transaction still had time.
            self.counts["went on as members"] += 1
            return self.first.leave()
        self.first.expect(FENCED, 0)
        if "stood still for" not in self.first.said():
            raise Wrong(f"it does not say why it ends: {self.first.said()[-1000:]}")
        self.counts["fenced"] += 1


def torture(scene: Scene, seed: int, rate: float, rounds: int) -> dict:
    work = Zombies(scene, seed, rate, rounds)
    work.run()
    return work.counts
