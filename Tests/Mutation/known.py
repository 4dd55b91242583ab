"""Where Backstory says something else than qemu-img on purpose, each by a name and with its reason.

Documentation/decisions/formats.md ("What QEMU opens is not malformed") and the readers' first comments have them too.
"""

import re
from dataclasses import dataclass


@dataclass
class Difference:
    """One image of which the two do not say the same."""

    # The seed's name, and the number of the mutation.
    seed: str
    number: int
    changes: list
    # "qemu-img opens", "Backstory opens" or "values": who opens it, or that both do.
    kind: str
    # Keys whose values are not the same: {key: (ours, theirs)}.
    keys: dict
    # What qemu-img complained of, and the fault that Backstory tells; "" for none.
    complaint: str
    fault: str
    # The format that Backstory tells.
    format: str


@dataclass
class Known:
    """A kind of difference that is meant. What is not said goes for all."""

    name: str
    kind: str
    seeds: str = ""
    complaint: str = ""
    fault: str = ""
    changes: str = ""
    format: str = ""
    # Whether the values that differ are such; by default none may.
    values: object = staticmethod(lambda keys: not keys)

    def covers(self, found):
        return found.kind == self.kind and all(
            re.search(pattern, text) for pattern, text in (
                (self.seeds, found.seed), (self.complaint, found.complaint), (self.fault, found.fault),
                (self.changes, "; ".join(found.changes)), (self.format, found.format))) and self.values(found.keys)


OURS, THEIRS, BOTH = "Backstory opens", "qemu-img opens", "values"


def some(_):
    """Any values may differ: beside a fault not all are told."""
    return True


def theirs_is_raw(keys):
    return keys.get("format", (None, None))[1] == "raw"


def ours_is_raw(keys):
    return keys.get("format", (None, None))[0] == "raw"


def only_signs(keys):
    """Whether nothing but a cluster size differs, and only by its sign in 32 bits."""
    ours, theirs = keys.get("cluster-size", (0, 0))
    return len(keys) == 1 and isinstance(theirs, int) and theirs < 0 and ours - theirs == 1 << 32


def only_escapes(keys):
    """Whether nothing differs but how bytes that are no UTF-8 are told."""
    if all("backing-filename" in key for key in keys):
        return any("\ufffd" in str(theirs) for _, theirs in keys.values())
    return list(keys) == ["format-specific"] and len(
        {str(answer).replace("\ufffd", "") for answer in keys["format-specific"]}) == 1


def nothing_or_escapes(keys):
    """Whether nothing differs, or only how bytes that are no UTF-8 are told."""
    return not keys or only_escapes(keys)


def only_the_flag(keys):
    return list(keys) == ["dirty-flag"]


def counted_twice(keys):
    """Whether nothing differs but that theirs has an extent twice or more that ours has once."""
    if not keys.keys() <= {"format-specific", "virtual-size"} or "format-specific" not in keys:
        return False
    ours, theirs = (answer["data"]["extents"] for answer in keys["format-specific"])
    return len(theirs) > len(ours) and {str(extent) for extent in ours} == {str(extent) for extent in theirs}


