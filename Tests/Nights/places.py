"""What stands where, and under which number."""
from check import Check


class Places(Check):
    def run(self, before):
        """Compares; `before` has number and sight of the night before, by path."""
        self.listed()
        self.numbers(before)
        return self.faults

    def listed(self):
        for pool in self.night.walked:
            mine = {path for path in self.answers.number if path.startswith(pool + "/")}
            there = {path for path in self.night.known if path.startswith(pool + "/")}
            if mine != there:
                self.fault(f"{pool}: listed and there differ: {sorted(mine ^ there)}")
        for path in self.answers.number:
            if path not in self.night.known:
                self.fault(f"{path} is listed, and no night that looked knows it")
        gone = set(self.night.known) - set(self.answers.number)
        elsewhere = {self.night.known[path].file for path in self.night.looked}
        for path in gone:
            # A file with one name that was met elsewhere tonight is not where nobody looked.
            if self.night.known[path].file not in elsewhere:
                self.fault(f"{path} is listed no more, and nobody looked for it")
            del self.night.known[path]

    def numbers(self, before):
        by_file, by_number = {}, {}
        for path in self.night.looked:
            sight, number = self.night.known.get(path), self.answers.number.get(path)
            if sight is not None and number is not None:
                by_file.setdefault(sight.file, set()).add(number)
                by_number.setdefault(number, set()).add(sight.file)
        for numbers in by_file.values():
            if len(numbers) > 1:
                self.fault(f"one file has the numbers {numbers}")
        for number, files in by_number.items():
            if len(files) > 1:
                self.fault(f"#{number} is several files")
        self.kept(before, by_file)

    def kept(self, before, by_file):
        """The number stays with the file; a copy has it only where the file is gone."""
        known = {sight.file: number for number, sight in before.values()}
        last = {}
        for number, sight in before.values():
            last.setdefault(number, []).append(sight)
        for file, numbers in by_file.items():
            number = min(numbers)
            if known.get(file, number) != number:
                self.fault(f"a file was #{known[file]}, and is #{number}")
            if file in known or number not in last:
                continue
            sight = next(sight for sight in self.night.known.values() if sight.file == file)
            if not any(is_like(old, sight) for old in last[number]):
                self.fault(f"{sight.path} has the number of #{number}, of which it is no copy")


def is_like(old, new):
    """Whether a file may pass for one that is gone: the same header and length; a sample decides further."""
    return (old.header, old.size) == (new.header, new.size)
