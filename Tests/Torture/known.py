"""Promises that are known to be broken, until that is mended: what is said of it, and why it is so."""

KNOWN = [
    (r"exit 1 and \d+ (new scans|scans are kept)|'nothing was changed'|'no scan was forgotten'",
     "what fails after the commit, while the log is copied, is told as if nothing had been committed"),
    (r"/etc/machine-id", "a host whose number cannot be read is taken for another host"),
    (r"\(fstatfs ", "a file system whose identity cannot be asked is taken for another one on the next night"),
    (r"^(first scan|scan again|migration|nightly): [^:]*: (the next night: )?(checks|finds|exit 0 and)",
     "what cannot be asked of a link's target, or of the file system, is taken for an answer"),
    (r"^repair( by qemu-img)?: [^:]*: (--undo|exit 0 and the link)",
     "a repair that was cut short is not taken back, and one that could not be tried ends with 0"),
    (r"^undo: [^:]*: ", "headers that cannot be listed or read are taken for none"),
]