KNOWN = [
    # Backstory reads headers; QEMU goes on to the tables behind them, and to other files.
    Known("a table behind the header is wrong", OURS, "cloop",
          "offsets not monotonically|invalid compressed block size"),
    Known("a table behind the header is wrong", OURS, "vpc", "free_data_block_offset"),
    Known("a table behind the header is wrong", OURS, "vmdk", "Could not read l1 (backup )?table"),
    Known("a table behind the header is wrong", OURS, "qcow2-tables", "Could not read bitmap_table"),
    Known("a table behind the header is wrong", OURS, "vhdx", "BAT entry"),
    Known("a table behind the header is wrong", OURS, "parallels", "Input/output error", changes="bat_entries|byte"),
    Known("a table behind the header is wrong", OURS, "dmg", changes="RsrcFork|XML|byte"),
    Known("an extent is not there", OURS, "vmdk", r"Could not open '(?!vmdk-\w+(-\w+)?-\d+\.)[^']*': "),
    Known("a sparse extent has another size than the descriptor says", THEIRS, "vmdk-.*Sparse",
          fault="size of all extents is", values=some),
    Known("the disk has no extent, and qemu-img ends itself", OURS, "vmdk", "Assertion `s->num_extents' failed"),
    Known("an extent behind an empty line counts twice for QEMU", BOTH, "vmdk", values=counted_twice),
    Known("an unknown incompatible feature is a finding, not a fault", OURS, "qcow2|qed",
          "[Uu]nsupported .*feature"),
    # QEMU opens it for 'info' alone: everything else says "data-file-raw requires a data file".
    Known("no machine can open it", THEIRS, "qcow2", fault="external data file is raw, and there is none",
          values=nothing_or_escapes),
    Known("no machine can open it", THEIRS, "qcow2", fault="external data file name length", values=some),
    # QEMU passes over whatever stands behind the key, also a zero that ends the text.
    Known("a descriptor ends within an identity", THEIRS, "vmdk", fault="parentCID is missing", values=some,
          changes="to 0x0"),
    # What only others open.
    Known("a differencing VDI", OURS, "vdi", "non-NULL (link|parent) UUID"),
    Known("a VDI of another block size", OURS, "vdi", r"block size \d+ is not 1048576"),
    Known("a VHDX with sectors of 4096 bytes", OURS, "vhdx", "Operation not supported", changes="logical_sector"),
    Known("a kind of disk that only VMware opens", OURS, "vmdk", "Unsupported image type"),
    # QEMU takes the first place of a key's name for the key, also in a comment, and looks nowhere else.
    Known("an identity is found elsewhere", OURS, "vmdk-(child|monolithic|stream|twoGb)", "Invalid argument$",
          changes="text|descriptorOffset"),
    Known("a descriptor of a version that QEMU does not know", BOTH, "vmdk", values=theirs_is_raw),
    Known("a descriptor of a version that QEMU does not know", THEIRS, "vmdk", values=theirs_is_raw),
    Known("a text without a kind of disk is no descriptor", OURS, "vmdk", "invalid VMDK image", format="raw"),
    # QEMU goes by the name of the file.
    Known("a trailer is not that of a DMG", BOTH, "dmg", values=ours_is_raw),
    Known("a trailer is not that of a DMG", OURS, "dmg", format="raw"),
    # Zeros that QEMU makes up behind the end of a file are no header.
    Known("a header is cut short", THEIRS, fault="the header needs .* beyond the end of the file", values=some),
    Known("a header is cut short", OURS, changes=r"length: \d+ to \d{1,2}(;|$)", format="raw"),
    Known("the checksum of the dynamic header is wrong", THEIRS, "vpc", fault="[Cc]hecksum", values=some),
    # QEMU counts in too few bits, or with signs.
    Known("an offset of a table overflows", THEIRS, "vmdk", fault="(rgdOffset|gdOffset) is"),
    Known("a number of tables overflows", THEIRS, "vmdk", fault="capacity is"),
    Known("key material overflows", THEIRS, "luks", fault="key-material-offset", values=some),
    Known("a disk is larger than 64 TiB", THEIRS, "vhdx", fault="VirtualDiskSize is"),
    Known("a cluster size has a sign", BOTH, "vpc|vhdx|vdi", values=only_signs),
    # The bit is lost on QEMU's way to 'info'.
    Known("a QED that needs a check is dirty", BOTH, "qed", values=only_the_flag),
    Known("text that is no UTF-8 is told otherwise", BOTH, values=only_escapes),
]


def name_of(found):
    """The name of the known difference that this one is; None for none."""
    for known in KNOWN:
        if known.covers(found):
            return known.name
    return None


def without_extents(answer):
    """The answer without what only the extents' own files say: Backstory never opens one."""
    answer = {key: value for key, value in answer.items() if key not in ("actual-size", "cluster-size")}
    for extent in answer.get("format-specific", {}).get("data", {}).get("extents", []):
        for key in ("cluster-size", "compressed"):
            extent.pop(key, None)
        if extent["format"] not in ("FLAT", "VMFS"):
            extent.pop("virtual-size")
            answer.pop("virtual-size", None)
    return answer
