"""Every question that is asked of a history."""

import json
import os

OUTPUTS = ("human", "json", "csv")
FORMATS = ("raw", "qcow2", "qcow", "qed", "vmdk", "vdi", "vhdx", "vpc", "parallels", "luks", "dmg", "nonsense")
# Every answer about an image as of any night.
OF_IMAGE = ("show", "chain", "dependents", "history", "log", "blame", "uses", "why")
QUERIES = (
    "SELECT * FROM images_in_scan", "SELECT * FROM current_images", "SELECT * FROM references_in_scan",
    "SELECT * FROM current_references", "SELECT * FROM findings", "SELECT * FROM open_findings",
    "SELECT * FROM scans", "SELECT * FROM current_problems",
    "SELECT kind, count(*) FROM open_findings GROUP BY kind")


def questions(build, tree_root, database, picked, every):
    """All of them, as lists of arguments; `picked` images are asked about as of every so many nights."""
    scans = [scan["number"] for scan in asked(build, database, "scans")]
    images = [image["filename"] for image in asked(build, database, "list", "--all")]
    some = images[::max(1, len(images) // picked)]
    some += [os.path.join(tree_root, name) for name in ("main/base0.qcow2", "main/none.qcow2")]
    for at in [None, *scans[::every], 1000]:
        then = ["--at", str(at)] if at else []
        for question in as_of_a_night(scans):
            for output in OUTPUTS:
                yield [*question, "--output", output, *then]
        for question in in_one_output():
            yield [*question, *then]
        for image in some:
            for question in OF_IMAGE:
                for output in ("json",) if at else OUTPUTS:
                    yield [question, image, "--output", output, *then]
            yield ["xml", image, *then]
            yield ["graph", image, *then]
    for image in images[::every]:
        yield ["show", image, "--output", "json"]
        yield ["dependents", image, "--output", "json"]
    for older, newer in zip(scans, scans[1:]):
        for output in OUTPUTS:
            yield ["diff", str(older), str(newer), "--exit-code", "--output", output]
    yield from choices(build, database, scans, every)
    yield from only_now(tree_root, some)


def asked(build, database, *question):
    return json.loads(build.run(*question, "--output", "json", database=database)[1])


def as_of_a_night(scans):
    yield from (["list"], ["list", "--all"], ["check"], ["broken"], ["unformatted"], ["orphans"],
                ["orphans", "--all"], ["scans"], ["pools"], ["diff"], ["log"], ["nights"])
    yield ["check", "--since", str(scans[len(scans) // 2]), "--fail-on", "info"]


def in_one_output():
    for query in QUERIES:
        yield ["sql", query, "--output", "json"]
    yield ["orphans", "--script", "--quarantine", "/nonexistent/aside"]
    yield ["report", "-"]
    for form in ("dot", "mermaid", "text"):
        yield ["graph", "--format", form]


def choices(build, database, scans, every):
    """What leaves a part of an answer out, as of a few nights."""
    pools = sorted({pool["name"] for pool in asked(build, database, "pools")} | {"store", "nonsense"})
    kinds = sorted({row["kind"] for row in asked(build, database, "sql", "SELECT DISTINCT kind FROM findings")})
    for at in scans[::max(every, len(scans) // 3)]:
        for form in FORMATS:
            yield ["list", "--format", form, "--output", "json", "--at", str(at)]
        for pool in pools:
            yield ["list", "--pool", pool, "--output", "json", "--at", str(at)]
            yield ["check", "--pool", pool, "--output", "json", "--at", str(at)]
        for kind in kinds:
            yield ["check", "--kind", kind, "--output", "json", "--at", str(at)]
        yield ["broken", "--since", str(scans[0]), "--fail-on", "warning", "--at", str(at)]
        yield ["orphans", "--older-than", "1w", "--at", str(at)]
        yield ["diff", str(scans[0]), str(at)]


def only_now(root, some):
    """What is asked as of the last night alone, or looks at the files too."""
    yield from (["metrics"], ["monitor"], ["verify"], ["verify", "--output", "json"])
    for output in OUTPUTS:
        for place in ([], ["--absolute"], ["--relative"]):
            yield ["repair", *place, "--output", output]
        yield ["relocate", os.path.join(root, "main"), os.path.join(root, "elsewhere"), "--output", output]
        yield ["inspect", *some, "--output", output]
    for image in some:
        yield ["repair", image, "--output", "json"]
    for image in (os.path.join(root, "shelf/qed-on-raw.qed"), os.path.join(root, "main/base1.qcow2")):
        yield ["relocate", image, os.path.join(root, "elsewhere/moved"), "--output", "json"]
    for name in ("vm0", "two", "spelled", "bare", "on-qed", "vmware0", "nobody"):
        yield ["xml", "--domain", name]
