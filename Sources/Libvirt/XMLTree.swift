import CLibXML2

/// Turns a document into a small tree, or says why not. The only file that calls libxml2; other keepers of machines
/// that write XML are read by it, too.
///
/// No entity is expanded, no document type read, no file or address opened: the parser is fed from
/// memory, gets no option that loads anything, and is stopped at the first sign of a DOCTYPE. Its
/// messages are collected, so none reaches standard error.
package enum XMLTree {
  /// Bytes. A disk takes less than 1 KB of a live status file, so 4,000 disks fit.
  package static let byteLimit = 4 << 20
  /// Levels. libvirt allows 200 images in a chain; libxml2 itself stops at 256.
  static let depthLimit = 240
  /// Elements. A disk takes 14 of a live status file, and each image under it 8 more.
  static let elementLimit = 100_000
  /// Attributes of one element; libvirt's richest, a disk's `driver`, has some twenty.
  static let attributeLimit = 256

  /// The parser's global state, set up once, whichever thread comes first.
  private static let isReady: Bool = {
    xmlInitParser()
    return true
  }()

  /// The root element of a document.
  /// - Throws: a fault for everything that is not a plain, well-formed, bounded UTF-8 document.
  package static func root(
    of bytes: [UInt8], limit: Int = byteLimit
  ) throws(LibvirtFault) -> XMLElement {
    guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
    guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
      throw .notUTF8
    }
    guard !bytes.isEmpty else { throw .notXML(line: 1, message: "the document is empty") }
    guard !XMLTagScan(bytes).exceeds(attributes: attributeLimit) else {
      throw .tooManyAttributes(limit: attributeLimit)
    }
    let builder = XMLTreeBuilder()
    try parse(bytes, into: builder)
    return try builder.finished()
  }

  /// Runs the parser over the bytes; what it finds and what it complains about is in the builder.
  private static func parse(
    _ bytes: [UInt8], into builder: XMLTreeBuilder
  ) throws(LibvirtFault) {
    guard isReady, let context = unsafe xmlNewParserCtxt(),
      let handlers = unsafe context.pointee.sax, let count = Int32(exactly: bytes.count)
    else { throw .notXML(line: 1, message: "the parser has no memory") }
    defer { unsafe xmlFreeParserCtxt(context) }
    unsafe handlers.pointee = saxHandlers()
    unsafe context.pointee.userData = Unmanaged.passUnretained(builder).toOpaque()
    builder.stop = { unsafe xmlStopParser(context) }
    defer { builder.stop = {} }
    let options = XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue
    unsafe bytes.withUnsafeBytes { buffer in
      let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      let document = unsafe xmlCtxtReadMemory(context, start, count, nil, nil, Int32(options))
      unsafe xmlFreeDoc(document)
    }
    builder.isWellFormed = unsafe context.pointee.wellFormed == 1
  }

  /// The few events that are listened to; everything else, entities included, is left unset.
  private static func saxHandlers() -> xmlSAXHandler {
    var sax = unsafe xmlSAXHandler()
    unsafe sax.initialized = UInt32(XML_SAX2_MAGIC)
    unsafe sax.internalSubset = { builder, _, _, _ in
      unsafe XMLTree.builder(builder)?.refuse(.docType)
    }
    unsafe sax.startElementNs = { builder, name, prefix, namespace, _, _, count, _, attributes in
      unsafe XMLTree.builder(builder)?.open(
        name: XMLTree.text(name), namespace: (namespace ?? prefix).map(XMLTree.text),
        attributes: XMLTree.attributes(attributes, count: Int(count)))
    }
    unsafe sax.endElementNs = { builder, _, _, _ in unsafe XMLTree.builder(builder)?.close() }
    unsafe sax.characters = { builder, start, count in
      unsafe XMLTree.builder(builder)?.append(XMLTree.text(start, count: Int(count)))
    }
    unsafe sax.cdataBlock = unsafe sax.characters
    unsafe sax.serror = { builder, error in
      guard let error = unsafe error?.pointee, unsafe error.level == XML_ERR_FATAL else { return }
      let message = unsafe error.message.map { unsafe String(cString: $0) } ?? ""
      unsafe XMLTree.builder(builder)?.note(line: Int(error.line), message: message)
    }
    return unsafe sax
  }

  /// The builder behind the parser's user data.
  private static func builder(_ data: UnsafeMutableRawPointer?) -> XMLTreeBuilder? {
    unsafe data.map { unsafe Unmanaged<XMLTreeBuilder>.fromOpaque($0).takeUnretainedValue() }
  }
}

extension XMLTree {
  /// A name of the parser's; it guarantees UTF-8 and the terminator.
  private static func text(_ start: UnsafePointer<xmlChar>?) -> String {
    unsafe start.map { unsafe String(cString: $0) } ?? ""
  }

  /// `count` bytes of the parser's text.
  private static func text(_ start: UnsafePointer<xmlChar>?, count: Int) -> String {
    unsafe String(decoding: UnsafeBufferPointer(start: start, count: max(count, 0)), as: UTF8.self)
  }

  /// Attributes come as five pointers each: name, prefix, namespace, start and end of the value.
  private static func attributes(
    _ fields: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int
  ) -> [XMLAttribute] {
    guard let fields = unsafe fields else { return [] }
    return (0..<max(count, 0)).compactMap { index in
      let field = unsafe fields + index * 5
      guard unsafe field[1] == nil, let start = unsafe field[3], let end = unsafe field[4]
      else { return nil }
      let value = unsafe text(start, count: end - start)
      // Unless told to expand entities, the parser hands over an ampersand as a reference.
      let isPlain = !value.utf8.contains(UInt8(ascii: "&"))
      return XMLAttribute(
        name: unsafe text(field[0]),
        value: isPlain ? value : value.replacing("&#38;", with: "&"))
    }
  }
}
