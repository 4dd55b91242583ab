/// Domain XML around the devices of a test, so that a test shows only what it is about.
enum SampleDomain {
  /// A definition with these devices, and whatever else stands beside them.
  static func xml(devices: String = "", os: String = "", name: String = "web") -> [UInt8] {
    Array(
      """
      <domain type='kvm'>
        <name>\(name)</name>
        <uuid>40DA917B-36b1-4a72-a3d9-ac571fc4fa41</uuid>
        <os><type arch='x86_64'>hvm</type>\(os)</os>
        <devices>\(devices)</devices>
      </domain>
      """.utf8)
  }

  /// A disk `vda` of a type, with a `<source>` and whatever follows it.
  static func disk(_ type: String, _ source: String) -> [UInt8] {
    xml(devices: "<disk type='\(type)'>\(source)<target dev='vda' bus='virtio'/></disk>")
  }
}
