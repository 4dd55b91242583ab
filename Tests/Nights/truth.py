"""What one who looks at the files every night knows of them: what stands where, and where references lead.

Nothing is asked of the program but which number it gives to which file; that numbers follow files is held apart.
"""
import hashlib
import os

import disk


class Sight:
    """A file as a night saw it."""

    def __init__(self, path, birth):
        self.path, self.file = path, birth
        with open(path, "rb") as file:
            image = file.read()
        self.sum = hashlib.sha256(image).hexdigest()
        stat = os.stat(path)
        self.modified, self.size = stat.st_mtime_ns, stat.st_size
        layer = disk.parse(image)
        self.form, self.backing, self.recorded, self.made = layer.form, layer.backing, layer.recorded, layer.made
        self.is_empty = not layer.blocks
        self.view = disk.digest(path)
        self.header = hashlib.sha256(image[:disk.BLOCK]).hexdigest()


class Night:
    """Which files a scan looked at, and what was known of all of them after it."""

    def __init__(self, scan, before, world, asked, single):
        self.scan, self.asked, self.hidden, self.single = scan, set(asked), world.hidden, single
        self.pools, self.walked = list(world.pools), set(asked) - {world.hidden}
        self.is_whole = self.walked == set(world.pools)
        self.known = dict(before.known) if before else {}
        # Whoever walks a renamed pool knows its files by their new names.
        for old, new in world.renamed:
            self.known = {new + path[len(old):] if path.startswith(old + "/") else path: sight
                          for path, sight in self.known.items()}
        self.looked = set()
        for pool in self.walked:
            self.known = {path: sight for path, sight in self.known.items() if not path.startswith(pool + "/")}
            self.look(world, world.files_of(pool))
        if single:
            self.known.pop(single, None)
            self.look(world, [single] if os.path.exists(single) else [])

    def look(self, world, paths):
        for path in paths:
            self.known[path] = Sight(path, world.birth(path))
            self.looked.add(path)

    def leads(self, path):
        """How a link stands, and where it leads: 'ok', 'missing', 'kept' where it is as it was, or 'open'."""
        target = os.path.realpath(disk.named(self.known[path].backing, path))
        if self.hidden and target.startswith(self.hidden + "/"):
            return ("kept" if self.hidden in self.asked else "open"), target
        return ("ok" if os.path.isfile(target) else "missing"), target

    def chain(self, path):
        """The files that a guest's reads go through, top first, and whether that is all of them."""
        files, current = [], path
        while current not in files:
            files.append(current)
            if not os.path.isfile(current):
                return files, False
            layer = disk.read(current)
            if not layer.backing:
                return files, True
            current = os.path.realpath(disk.named(layer.backing, current))
        return files, False


class Story:
    """What nights told of one image, whose number stays."""

    def __init__(self):
        # The run of nights that saw its base missing: what the reference said, the first, the last good before.
        self.missing = None
        # The last night that looked at both ends and found the link in order.
        self.good = None
        # What each text of the reference led to last; None where a night cannot say.
        self.led = {}
        # What a guest read of its base when a night first saw it there, and the mark of how it was made.
        self.made, self.mark, self.text = None, None, None
        # Whether the program can know it as well: what was made again with data in it looks like what was spoilt.
        self.is_made_known = True
        self.is_unsure = False
        self.is_remade = False
        # What it was itself the last time.
        self.sum, self.was_empty = None, False


class Run:
    """Nights that saw one thing."""

    def __init__(self, text, since, good, is_sure=True):
        self.text, self.since, self.good, self.is_sure = text, since, good, is_sure


class Truth:
    """All nights, and the stories of the images in them."""

    def __init__(self):
        self.nights, self.stories = [], {}
        # Scans before this one were forgotten: when a link was in order last may be forgotten with them.
        self.first = 1

    @property
    def last(self):
        return self.nights[-1] if self.nights else None

    def add(self, night):
        self.nights.append(night)

    def story(self, number):
        return self.stories.setdefault(number, Story())

    def tell(self, night, numbers, missing, view):
        """Tells the stories on by a night; `missing` is what the program calls missing, where a night may say either,
        and `view` sums up what a guest reads of a file."""
        held = {}
        # Of several names the first of the first directory is the one by which relative references go.
        for path in sorted(night.known, key=os.path.split):
            if path in numbers:
                held.setdefault(numbers[path], []).append(path)
        for number, paths in held.items():
            self.tell_one(night, number, paths, numbers, missing, view)
        for number, story in self.stories.items():
            if number not in held:
                story.missing = None
        return held

    def has_left(self, night, target):
        """Whether the one file that a night looked at stood where a link leads: it is there no more."""
        before = self.nights[-2].known.get(target) if len(self.nights) > 1 else None
        return before is not None and before.file in {night.known[path].file for path in night.looked - {target}}

    def tell_one(self, night, number, paths, numbers, missing, view):
        story, sight = self.story(number), night.known[paths[0]]
        if not sight.backing:
            story.missing, story.made, story.is_remade = None, None, True
            return
        if story.mark != sight.made:
            # It was made again, or is another file that has the number.
            story.is_made_known = story.mark is None and not story.is_remade
            story.mark, story.made, story.is_remade = sight.made, None, True
        if story.sum not in (None, sight.sum) and (sight.is_empty or story.was_empty):
            # Whoever was written to and holds nothing, or held nothing, may have been made again.
            story.is_made_known = False
        story.sum, story.was_empty = sight.sum, sight.is_empty
        state, target = night.leads(paths[0])
        is_looked = any(path in night.looked for path in paths)
        is_sure = set(paths) <= night.looked and state in ("ok", "missing")
        if state in ("kept", "open") and story.made is None:
            story.is_made_known = False
        if state == "kept" or (not is_looked and not night.walked and not self.has_left(night, target)):
            return
        if not is_sure:
            state = "missing" if number in missing else "ok"
        if state == "missing":
            if story.missing is None or story.missing.text != sight.backing:
                is_kept = story.good is None or story.good >= self.first
                story.missing = Run(sight.backing, night.scan, story.good, is_sure and is_kept and not story.is_unsure)
            return
        story.missing = None
        if not is_sure:
            story.led[sight.backing], story.is_unsure = None, True
            # The night may have been the first that saw it there, for it looked at the other end.
            story.is_made_known = story.is_made_known and story.made is not None
            return
        if target not in night.looked:
            # The host says that it is there: nobody looked at it.
            if story.led.get(sight.backing) != numbers.get(target):
                story.led[sight.backing] = None
            if story.made is None:
                # It counts as made on what stood there, and which content that had is not known to every rule.
                story.is_made_known, story.made, story.text = False, view(target), sight.backing
            return
        story.good, story.is_unsure = night.scan, False
        story.led[sight.backing] = numbers.get(target)
        # Before the first night that saw it, nobody knows what was written to its base.
        if story.made is None:
            story.made, story.text = view(target), sight.backing
            # What is read through a chain with a gap is measured otherwise.
            story.is_made_known = story.is_made_known and night.chain(target)[1]
        elif story.text != sight.backing:
            story.is_made_known = False
