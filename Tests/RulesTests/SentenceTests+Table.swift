import Model

extension SentenceTests {
  static let sentences = [
    Sentence(
      kind: "backing-format-unrecorded",
      subject: "/p/a.qed",
      detail: [
        "holder": "qed",
        "base": "until then libvirt and QEMU open the base in whatever format its header shows",
      ],
      word: "/p/a.qed",
      text: """
        '/p/a.qed' does not record the format of its base '/p/b.qcow2', and qed can record \
        only raw; let 'backstory repair /p/a.qed' print how to record that, or how to \
        convert the image to qcow2, until then libvirt and QEMU open the base in whatever \
        format its header shows.
        """),
    Sentence(
      kind: "backing-invalid",
      subject: "/p/a.vmdk",
      detail: [
        "holder": "vmdk", "stored": "C:\\\\disks\\\\b.vmdk", "why": "it is a path of Windows",
        "windows": "yes",
      ],
      word: "/p/a.vmdk",
      text: """
        The base name 'C:\\\\disks\\\\b.vmdk' of '/p/a.vmdk' cannot be used on this host: it is \
        a path of Windows; put the base beside the image and relink it with the program that \
        made it, or let 'backstory repair /p/a.vmdk' print the candidates.
        """),
    Sentence(
      kind: "backing-invalid",
      detail: [
        "holder": "qcow2", "stored": "C:\\\\b.qcow2", "why": "it is a path of Windows",
        "windows": "yes",
      ],
      text: """
        The base name 'C:\\\\b.qcow2' of '/p/a.qcow2' cannot be used on this host: it is a \
        path of Windows; let 'backstory repair /p/a.qcow2' print the command that sets its \
        path on this host.
        """),
    Sentence(
      kind: "backing-missing",
      subject: "/p/a.vdi",
      detail: ["identity": "u-1"],
      text: """
        The parent of '/p/a.vdi', known only by the identity 'u-1', is missing; put it back, \
        or restore both together.
        """),
    Sentence(
      kind: "backing-missing",
      detail: ["stood-on": "/p/c.qcow2"],
      text: """
        The base '/p/b.qcow2' of '/p/a.qcow2' is missing; put it back, or let 'backstory \
        repair /p/a.qcow2' print where it may be now; its base was '/p/c.qcow2', and going \
        back to that loses what was written since.
        """),
    Sentence(
      kind: "backing-missing",
      subject: "/p/a\\xff",
      word: nil,
      text: """
        The base '/p/b.qcow2' of '/p/a\\xff' is missing; put it back, or let 'backstory \
        repair' print where it may be now.
        """),
    Sentence(
      kind: "backing-outside-pools",
      target: "/dev/vg/base",
      text: """
        The base '/dev/vg/base' of '/p/a.qcow2' is a device that is not scanned; make sure \
        that it stays available.
        """),
    Sentence(
      kind: "base-in-use",
      subject: "web",
      text: """
        '/p/b.qcow2' is a writable disk of domain 'web', and overlays that currently name \
        another base were made on it; whatever the guest writes corrupts them: correct their \
        base, or give the domain an overlay of its own.
        """),
    Sentence(
      kind: "base-in-use",
      subject: "web",
      detail: ["overlays": "2 overlays depend"],
      keeper: "pve",
      text: """
        '/p/b.qcow2' is a writable disk of machine 'web', and 2 overlays depend on it; \
        whatever the guest writes corrupts them: give the machine an overlay of its own, or \
        remove overlays that a commit left behind.
        """),
    Sentence(
      kind: "base-modified",
      text: """
        '/p/a.qcow2' has changed after overlays were made on it, and they may be corrupt; \
        restore its old content, or create the overlays again.
        """),
    Sentence(
      kind: "base-modified",
      subject: "/p/a.vdi",
      detail: ["overlay": "/p/o.vdi"],
      text: """
        '/p/a.vdi' has changed after its only overlay '/p/o.vdi' was made on it; if a commit \
        of that overlay into it did not finish, nothing is lost and both have the same \
        content, and restoring the old content would lose what was written; otherwise \
        restore its old content, or create the overlay again.
        """),
    Sentence(
      kind: "backing-changed",
      text: """
        '/p/a.qcow2' was made on 'another base' and its header now names '/p/b.qcow2', which \
        has other content; let 'backstory repair /p/a.qcow2' print the command that sets it \
        back, or the guest sees corrupt data.
        """),
    Sentence(
      kind: "chain-leftover",
      detail: ["base": "b.qcow2", "unseen": "yes", "keepers": "yes"],
      text: """
        No machine that is known uses '/p/a.qcow2', and one used another overlay of \
        'b.qcow2'; keep it until a scan has seen all pools and machines: it may be the only \
        copy.
        """),
    Sentence(
      kind: "chain-leftover",
      detail: ["base": "b.qcow2", "base-missing": "yes"],
      text: """
        No domain uses '/p/a.qcow2', and one used another overlay of 'b.qcow2', which is not \
        there now; repair the overlay that is used first.
        """),
    Sentence(
      kind: "chain-leftover",
      detail: ["keepers": "yes"],
      text: """
        No machine uses '/p/a.qcow2', and one uses another overlay of 'its base'; if a \
        snapshot or backup left it behind, remove it.
        """),
    Sentence(
      kind: "chain-too-deep",
      subject: "/p/a.vmdk",
      detail: ["holder": "vmdk", "length": "20", "allowed": "16"],
      text: """
        The chain of '/p/a.vmdk' is 20 images long, and 16 were allowed when this was first \
        seen; let the program that made the images merge them, or convert the disk to one \
        image.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      detail: ["deleted": "copy '/proc/7/fd/9'"],
      text: """
        Machine 'web' is running on '/p/b.qcow2', which is deleted: its content is lost when \
        the process ends; keep the machine running and copy its disk ('virsh blockcopy', \
        QEMU's 'drive-mirror'), or copy '/proc/7/fd/9' while nothing writes to it.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      detail: ["deleted": "copy '/proc/7/fd/9'"],
      keeper: "pve",
      text: """
        Machine 'web' is running on '/p/b.qcow2', which is deleted: its content is lost when \
        the process ends; keep the machine running and copy its disk (QEMU's \
        'drive-mirror'), or copy '/proc/7/fd/9' while nothing writes to it.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      detail: ["beside": "c.qcow2"],
      text: """
        Domain 'web' names '/p/b.qcow2' by a symbolic link, and QEMU looks for its base \
        'c.qcow2' beside the link, where it is missing; name the image itself, with 'virsh \
        edit web', or link its base too.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      detail: ["running": "yes"],
      text: """
        '/p/b.qcow2', which domain 'web' uses, is missing, and the domain is running: its \
        process has the file open until it ends; copy the disk before shutting it down, with \
        'virsh blockcopy' or from /proc/PID/fd.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      detail: ["running": "yes", "stood-on": "/p/c.qcow2"],
      keeper: "incus",
      text: """
        '/p/b.qcow2', which machine 'web' uses, is missing, and the machine is running: its \
        process has the file open until it ends; copy the disk before shutting it down, from \
        /proc/PID/fd; its base was '/p/c.qcow2', and going back to that loses what was \
        written since.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      detail: ["namesake": "/q/b.qcow2", "now-at": "/r/c.qcow2"],
      text: """
        '/p/b.qcow2', which domain 'web' uses, is missing; put it back, or change the domain \
        with 'virsh edit web' before starting it; a file of that name is at '/q/b.qcow2': if \
        machines see that directory under another path, set 'seen-as' of its pool in the \
        configuration; it is at '/r/c.qcow2' now.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      keeper: "pve",
      text: """
        '/p/b.qcow2', which machine 'web' uses, is missing; put it back, or change the \
        machine with 'qm set' or in its file below /etc/pve before starting it.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      keeper: "vmware",
      text: """
        '/p/b.qcow2', which machine 'web' uses, is missing; put it back, or change the \
        machine in its .vmx, while it is shut down before starting it.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      keeper: "vbox",
      text: """
        '/p/b.qcow2', which machine 'web' uses, is missing; put it back, or change the \
        machine with 'VBoxManage storageattach' before starting it.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      keeper: "gns3",
      text: """
        '/p/b.qcow2', which machine 'web' uses, is missing; put it back, or change the \
        machine in its project before starting it.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      keeper: "eve",
      text: """
        '/p/b.qcow2', which machine 'web' uses, is missing; put it back, or change the \
        machine in its lab before starting it.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      keeper: "incus",
      text: """
        '/p/b.qcow2', which machine 'web' uses, is missing; put it back, or change the \
        machine with 'incus config device' before starting it.
        """),
    Sentence(
      kind: "domain-image-missing",
      subject: "web",
      keeper: "xo",
      text: """
        '/p/b.qcow2', which machine 'web' uses, is missing; put it back, or change the \
        machine in its configuration before starting it.
        """),
    Sentence(
      kind: "domain-format-mismatch",
      subject: "web",
      detail: ["recorded": "raw", "detected": "qcow2"],
      keeper: "gns3",
      text: """
        Machine 'web' opens '/p/b.qcow2' as raw, and its header shows qcow2; find out which \
        is true, and correct the machine or the image before it is started.
        """),
    Sentence(
      kind: "domain-chain-mismatch",
      subject: "my vm",
      text: """
        The chain in the XML of domain 'my vm' differs from the headers, from '/p/b.qcow2' \
        on; compare it with 'backstory xml --domain my\\ vm' and correct it.
        """),
    Sentence(
      kind: "header-malformed",
      detail: ["fault": "backing_file_size is 2000", "earlier": "'b.qcow2' (qcow2)"],
      text: """
        '/p/a.qcow2' has an invalid header: backing_file_size is 2000; it named 'b.qcow2' \
        (qcow2): let 'backstory repair /p/a.qcow2' print how to restore that name, or \
        restore the image from a backup.
        """),
    Sentence(
      kind: "header-malformed",
      text: """
        '/p/a.qcow2' has an invalid header: it is inconsistent; restore the image from a \
        backup.
        """),
    Sentence(
      kind: "image-dirty",
      word: nil,
      text: """
        '/p/a.qcow2' was not closed cleanly and nothing has it open; run 'qemu-img check' on \
        it.
        """),
    Sentence(
      kind: "identity-duplicate",
      subject: "/p/a.vdi",
      text: """
        '/p/a.vdi' has the same UUID as another image, by which a child names its parent; if \
        it is the copy and VirtualBox uses both, give it its own UUID with 'VBoxManage \
        internalcommands sethduuid'.
        """),
    Sentence(
      kind: "orphan",
      detail: ["user": "none"],
      text: """
        Nothing known uses '/p/a.qcow2'; move it away, and delete it later if nobody misses \
        it.
        """),
    Sentence(
      kind: "orphan",
      text: """
        Nothing refers to '/p/a.qcow2' any more; move it away, and delete it later if nobody \
        misses it.
        """),
    Sentence(
      kind: "shared-writable",
      detail: ["domains": "'7', 'web'", "keepers": "pve"],
      text: """
        '/p/a.qcow2' is written to by the machines '7', 'web', and they do not mark it as \
        shared; give each its own image, or mark the disks as shared if the guests \
        coordinate their access.
        """),
    Sentence(
      kind: "snapshot-missing",
      subject: "7",
      detail: ["owners": "Snapshot 's1'", "owner": "s1"],
      keeper: "pve",
      text: """
        Snapshot 's1' of machine '7' should be inside '/p/b.qcow2', which does not have it, \
        so reverting to it fails; remove it with 'qm delsnapshot VMID s1 --force', or \
        restore the image from a backup that has it.
        """),
    Sentence(
      kind: "snapshot-missing",
      subject: "7",
      detail: ["owners": "Snapshot 's1'", "owner": "s1"],
      keeper: "vbox",
      text: """
        Snapshot 's1' of machine '7' should be inside '/p/b.qcow2', which does not have it, \
        so reverting to it fails; remove it with the program that keeps the machine, or \
        restore the image from a backup that has it.
        """),
    Sentence(
      kind: "query-warning",
      detail: ["query": "big"],
      text: """
        Query 'big' of the configuration finds '/p/a.qcow2'.
        """),
  ]
}
