import DiskImage
import Testing

@Suite(.enabled(if: QemuImg.isInstalled, QemuImg.missing))
struct LUKSAgreementTests {
  /// Few of all that QEMU can: it measures how fast it is for each, and often has to be asked again. Other ciphers and
  /// modes are put into headers below. Keys of 192 bits end this QEMU in an assertion.
  @Test(arguments: [
    "cipher-alg=aes-128", "cipher-alg=serpent-256", "cipher-alg=cast5-128,cipher-mode=cbc",
    "cipher-mode=ctr", "ivgen-alg=essiv,ivgen-hash-alg=sha256,cipher-mode=cbc", "hash-alg=sha1",
    "hash-alg=ripemd160",
  ])
  func `an image created with`(options: String) throws {
    let folder = try ImageFolder()
    guard try folder.createLUKS("a.luks", options, "3M") else { return }
    try folder.expectAgreement(on: "a.luks")
  }

  /// Names that qemu-img writes seldom or never, put into a header.
  @Test(
    arguments: ["aes", "serpent", "twofish", "cast5", "des"],
    [
      "xts-plain64", "cbc-essiv:sha256", "cbc-essiv:md5", "ctr-essiv:sha1", "ecb-essiv:sha512",
      "cbc-essiv:sha384", "cbc-essiv", "cbc-benbi", "cbc",
    ])
  func `a cipher in a mode`(cipher: String, mode: String) throws {
    let folder = try ImageFolder()
    var image = HeaderDraft.luks
    image.put([UInt8](repeating: 0, count: 64), at: 8)
    image.put(cipher, at: 8)
    image.put(mode, at: 40)
    let keyLength: UInt32 = cipher == "cast5" ? 16 : 32
    image.put(big: mode.hasPrefix("xts") ? keyLength * 2 : keyLength, at: 108)
    image.put([0], at: 4_194_303)
    try folder.write(image.bytes, to: "a.luks")
    try folder.expectSameVerdict(on: "a.luks", as: "luks", "\(cipher), \(mode)")
  }

  @Test(arguments: ["0", "512", "5000192", "64G"])
  func `an image of the virtual size`(size: String) throws {
    let folder = try ImageFolder()
    #expect(try folder.createLUKS("a.luks", "iter-time=11", size))
    try folder.expectAgreement(on: "a.luks")
  }

  @Test func `version 2 is raw for both`() throws {
    let folder = try ImageFolder()
    var image = HeaderDraft.luks
    image.put([0, 2], at: 6)
    image.put([0], at: 1_048_575)
    try folder.write(image.bytes, to: "a.luks")
    try folder.expectAgreement(on: "a.luks")
    #expect(try folder.facts(of: "a.luks").content == "luks2")
  }

  @Test func `an image that was cut`() throws {
    let folder = try ImageFolder()
    #expect(try folder.createLUKS("a.luks", "iter-time=10", "1M"))
    let whole = Array(try folder.bytes(of: "a.luks"))
    for count in [2_068_480, 2_068_479, 2_068_481, 4096, 592] {
      try folder.write(Array(whole.prefix(count)), to: "a.luks")
      try folder.expectSameVerdict(on: "a.luks", as: "luks", "cut to \(count) bytes")
    }
  }

  /// Left out: the salts and the digest, which mean nothing here, and what is like these.
  @Test(arguments: [6..<20, 40..<56, 72..<82, 102..<112, 164..<172, 208..<216, 248..<256])
  func `bytes of the header`(range: Range<Int>) throws {
    let folder = try ImageFolder()
    var image = HeaderDraft.luks
    image.put([0], at: 4_194_303)
    let sound = image.bytes
    for index in range {
      for value in [1, 0x80] as [UInt8] where sound[index] != value {
        var bytes = sound
        bytes[index] = value
        try folder.write(bytes, to: "a.luks")
        // A version that QEMU does not probe is raw for us.
        if index < 8 {
          #expect(try folder.facts(of: "a.luks").format == .raw)
        } else {
          try folder.expectSameVerdict(on: "a.luks", as: "luks", "byte \(index) is \(value)")
        }
      }
    }
  }
}

extension ImageFolder {
  /// Creates a LUKS image; false where this QEMU was built without what `options` name.
  ///
  /// On a busy machine QEMU often fails to measure how fast it derives keys ("Unable to get accurate CPU
  /// usage"), and has to be asked again.
  fileprivate func createLUKS(_ name: String, _ options: String, _ size: String) throws -> Bool {
    let time = options.contains("iter-time") ? "" : ",iter-time=10"
    for attempt in 1... {
      do {
        try qemuImg(
          "create", "-q", "-f", "luks", "--object", "secret,id=key,data=open",
          "-o", "\(options),key-secret=key\(time)", name, size)
        return true
      } catch let refusal as QemuImg.Refusal {
        if refusal.complaint.contains("not supported") { return false }
        guard refusal.complaint.contains("CPU usage"), attempt < 50 else { throw refusal }
      }
    }
    return false
  }
}
