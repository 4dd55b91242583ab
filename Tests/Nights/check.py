"""What every check of a night has in hand: the files as they were seen, what the program says, and a list of faults."""
import os

import disk


class Answers:
    """What the program says tonight, each question asked once."""

    def __init__(self, program):
        ask = program.ask
        self.images = ask("list", "--all")
        self.findings = ask("check")
        self.orphans = ask("orphans", "--all")
        self.repairs = ask("repair")
        self.script = program.run("orphans", "--script").stdout
        self.by_path = {path: image for image in self.images for path in names(image)}
        self.number = {path: image["image-id"] for path, image in self.by_path.items()}

    def of(self, kind):
        return [finding for finding in self.findings if finding["kind"] == kind]


def names(image):
    return [image["filename"], *image.get("other-names", [])]


class Check:
    """One night; `held` has the paths of every image by its number, the first name first."""

    def __init__(self, truth, night, answers, world, held=None):
        self.truth, self.night, self.answers, self.world, self.held = truth, night, answers, world, held
        self.faults = []

    def fault(self, text):
        self.faults.append(text.replace(self.world.root, ""))

    def view(self, path):
        """A sum of what a guest reads of a file, where bases that moved are followed."""
        return disk.digest(path, "", self.elsewhere)

    def elsewhere(self, path):
        """Where the base of an image is that is not where it is named, by what the reference led to last."""
        number = self.answers.number.get(os.path.realpath(path))
        run = self.truth.story(number).missing if number else None
        led = run and self.truth.story(number).led.get(run.text)
        return next((path for path, other in self.answers.number.items() if other == led), None) if led else None
