"""What happens to the tree between two scans, and how each night is scanned."""

import os
import shutil

POOLS = ("main", "shelf", "headers", "away")


class Night:
    """What a night does to the tree, and the arguments of its scan."""

    def __init__(self, happens=None, names=None, pools=POOLS, machines=True, more=()):
        self.happens = happens
        self.names = names or {}
        self.pools = pools
        self.machines = machines
        self.more = more

    def scan(self, tree):
        arguments = ["scan", "--jobs", "1"]  # so that images have the same numbers each time
        for pool in self.pools:
            arguments += ["--pool", f"{self.names.get(pool, pool)}={tree.path(pool)}"]
        if self.machines:
            arguments += ["--domains", tree.path("xml")]
        return arguments + list(self.more)


def bases_move(tree):
    tree.move("main/base0.qcow2", "main/gold/base0.qcow2")
    tree.move("main/base1.qcow2", "shelf/base1.qcow2")
    tree.move("shelf/base-vmdk.vmdk", "shelf/far/base-vmdk.vmdk")
    tree.copy("main/base2.qcow2", "main/gold/copy2.qcow2")
    tree.remove("main/base2.qcow2")
    tree.link("main/links/second.qcow2", "../base3.qcow2")


def bases_go(tree):
    for name in ("main/base3.qcow2", "main/base4.qcow2", "shelf/base-vdi.vdi", "outside/golden.qcow2",
                 "shelf/outside.raw", "shelf/monolithicFlat-flat.vmdk"):
        tree.remove(name)
    tree.domain("vm3", ("vda", "main/level2-3.qcow2", "qcow2", ""))
    tree.remove("xml/vm4.xml")


def bases_are_replaced(tree):
    for name in ("broken", "odd-nbd", "odd-round", "odd-outside", "odd-away"):  # from here on the view is whole
        tree.remove(f"xml/{name}.xml")
    tree.qcow2("main/base5.qcow2", data="another")
    tree.image("shelf", "parent1", "vmdk")
    tree.image("shelf", "base-qcow2", "qcow2", size="8M")
    tree.remove("main/links/current.qcow2")
    tree.link("main/links/current.qcow2", "../base6.qcow2")
    tree.qcow2("main/base3.qcow2", data="base 3")
    tree.move("main/level1-7.qcow2", "main/swap")
    tree.move("main/level1-8.qcow2", "main/level1-7.qcow2")
    tree.move("main/swap", "main/level1-8.qcow2")


def bases_are_written_to(tree):
    for name in ("main/base6.qcow2", "main/base7.qcow2", "shelf/base-raw.img", "shelf/parent0.vmdk", "away/base.qcow2"):
        tree.touch_data(name)
    for name in ("main/level1-9.qcow2", "shelf/base-qed.qed"):
        tree.grow(name)
    with open(tree.path("main/base8.qcow2"), "r+b") as stream:  # the guest of a raw disk writes a header
        head = stream.read(4096)
    tree.write("shelf/plain.img", bytes(1 << 20))
    with open(tree.path("shelf/base-raw.img"), "r+b") as stream:
        stream.write(head)


def formats_are_forgotten(tree):
    for number in (1, 2, 5):
        tree.qcow2(f"main/level1-{number}.qcow2", f"base{number}.qcow2")
    tree.rebase("main/level1-10.qcow2", "base11.qcow2", "qcow2")
    tree.rebase("main/level1-9.qcow2", "base7.qcow2", "qcow2")
    tree.rebase("shelf/qed-on-raw.qed", "base-qcow2.qcow2", "raw")
    tree.rebase("shelf/qcow2-on-qed.qcow2", "base-qed.qed", "raw")
    tree.domain("two", ("vda", "main/level1-1.qcow2", "raw", ""))


def pool_goes(tree):
    tree.move("away", "gone-away")
    tree.qcow2("main/late.qcow2", tree.path("away/over1.qcow2"), "qcow2")


def pool_returns(tree):
    tree.move("gone-away", "away")
    tree.move("away/over2.qcow2", "away/moved2.qcow2")


