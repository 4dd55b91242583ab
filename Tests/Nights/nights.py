"""One life: nights in which files are worked on and scanned, by one seed."""
import collections
import os
import random
import shutil
import subprocess

from agreement import Agreement
from broken import Broken
from check import Answers, Check
from past import Past
from places import Places
from program import Program
from safety import Safety
from truth import Night, Truth
from world import World


class Life:
    def __init__(self, path, seed):
        self.seed, self.world, self.truth = seed, World(seed), Truth()
        self.program = Program(path, self.world.root)
        self.faults, self.known, self.night = [], {}, 0
        # What is looked at twice does not decide what happens next.
        self.choice = random.Random(f"choice {seed}")
        self.past = Past(self.program, self.choice)
        self.dice = self.world.dice
        self.tally = collections.Counter()
        # What was done, night by night, for whoever looks for the reason.
        self.trail = []

    def fault(self, text):
        text = text.replace(self.world.root, "")
        self.faults.append(f"seed {self.seed}, night {self.night}: {text}")

    def live(self, nights):
        for _ in range(nights):
            self.one_night()
            if self.faults:
                break
        return self.faults

    def one_night(self):
        self.night += 1
        world = self.world
        world.acts, world.renamed = [], []
        for _ in range(self.dice.randrange(7) + (8 if self.night == 1 else 0)):
            world.act()
        asked, single = self.what_is_scanned()
        scan = self.scan(asked, single)
        world.show()
        if scan is None or self.faults:
            return
        if self.dice.randrange(12) == 0:
            kept = str(self.dice.randrange(2, 6))
            self.trail.append(f"prune --keep-last {kept}")
            self.program.run("prune", "--keep-last", kept)
            self.look_back(8)
        elif self.truth.last.is_whole and "\n  mv " in self.answers.script and self.dice.randrange(3) == 0:
            self.quarantine()

    def what_is_scanned(self):
        world, dice = self.world, self.dice
        must = set()
        if dice.randrange(9) == 0 and self.night > 1:
            old, new = world.rename_a_pool()
            world.renamed.append((old, new))
            must.add(new)
        hidden = dice.choice(world.pools) if dice.randrange(6) == 0 and self.night > 1 else None
        kind = dice.randrange(8)
        asked = set(world.pools) if kind < 6 or self.night == 1 else set(dice.sample(world.pools, 2))
        single = world.some() if kind == 7 and not must and self.night > 1 and not hidden else None
        if hidden and hidden not in must:
            world.hide(hidden)
        return (set(), single) if single else (asked | must, None)

    def spelled(self, pool):
        """A pool may be named through a link to it; not on the first night, which decides its name."""
        world = self.world
        is_plain = self.night == 1 or pool == world.hidden or any(new == pool for _, new in world.renamed)
        return pool if is_plain or self.dice.randrange(3) else pool + "-way"

    def scan(self, asked, single):
        words = [single] if single else [self.spelled(pool) for pool in sorted(asked)]
        if self.world.domains:
            words += ["--domains", self.world.domains]
        hidden = f" hidden {self.world.hidden}" if self.world.hidden else ""
        scanned = f"{self.night}: scan {' '.join(words)}{hidden}".replace(self.world.root, "")
        self.trail.append(f"{scanned}: {'; '.join(self.world.acts)}")
        answer = self.program.ask("scan", "--grace-age", "0h", *words)
        self.faults += [f"seed {self.seed}, night {self.night}: {fault}" for fault in self.program.faults]
        if not answer:
            return None
        scan = answer["scan"]
        night = Night(scan["number"], self.truth.last, self.world, asked, single)
        self.truth.add(night)
        self.answers = Answers(self.program)
        self.compare(night, self.answers)
        self.count(self.answers, night)
        self.counts(scan)
        self.look_back(3)
        self.past.remember(scan["number"], sorted(self.answers.number))
        if self.program.run("verify").returncode:
            self.fault("verify finds something")
        for fault in self.program.faults:
            self.fault(fault)
        return scan

    def compare(self, night, answers):
        """All checks of a night."""
        faults = Places(self.truth, night, answers, self.world).run(self.known)
        missing = {finding["image-id"]: finding for finding in answers.of("backing-missing")}
        view = Check(self.truth, night, answers, self.world).view
        hand = self.truth, night, answers, self.world, self.truth.tell(night, answers.number, missing, view)
        faults += Broken(*hand).run(missing)
        faults += Safety(*hand).run()
        faults += Agreement(*hand).run(missing, self.program, self.choice)
        for fault in faults:
            self.fault(fault)
        self.known = {path: (answers.number[path], sight) for path, sight in night.known.items()
                      if path in answers.number}

    def count(self, answers, night):
        """How often there was something to compare."""
        self.tally["nights"] += 1
        self.tally["whole nights"] += night.is_whole
        for finding in answers.findings:
            self.tally[finding["kind"]] += 1
            self.tally["now-at"] += bool(finding.get("cause", {}).get("now-at"))
        for step in answers.repairs:
            self.tally[f"{step['confidence']} repairs"] += 1
        for orphan in answers.orphans:
            self.tally[f"verdict {orphan['verdict']}"] += 1

    def counts(self, scan):
        if len(self.program.ask("scans")) < 2:
            return
        kinds = [change["change"] for change in self.program.ask("diff")["changes"]]
        for kind in ("added", "removed", "moved", "changed", "replaced"):
            if scan[kind] != kinds.count(kind):
                self.fault(f"scan counts {scan[kind]} {kind}, diff shows {kinds.count(kind)}")

    def look_back(self, count):
        self.past.look(count)
        self.truth.first = min(self.past.kept)
        for fault in self.past.faults:
            self.fault(fault)
        self.past.faults = []

    # What is called unused is really taken away

    def quarantine(self):
        world = self.world
        before = {(step["filename"], step["kind"]): step["confidence"] for step in self.answers.repairs}
        night = self.truth.last
        whole = {path for path in night.known if night.chain(path)[1]}
        self.tally["scripts"] += 1
        script = world.root + "/away.sh"
        with open(script, "w") as file:
            file.write(self.answers.script)
        ran = subprocess.run(["sh", script], cwd=world.root, capture_output=True, text=True, check=False,
                             env=self.program.environment)
        if ran.returncode:
            return self.fault(f"the script ends with {ran.returncode}: {ran.stderr}")
        for pool in world.pools:
            if os.path.isdir(pool + ".quarantine"):
                shutil.rmtree(pool + ".quarantine")
        for path in whole:
            if os.path.exists(path) and not night.chain(path)[1]:
                self.fault(f"the script broke the chain of {path}")
        world.acts, world.renamed = ["script"], []
        self.night += 1
        self.scan(set(world.pools), None)
        after = {(step["filename"], step["kind"]): step["confidence"] for step in self.answers.repairs}
        for step, was in before.items():
            now = after.get(step, was)
            if was in ("certain", "likely") and now == "manual":
                self.fault(f"the script turned the repair of {step} from {was} into {now}")
        return None
