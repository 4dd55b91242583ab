"""Earlier nights: what was said of them is said ever after, and two of them compare alike in both directions."""
import difflib
import json
import re


class Past:
    def __init__(self, program, choice):
        self.program, self.choice = program, choice
        self.told, self.kept, self.faults = [], [], []

    def look(self, count):
        """Which nights are kept; asks again what was asked of some of them."""
        self.kept = [scan["number"] for scan in self.program.ask("scans")]
        self.told = [entry for entry in self.told if entry[0] in self.kept]
        for scan, question, answer in self.choice.sample(self.told, min(count, len(self.told))):
            again = self.program.text(*question, "--at", str(scan))
            if again != answer and question[0] == "orphans" and verdicts(again) == verdicts(answer):
                # Samples, by which a copy of what was lost is known, are kept as they are now: so the reasons may be
                # others for an earlier scan, and the verdicts never.
                continue
            if again != answer:
                lines = [line for line in difflib.unified_diff(answer.split("\n"), again.split("\n"), lineterm="", n=0)
                         if line[:3] not in ("---", "+++", "@@ ")]
                self.faults.append(f"{question} of scan {scan} is answered otherwise now: {' '.join(lines[:12])}")
        if len(self.kept) > 1:
            self.compare(*sorted(self.choice.sample(self.kept, 2)))

    def remember(self, scan, paths):
        """Asks the questions of tonight that are asked again later."""
        questions = [["list", "--all"], ["check"], ["pools"], ["orphans", "--all"], ["status"]]
        for path in self.choice.sample(paths, min(2, len(paths))):
            questions += [["show", path], ["chain", path], ["dependents", path]]
        for question in self.choice.sample(questions, min(6, len(questions))):
            self.told.append((scan, question, self.program.text(*question)))

    def compare(self, old, new):
        there = self.program.ask("diff", str(old), str(new))
        back = self.program.ask("diff", str(new), str(old))
        odd = set(map(mirrored, there["changes"])) ^ set(map(plain, back["changes"]))
        if odd:
            self.faults.append(f"diff {old} {new} and diff {new} {old} are not mirrored: {sorted(odd)}")
        for end, other in (("opened", "closed"), ("closed", "opened")):
            if sorted(map(subject, there["findings"][end])) != sorted(map(subject, back["findings"][other])):
                self.faults.append(f"diff {old} {new}: what {end} is not what {other} the other way round")
        if self.program.ask("diff", str(old), str(old))["changes"]:
            self.faults.append(f"diff {old} {old} has changes")
        self.log(new)

    def log(self, scan):
        """What the log tells of a night is what the night differs in from the one before."""
        before = [number for number in self.kept if number < scan]
        if not before:
            return
        changes = {change["image-id"] for change in self.program.ask("diff", str(before[-1]), str(scan))["changes"]
                   if change["change"] != "replaced"}
        events = {event["image-id"] for event in self.program.ask("log", "-n", "100000")
                  if event["scan"] == scan and "image-id" in event and "finding" not in event
                  and event["event"] != "as-of"}
        # Of an image whose place another took, the log has the end as well.
        if not changes <= events:
            self.faults.append(f"log and diff of scan {scan} differ: {sorted(events)}, {sorted(changes)}")


def verdicts(answer):
    return [(orphan["filename"], orphan["verdict"], orphan["since"], orphan["reclaimable-size"])
            for orphan in json.loads(answer or "[]")]


OTHER_WAY = {"added": "removed", "removed": "added"}


def plain(change):
    return told(change, change["filename"], change.get("previous-filename", ""), "from", "to")


def mirrored(change):
    kind, was = change["change"], change.get("previous-filename", "")
    name, was = (was, change["filename"]) if was else (change["filename"], "")
    return told({**change, "change": OTHER_WAY.get(kind, kind)}, name, was, "to", "from")


def told(change, name, was, first, second):
    # Of two images at one path the one that came is named; a pool that was renamed has one name in a comparison, and
    # the files in it stand where it is at the later of the two scans.
    number = change.get("image-id", 0) if change["change"] != "replaced" else 0
    fields = [(key, unnamed(repr(both.get(first))), unnamed(repr(both.get(second))))
              for key, both in change.get("fields", {}).items() if key != "pool"]
    return (change["change"], number, unnamed(name), unnamed(was),
            repr(sorted((key, one, other) for key, one, other in fields if one != other)))


def unnamed(text):
    """A text in which pools have the names that they had first."""
    return re.sub(r"(/nights-\w+/[pqr])\d+/", r"\1/", text)


def subject(finding):
    return finding["kind"], finding.get("filename", ""), finding.get("image-id", 0), finding.get("domain", "")
