"""The commands of one night among one another."""
import os

from check import Check
from safety import bases_in


class Agreement(Check):
    def run(self, missing, program, choice):
        """Compares; `choice` picks the images of which more is asked."""
        self.states(missing)
        self.repairs(missing)
        paths = sorted(path for path in self.answers.by_path if path in self.night.known)
        for path in choice.sample(paths, min(2, len(paths))):
            self.one(path, program)
        return self.faults

    def states(self, missing):
        for image in self.answers.images:
            if (image.get("backing-state") == "missing") != (image["image-id"] in missing):
                self.fault(f"list: {image['filename']} is {image.get('backing-state')}; check says otherwise")

    def repairs(self, missing):
        planned = {step["image-id"] for step in self.answers.repairs if step["kind"] == "backing-missing"}
        if planned != set(missing):
            self.fault(f"repair knows {sorted(planned)}, check {sorted(missing)}")
        for step in self.answers.repairs:
            finding = missing.get(step["image-id"])
            if step["kind"] != "backing-missing" or step["confidence"] != "certain" or not finding:
                continue
            now = {os.path.realpath(path) for path in finding.get("cause", {}).get("now-at", [])}
            if not set(bases_in(step)) <= now:
                self.fault(f"{step['filename']}: repair names {list(bases_in(step))}, check {sorted(now)}")

    def one(self, path, program):
        """An image in `show`, `chain` and `dependents`."""
        number = self.answers.number[path]
        shown = program.ask("show", path)
        # A spoilt overlay shows the finding of its base.
        first = self.held[number][0]
        mine = [finding["kind"] for finding in self.answers.findings if finding.get("image-id") == number]
        mine += [finding["kind"] for finding in self.answers.findings if first in finding.get("victims", [])]
        mine.sort()
        if sorted(finding["kind"] for finding in shown["findings"]) != mine:
            self.fault(f"show {path} has {[finding['kind'] for finding in shown['findings']]}, check {mine}")
        chain = [image["image-id"] for image in program.ask("chain", path)]
        if self.night.is_whole:
            self.chain(path, chain)
        for upper, lower in zip(chain, chain[1:]):
            upon = self.held.get(lower, [""])[0]
            users = {user.get("image-id") for user in program.ask("dependents", f"#{lower}")
                     if user.get("certain", True)}
            if upper not in users:
                self.fault(f"dependents {upon} has not #{upper}, whose chain goes through it")

    def chain(self, path, said):
        files, is_whole = self.night.chain(self.held[self.answers.number[path]][0])
        there = [self.answers.number.get(os.path.realpath(file)) for file in (files if is_whole else files[:-1])]
        if is_whole and said != there:
            self.fault(f"chain {path} is {said}, not {there}")