def loops_close(tree):
    tree.qcow2("main/base11.qcow2", "level2-11.qcow2", "qcow2")
    tree.qcow2("main/loop2.qcow2", "loop3.qcow2", "qcow2")
    tree.qcow2("main/loop3.qcow2", "loop1.qcow2", "qcow2")
    tree.qcow2("main/self.qcow2", "base7.qcow2", "qcow2")
    with open(tree.path("main/clone0.qcow2"), "r+b") as stream:  # a feature that nobody knows
        stream.seek(72)
        stream.write((1 << 40).to_bytes(8, "big"))


def chains_change(tree):
    tree.qcow2("main/deep/12.qcow2")
    for level in range(24, 30):
        tree.qcow2(f"main/deep/{level}.qcow2", f"{level - 1}.qcow2", "qcow2")
    tree.qcow2("main/snapshot.qcow2", "level1-6.qcow2", "qcow2")
    tree.domain("vm6", ("vda", "main/snapshot.qcow2", "qcow2", ""))
    tree.domain("vm7", ("vda", "main/level1-6.qcow2", "qcow2", ""))


def at_random(tree):
    """Whatever comes, of which the next nights find what they need or pass over it."""
    for name in tree.some("headers", 24):
        if os.path.islink(tree.path(name)):
            continue
        deed = tree.random.randrange(6)
        folder, file = os.path.split(name)
        if deed == 0:
            tree.remove(name)
        elif deed == 1:
            tree.move(name, f"{folder}/sub/{file}")
        elif deed == 2:
            tree.grow(name)
        elif deed == 3 and os.path.getsize(tree.path(name)) < 1 << 20:
            tree.copy(name, f"shelf/copy-of-{file}")
        elif deed == 4:
            tree.qcow2(name, tree.random.choice(["../main/base7.qcow2", "none.qcow2"]), "qcow2")
        else:
            tree.link(f"{folder}/linked-{tree.random.randrange(1000)}-{file}", name, hard=True)


def much_returns(tree):
    tree.move("main/gold/base0.qcow2", "main/base0.qcow2")
    tree.move("shelf/base1.qcow2", "main/base1.qcow2")
    tree.qcow2("main/base4.qcow2", data="base 4")
    tree.qcow2("main/gone.qcow2")
    tree.remove("main/links/dangling.qcow2")
    tree.write("main/base8.qcow2", bytes(24 << 10))
    tree.domain("vm4", ("vda", "main/level1-4.qcow2", "qcow2", ""))


def directories_move(tree):
    tree.move("main/deep", "shelf/deep")
    tree.move("shelf/far", "main/far")
    shutil.rmtree(tree.path("shelf/wrong"))


def swap_formats(tree):
    for form in ("qcow2", "qed"):
        tree.rebase(f"shelf/{form}-on-vpc.{form}", "base-qcow.qcow", "qcow")
    tree.image("shelf", "base-parallels", "qcow2")
    os.rename(tree.path("shelf/base-parallels.qcow2"), tree.path("shelf/base-parallels.hds"))
    tree.rebase("shelf/qcow2-on-vhdx.qcow2", "base-vhdx.vhdx", "vpc")


NIGHTS = (
    Night(),
    Night(bases_move),
    Night(bases_go),
    Night(at_random),
    Night(bases_are_replaced),
    Night(bases_are_written_to),
    Night(pool_goes),
    Night(formats_are_forgotten, machines=False),
    Night(pool_returns, names={"main": "store"}),
    Night(loops_close, names={"main": "store"}),
    Night(chains_change, names={"main": "store"}, more=("--max-depth", "8")),
    Night(at_random, pools=("shelf",), machines=False),
    Night(much_returns),
    Night(directories_move, more=("--grace", "1")),
    Night(swap_formats, more=("--reread",)),
    Night(),
)
# After this night (counted from 1) a second database forgets all but its last scans.
PRUNED_AFTER = 10
PRUNED_TO = 5
