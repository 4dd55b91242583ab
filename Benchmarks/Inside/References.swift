import DiskImage

/// What it costs to know what a stored reference means.
func measureReferences() {
  let stored: KeyValuePairs = [
    "relative": "base.qcow2",
    "relative, up and down": "../golden/./debian-12.qcow2",
    "absolute": "/var/lib/libvirt/images/debian-12.qcow2",
    "nbd URI": "nbd+unix:///export?socket=/run/nbd.sock",
    "https URI": "https://user:secret@host.example/images/debian-12.iso?token=x",
    "rbd": #"rbd:pool/image@snap:id=admin:mon_host=10.0.0.1\:6789\;10.0.0.2\:6789"#,
    "json, flat": #"json:{"driver":"qcow2","file.driver":"file","file.filename":"/a/b.qcow2"}"#,
    "json, nested": """
    json:{"driver":"qcow2","file":{"driver":"raw","file":{"driver":"nbd","export":"base",\
    "server":{"type":"inet","host":"10.0.0.1","port":"10809"}}}}
    """,
  ]
  for (name, text) in stored {
    measureThousands("reference: " + name) {
      let target = target(Array(text.utf8))
      try Unexpected.unless(target.invalid == nil, "\(name): \(target.invalid ?? "")")
      return Array(text.utf8)
    } call: { stored in
      target(stored)
    }
  }
}

private func target(_ stored: [UInt8]) -> ReferenceTarget {
  ReferenceTarget(
    parsing: stored, as: .backing, heldBy: .qcow2, in: Array("/var/lib/libvirt/images".utf8))
}
