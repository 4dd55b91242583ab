"""What may be deleted, and what may be written: nothing that is needed, and nothing that is not proven."""
import os
import re

import disk
from check import Check


class Safety(Check):
    def run(self):
        self.orphans()
        self.certain()
        return self.faults

    def orphans(self):
        listed = {orphan["filename"] for orphan in self.answers.orphans if orphan["verdict"] == "orphan"}
        found = {finding["filename"] for finding in self.answers.of("orphan")}
        if self.night.is_whole and found != listed:
            self.fault(f"orphans lists {sorted(listed)}, check {sorted(found)}")
        deletable = {self.answers.number[path] for path in listed}
        for path, number in self.answers.number.items():
            if f"  mv {path} " in self.answers.script and number not in deletable:
                self.fault(f"the script moves what is no orphan: {path}")
        needed = self.needed()
        for number in deletable & set(needed):
            self.fault(f"{self.held.get(number)} (#{number}) is an orphan, and {needed[number]}")

    def needed(self):
        """Images that somebody needs or may need, by number, with why."""
        numbers, why = self.answers.number, {}
        for finding in self.answers.findings:
            for path in finding.get("cause", {}).get("now-at", []):
                why[numbers.get(path)] = f"{finding['kind']} of {finding['filename']} says it is now there"
        for step in self.answers.repairs:
            # What a link in order leads to is no question; a new overlay that nobody uses keeps no orphan.
            if step["kind"] in ("backing-missing", "base-modified", "backing-changed"):
                for path in [*bases_in(step), *candidates(step)]:
                    why[numbers.get(path)] = f"the repair of {step['filename']} names it"
        self.sought(why)
        self.below(why)
        for machine, disks in self.world.machines.items():
            used = {numbers.get(path): f"{machine} uses it" for path in disks if path in self.night.known}
            self.below(used)
            why.update(used)
        why.pop(None, None)
        return why

    def sought(self, why):
        """What a missing link may mean: by the name that it says, and by what it led to."""
        by_name = {}
        for path, number in self.answers.number.items():
            by_name.setdefault(os.path.basename(path), set()).add(number)
        for number, paths in self.held.items():
            run = self.truth.story(number).missing
            if run is None:
                continue
            for other in by_name.get(os.path.basename(disk.named(run.text, paths[0])), set()) - {number}:
                why[other] = f"{paths[0]} looks for that name"
            led = self.truth.story(number).led.get(run.text)
            if led and led != number:
                why[led] = f"{paths[0]} stood on it"

    def below(self, why):
        for number in list(why):
            for path in self.night.chain(self.held[number][0])[0][1:] if number in self.held else []:
                why.setdefault(self.answers.number.get(path), f"it is below #{number}: {why[number]}")

    def certain(self):
        """What is certain names what the overlay was made on, down to what its guest read."""
        for step in self.answers.repairs:
            if step["confidence"] != "certain" or step["kind"] != "backing-missing":
                continue
            story = self.truth.story(step["image-id"])
            layer, made = disk.read(step["filename"]), story.made
            led = story.missing and story.led.get(story.missing.text)
            for path in bases_in(step):
                # Of a base whose own chain has a gap, or had one then, only the file can be told.
                if not (self.night.chain(path)[1] and layer and layer.made) and led == self.answers.number.get(path):
                    continue
                if path == os.path.realpath(step["filename"]):
                    self.fault(f"{step['filename']} is to stand on itself")
                if layer is None or self.view(path) not in (layer.made, made):
                    self.fault(f"{step['filename']} is to stand on {path} for certain, and was not made on it: "
                               f"{step['why']}")


def bases_in(step):
    """The files that the commands of a step name as bases."""
    for command in step.get("commands", []):
        if "-b" in command:
            yield os.path.realpath(disk.named(command[command.index("-b") + 1], step["filename"]))


def candidates(step):
    """The files that a plan says may be meant."""
    for evidence in step["evidence"]:
        found = re.match(r"'([^']*)', .*: |.* is now at '([^']*)'", evidence)
        if found:
            yield found.group(1) or found.group(2)
