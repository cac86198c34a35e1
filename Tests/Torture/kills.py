"""kill -9, at random instants and at failpoints, while members of the group come and go."""

import random
import signal
import sys
import time

from instance import Instance, until
from oracle import Wrong
from scene import Scene
from traffic import Stream

# About what a kill and the start after it take, to spread the input over all of them.
SECONDS_A_KILL = 2.5
# Instants within a commit: the count-th commit after the start.
COMMITTING = ("half-written", "segment-written", "written-ahead", "positions-sent", "committed")
STARTING = ("cutting", "resumed")
FAILPOINTS = COMMITTING + STARTING + ("created", "rolling-back")
AT_LEAST_ONCE = ("half-written", "segment-written", "written-ahead", "committed", "cutting",
                 "resumed", "created")


class Kills:
    """Kills until every phase has had its number, feeding the input meanwhile."""

    def __init__(self, scene: Scene, seed: int, records: int, kills: int, each: int,
                 is_short: bool, also: tuple = ()):
        # Leaves out what takes the group a session's time to notice.
        self.is_short = is_short
        self.scene, self.dice = scene, random.Random(seed)
        self.records, self.wanted, self.each = records, kills, each
        names = FAILPOINTS if scene.job.delivery == "exactly-once" else AT_LEAST_ONCE
        names += also
        if is_short:
            names = [name for name in names if name != "rolling-back"]
        self.phases = {"random": 0, **{name: 0 for name in names}}
        self.counts = {"joined": 0, "left": 0, "stopped for long": 0}
        self.members = [scene.instance("a"), scene.instance("b")]
        self.guests, self.guest = 0, None
        # About as many records as are wanted come in while it is killed; the rest at the end.
        total = kills + each * len(names)
        self.rate = records / (total * SECONDS_A_KILL)

    def run(self):
        with Stream(self.scene.feeder, self.rate, self.dice.random()):
            while self.is_unfinished():
                self.step()
                self.note()
        self.scene.feeder.feed(max(0, self.records - self.scene.feeder.number))
        if self.guest and self.guest.is_running:
            self.guest.leave()
        for member in self.members:
            if member.is_running:
                member.leave()
        # Everybody who has files comes once more, to the end: all of them are closed then.
        everybody = [instance for instance in self.scene.instances if instance.starts]
        for instance in everybody:
            instance.start("--until-end")
        for instance in everybody:
            instance.expect(0, 240)

    def is_unfinished(self) -> bool:
        return self.phases["random"] < self.wanted or any(
            count < self.each for count in self.phases.values())

    def note(self):
        done = ", ".join(f"{name} {count}" for name, count in self.phases.items())
        print(f"  {self.scene.feeder.number} records, {done}", file=sys.stderr, flush=True)

    def step(self):
        """One kill, or a coming or going."""
        for member in self.members:
            if not member.is_running:
                self.start(member)
        member = self.dice.choice(self.members)
        missing = [name for name, count in self.phases.items()
                   if count < self.each and name != "random"]
        move = self.dice.randrange(10)
        if move == 0:
            self.change_guest()
        elif move < 5 and missing:
            self.at_failpoint(member, self.dice.choice(missing))
        else:
            self.pause()
            self.at_random(member)

    def start(self, member: Instance, failpoint: str = "", *more: str):
        # A member that keeps its name gets its partitions back at once; without, the group waits
        # for the dead one's session to end, which is slow and another way through the code.
        member.start(*more, failpoint=failpoint, static=self.is_short or self.dice.randrange(8) > 0)

    def pause(self):
        """A random time: less than a start takes, up to many transactions."""
        until = time.monotonic() + self.dice.choice((0.05, 0.3, 0.6, 1.5)) * self.dice.random()
        while time.monotonic() < until:
            time.sleep(0.005)

    def at_random(self, member: Instance):
        member.check_alive()
        member.kill()
        self.phases["random"] += 1
        if self.dice.randrange(6) == 0:  # both at once
            other = next(m for m in self.members if m is not member)
            if other.is_running:
                other.kill()
                self.phases["random"] += 1

    def at_failpoint(self, member: Instance, name: str):
        if name == "created":
            return self.at_creation()
        if name == "rolling-back":
            return self.in_an_abort(member)
        member.check_alive()
        member.kill()  # whatever it was at: this one counts as random
        self.phases["random"] += 1
        if name == "cutting" and "written-ahead" in self.phases:
            # Something that must be cut.
            self.start(member, "written-ahead:%d" % (1 + self.dice.randrange(5)))
            self.await_death(member, "written-ahead")
        # A start writes one segment line for each of its partitions, four or so.
        most = {"segment-written": 3}.get(name, 6 if name in COMMITTING else 1)
        count = 1 + self.dice.randrange(most)
        self.start(member, f"{name}:{count}")
        self.await_death(member, name)

    def await_death(self, member: Instance, name: str, seconds: float = 15):
        code = member.wait(seconds)
        if code is None:
            member.kill()
            self.phases["random"] += 1
        elif code == -signal.SIGKILL:
            self.phases[name] += 1
        else:
            member.check_alive()

    def at_creation(self):
        """A new member that dies while its files are made, and is there all the same later."""
        self.guests += 1
        guest = self.scene.instance(f"guest-{self.guests}")
        guest.start(failpoint="created")
        self.await_death(guest, "created")

    def in_an_abort(self, member: Instance):
        """Stopped for longer than its session: what it has open must be aborted, and there it dies."""
        member.check_alive()
        member.kill()
        self.phases["random"] += 1
        # Long transactions, so that one is open.
        self.start(member, "rolling-back", "--commit-interval", "2s")
        until(f"{member.name} to be given partitions", 60,
              lambda: not member.is_running or " from " in member.said())
        time.sleep(0.5 + self.dice.random())
        member.signal(signal.SIGSTOP)
        time.sleep(7 + self.dice.random())
        member.signal(signal.SIGCONT)
        self.counts["stopped for long"] += 1
        self.await_death(member, "rolling-back", 5)

    def change_guest(self):
        """A third member comes, or goes: a rebalance each."""
        if self.guest and self.guest.is_running:
            if not self.is_short and self.dice.randrange(3) == 0:
                self.guest.kill()
                self.phases["random"] += 1
            else:
                self.guest.leave()
                self.counts["left"] += 1
            self.guest = None
            return
        if self.guest:
            self.guest.check_alive()
        known = [i for i in self.scene.instances if i.name.startswith("guest")]
        if known and self.dice.randrange(2):
            self.guest = self.dice.choice(known)
        else:
            self.guests += 1
            self.guest = self.scene.instance(f"guest-{self.guests}")
        self.guest.start()
        self.counts["joined"] += 1


def torture(scene: Scene, seed: int, records: int, kills: int, each: int,
            is_short: bool = False, also: tuple = ()) -> dict:
    work = Kills(scene, seed, records, kills, each, is_short, also)
    work.run()
    total = sum(work.phases.values())
    if total < kills:
        raise Wrong(f"only {total} kills of {kills}")
    return {"kills": total, "phases": work.phases, **work.counts}
