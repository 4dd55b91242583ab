"""What is broken or spoilt, since when, and where it is now."""
import os

from check import Check


class Broken(Check):
    def run(self, missing):
        """Compares; `missing` has the findings about missing bases by the number of the image."""
        self.missing(missing)
        self.causes(missing)
        if self.night.is_whole:
            self.spoilt()
        return self.faults

    def missing(self, missing):
        for number, paths in self.held.items():
            run, finding = self.truth.story(number).missing, missing.get(number)
            if (run is None) != (finding is None):
                told = "is not told" if finding is None else "is told"
                self.fault(f"{paths[0]} (#{number}) -> {self.night.known[paths[0]].backing}: missing {told}")
            elif run and run.is_sure:
                said = finding["since"]["scan"], finding.get("last-good", {}).get("scan")
                if said != (run.since, run.good):
                    self.fault(f"{paths[0]}: since, last good are {said}, not {(run.since, run.good)}")
        for number, finding in missing.items():
            if number not in self.held:
                self.fault(f"#{number} stands nowhere, and its base is missing: {finding['filename']}")
        for finding in self.answers.findings:
            since, good = finding["since"]["scan"], finding.get("last-good", {}).get("scan", 0)
            if not good < since <= self.night.scan:
                self.fault(f"{finding['kind']} since {since}, last good {good}, in scan {self.night.scan}")

    def causes(self, missing):
        for number, finding in missing.items():
            now = set(finding.get("cause", {}).get("now-at", []))
            strange = [path for path in now if path not in self.night.known]
            if strange:
                self.fault(f"{finding['filename']}: now at {strange}, which no night knows")
            story = self.truth.story(number)
            led = story.missing and story.missing.is_sure and story.led.get(story.missing.text)
            if not led or led == number:
                continue
            sought = {self.night.leads(path)[1] for path in self.held.get(number, [])[:1]}
            there = set(self.held.get(led, [])) - sought
            if now != there:
                self.fault(f"{finding['filename']}: now at {sorted(now)}, and #{led} is at {sorted(there)}")

    def spoilt(self):
        """An overlay is a victim exactly while its base holds something else than when a night first saw it there."""
        victims = {self.answers.number.get(path): finding for finding in self.answers.of("base-modified")
                   for path in finding.get("victims", [])}
        for number, paths in self.held.items():
            story, sight = self.truth.story(number), self.night.known[paths[0]]
            state, target = self.night.leads(paths[0]) if sight.backing else ("none", "")
            if state != "ok":
                continue
            now = self.view(target)
            files, is_whole = self.night.chain(target)
            if not story.made or not is_whole or not story.is_made_known or sight.backing != story.text:
                continue
            # What changed further below is told once, of that, and all that stands on it is named.
            if {self.answers.number.get(os.path.realpath(path)) for path in files} & set(victims):
                continue
            if now == story.made and number in victims:
                self.fault(f"{paths[0]} stands on what it was made on, and is told to be spoilt")
            if now != story.made and number not in victims:
                self.fault(f"{paths[0]} is spoilt by {target}, and that is not told")
