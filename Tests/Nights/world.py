"""What people do to files of virtual machines, at random; nothing here knows what a program makes of it."""
import json
import os
import random
import shutil
import tempfile

import disk

DOMAIN = """<domain type='kvm'><name>{name}</name><uuid>{uuid}</uuid><memory>1024</memory><os><type>hvm</type></os>
<devices>{disks}</devices></domain>"""
DISK = """<disk type='file' device='disk'><driver name='qemu' type='{form}'/><source file='{path}'/>
<target dev='vd{letter}' bus='virtio'/></disk>"""


class World:
    """Three pools on one file system, the machines beside them, and what was deleted and is kept elsewhere."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.root = os.path.realpath(tempfile.mkdtemp(prefix="nights-"))
        os.chmod(self.root, 0o700)
        self.pools = [f"{self.root}/{name}" for name in "pqr"]
        self.former = []
        self.hidden = None
        self.bin = []
        self.machines = {}
        self.domains = self.root + "/domains" if self.dice.randrange(3) else None
        self.tick, self.token, self.births = 0, 0, 0
        self.born = {}
        self.acts = []
        for pool in self.pools:
            os.makedirs(pool + "/deep")
            os.symlink(pool, pool + "-way")
        if self.domains:
            os.mkdir(self.domains)
            self.define("idle", [])

    def close(self):
        shutil.rmtree(self.root)

    # What is there

    def files(self):
        """Every file of every pool that is there."""
        return sorted(path for pool in self.pools for path in self.files_of(pool))

    def files_of(self, pool):
        return [os.path.join(folder, name) for folder, _, names in os.walk(pool) for name in names
                if not os.path.islink(os.path.join(folder, name))]

    def some(self, form=""):
        paths = [path for path in self.files() if path.endswith(form)]
        return self.dice.choice(paths) if paths else None

    def pool_of(self, path):
        return next((pool for pool in self.pools if (path + "/").startswith(pool + "/")), None)

    def birth(self, path):
        """Which file it is: a number of the file system may be given again."""
        number = os.lstat(path).st_ino
        return self.born.setdefault(number, number)

    def fresh(self, form=".qcow2"):
        """A name, taken or not."""
        pool = self.dice.choice([pool for pool in self.pools if os.path.isdir(pool)])
        folder = self.dice.choice([pool, pool, pool + "/deep"])
        return f"{folder}/{'nb'[form == '.raw']}{self.dice.randrange(8)}{form}"

    def free(self, form=".qcow2"):
        path = self.fresh(form)
        return path if not os.path.lexists(path) else None

    # Writing

    def stamp(self, path):
        self.tick += 1
        os.utime(path, (1_600_000_000 + self.tick,) * 2)

    def put(self, path, image, anew=True):
        """Writes a file: another one at its name, or the same one over."""
        if anew and os.path.lexists(path):
            os.unlink(path)
        with open(path, "wb" if anew else "r+b") as file:
            file.write(image)
            file.truncate()
        if anew:
            self.births += 1
            self.born[os.lstat(path).st_ino] = f"{os.lstat(path).st_ino}.{self.births}"
        self.stamp(path)

    def blocks(self, count):
        return {self.dice.randrange(disk.BLOCKS): self.fresh_token() for _ in range(count)}

    def fresh_token(self):
        """Now and then what another image holds as well: many are made from one template."""
        self.token += 1
        return self.dice.randrange(1, 4) if self.dice.randrange(6) == 0 else 1000 + self.token

    def spelled(self, target, holder):
        pool = self.pool_of(target)
        relative = os.path.relpath(target, os.path.dirname(holder))
        ways = [target, relative, relative, pool + "-way" + target[len(pool):],
                f"{pool}/../{os.path.basename(pool)}{target[len(pool):]}"]
        way = self.dice.choice(ways)
        if self.dice.randrange(12) == 0:
            return "json:" + json.dumps({"driver": form_of(target), "file": {"driver": "file", "filename": target}})
        return way

    # What people do

    def act(self):
        usual = ["overlay", "overlay", "move", "write", "delete"]
        name = self.dice.choice(self.deeds if self.dice.randrange(2) else usual) if len(self.files()) > 2 else "base"
        told = getattr(self, name)()
        if told:
            self.acts.append(f"{name}: {told}".replace(self.root, ""))

    deeds = ["base", "overlay", "overlay", "write", "move", "move_over", "swap", "delete", "bring_back", "copy",
             "copy_with_times", "restore", "again_in_place", "rebase_header", "link", "replace", "machine", "twin"]

    def base(self):
        form = self.dice.choice([".qcow2", ".raw"])
        path = self.fresh(form)
        self.put(path, disk.Layer(form[1:], self.blocks(3)).bytes())
        return path

    def overlay(self, path=None, anew=True):
        target, path = self.some(), path or self.fresh()
        if target is None or os.path.realpath(target) == path:
            return None
        layer = self.overlay_on(target, path)
        self.put(path, layer.bytes(), anew)
        return f"{path} -> {layer.backing} ({layer.recorded})"

    def overlay_on(self, target, path, count=None):
        recorded = form_of(target) if self.dice.randrange(4) else ""
        reference = self.spelled(target, path)
        made = disk.digest(target, form_of(target))
        return disk.Layer("qcow2", self.blocks(self.dice.randrange(3) if count is None else count), reference, recorded,
                          made)

    def write(self):
        """A guest writes."""
        path = self.some()
        if path is None:
            return None
        layer = disk.read(path)
        self.bin.append((path, layer.bytes(), os.stat(path)))
        layer.blocks[self.dice.choice([*layer.blocks, self.dice.randrange(disk.BLOCKS)])] = self.fresh_token()
        self.put(path, layer.bytes(), anew=False)
        return path

    def move(self):
        path = self.some()
        to = path and self.free(os.path.splitext(path)[1])
        if not to:
            return None
        os.rename(path, to)
        return f"{path} {to}"

    def move_over(self):
        path = self.some()
        to = path and self.some(os.path.splitext(path)[1])
        if not to or to == path:
            return None
        self.keep(to)
        os.rename(path, to)
        return f"{path} {to}"

    def swap(self):
        one = self.some()
        other = one and self.some(os.path.splitext(one)[1])
        if not one or one == other:
            return None
        os.rename(one, self.root + "/between")
        os.rename(other, one)
        os.rename(self.root + "/between", other)
        return f"{one} {other}"

    def keep(self, path):
        with open(path, "rb") as file:
            self.bin.append((path, file.read(), os.stat(path)))

    def delete(self):
        path = self.some()
        if path:
            self.keep(path)
            os.unlink(path)
        return path

    def bring_back(self):
        """From a backup, where it was or elsewhere, with its times or with new ones."""
        if not self.bin:
            return None
        path, image, stat = self.dice.choice(self.bin)
        pool = self.pool_of(path)
        if pool is None or not os.path.isdir(pool):
            return None
        if self.dice.randrange(3) == 0:
            path = self.free(os.path.splitext(path)[1])
        if path is None or os.path.lexists(path):
            return None
        self.put(path, image)
        if self.dice.randrange(2):
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        return path

    def restore(self):
        """The bytes of before into the file that is there."""
        old = [(path, image) for path, image, _ in self.bin if os.path.exists(path)]
        if not old:
            return None
        path, image = self.dice.choice(old)
        self.keep(path)
        self.put(path, image, anew=self.dice.randrange(2) == 0)
        return path

    def copy(self):
        path = self.some()
        to = path and self.free(os.path.splitext(path)[1])
        if not to:
            return None
        with open(path, "rb") as file:
            self.put(to, file.read())
        return f"{path} {to}"

    def copy_with_times(self):
        path = self.some()
        told = path and self.copy_of(path)
        return told

    def copy_of(self, path):
        to = self.free(os.path.splitext(path)[1])
        if not to:
            return None
        stat = os.stat(path)
        with open(path, "rb") as file:
            self.put(to, file.read())
        os.utime(to, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        if self.dice.randrange(3) == 0:
            self.keep(path)
            os.unlink(path)
        return f"{path} {to}"

    def again_in_place(self):
        """An overlay is made again, empty, in the file that is there."""
        path = self.some(".qcow2")
        target = path and self.some()
        if not path or target == path:
            return None
        layer = self.overlay_on(target, path, count=0)
        self.put(path, layer.bytes(), anew=False)
        return f"{path} -> {layer.backing}"

    def rebase_header(self):
        """qemu-img rebase -u: the name of the base, and no block."""
        path = self.some(".qcow2")
        layer = path and disk.read(path)
        target = path and self.some()
        if not layer or not layer.backing or target == path:
            return None
        layer.backing, layer.recorded = self.spelled(target, path), form_of(target)
        if not layer.blocks:
            # Without a block of its own it is what a new overlay would be.
            layer.made = disk.digest(target, form_of(target))
        self.put(path, layer.bytes(), anew=False)
        return f"{path} -> {layer.backing}"

    def link(self):
        path = self.some()
        to = path and self.free(os.path.splitext(path)[1])
        if not to:
            return None
        os.link(path, to)
        return f"{path} {to}"

    def replace(self):
        path = self.some()
        if path is None:
            return None
        self.keep(path)
        self.put(path, disk.Layer(form_of(path), self.blocks(2)).bytes())
        return path

    def twin(self):
        """Another image from the template of one that is there."""
        path = self.some()
        to = path and self.free(os.path.splitext(path)[1])
        if not to:
            return None
        layer = disk.read(path)
        layer.blocks[self.dice.randrange(disk.BLOCKS)] = self.fresh_token()
        self.put(to, layer.bytes())
        return f"{path} {to}"

    # Machines

    def machine(self):
        if not self.domains:
            return None
        name = self.dice.choice(["web", "db", "mail"])
        if name in self.machines and self.dice.randrange(3) == 0:
            os.unlink(f"{self.domains}/{name}.xml")
            del self.machines[name]
            return f"{name} undefined"
        disks = [path for path in {self.some(), self.some()} if path][:self.dice.randrange(1, 3)]
        self.define(name, disks)
        return f"{name} {disks}"

    def define(self, name, disks):
        self.machines[name] = disks
        listed = "".join(DISK.format(form=form_of(path), path=path, letter="ab"[place])
                         for place, path in enumerate(disks))
        uuid = f"{sum(name.encode()):08x}-0000-4000-8000-000000000001"
        with open(f"{self.domains}/{name}.xml", "w") as file:
            file.write(DOMAIN.format(name=name, uuid=uuid, disks=listed))

    # Pools

    def rename_a_pool(self):
        place = self.dice.randrange(len(self.pools))
        old, new = self.pools[place], f"{self.root}/{'pqr'[place]}{self.tick}"
        os.rename(old, new)
        os.unlink(old + "-way")
        os.symlink(new, new + "-way")
        self.pools[place] = new
        self.former.append(old)
        self.bin = [(new + path[len(old):] if path.startswith(old + "/") else path, image, stat)
                    for path, image, stat in self.bin]
        self.acts.append(f"rename pool: {old} {new}".replace(self.root, ""))
        return old, new

    def hide(self, pool):
        os.rename(pool, self.root + "/hidden")
        self.hidden = pool

    def show(self):
        if self.hidden:
            os.rename(self.root + "/hidden", self.hidden)
        self.hidden = None


def form_of(path):
    return os.path.splitext(path)[1][1:]
