package import Libvirt

/// Why a disk cannot be written as libvirt's XML. A refusal, before anything is printed.
///
/// `level` counts from 0, the top of the chain.
package enum DiskElementFault: Error, Hashable, Sendable {
  /// The format of an image is not known for certain, and libvirt must not guess.
  case formatUnknown(level: Int)
  /// A format that libvirt has no name for.
  case formatWithoutName(level: Int, format: String)
  /// An image of LUKS: libvirt asks for the secret, which the image does not name.
  case secretUnknown(level: Int)
  /// A reference that leads nowhere; why.
  case referenceInvalid(level: Int, reason: String)
  /// A kind of source, or something that it says, that libvirt's XML has no words for.
  case notSayable(level: Int, what: String)
  /// More images than libvirt takes.
  case chainTooLong(limit: Int)
  /// A path or name that XML cannot hold.
  case text(XMLTextFault)
}

extension DiskElementFault {
  /// The fault in words: lower case, no full stop.
  package var reason: String {
    switch self {
    case .formatUnknown(let level):
      "the format of \(Self.image(level)) is not known for certain, and libvirt must not guess it"
    case .formatWithoutName(let level, let format):
      "libvirt has no name for the format '\(format)' of \(Self.image(level))"
    case .secretUnknown(let level):
      "\(Self.image(level)) is encrypted with LUKS, and libvirt takes it only with its secret, which "
        + "the image does not name; write it as raw with an <encryption> inside its <source>"
    case .referenceInvalid(let level, let reason):
      "the reference to \(Self.image(level)) means nothing: \(reason)"
    case .notSayable(let level, let what):
      "libvirt's XML has no words for \(what) of \(Self.image(level))"
    case .chainTooLong(let limit): "libvirt takes no chain of more than \(limit) images"
    case .text(let fault): "a path or name in the chain cannot be written: \(fault.reason)"
    }
  }

  private static func image(_ level: Int) -> String {
    level == 0 ? "the top image" : "image \(level) under the top"
  }
}
