/// Why a label cannot be used: a stable name, the place, and a sentence for the person who scanned it (`words`).
public struct LabelFault: Error, Hashable, Sendable {
  /// Which rule is broken.
  public var name: Name
  /// Place of the fault: bytes from the start of the raw label.
  public var byteOffset: Int
  /// The application identifier, data identifier or field concerned, where one was recognised.
  public var identifier: String?
  /// The text concerned, at most 40 bytes of it, made fit to be shown on one line.
  public var read: String

  init(_ name: Name, at byteOffset: Int, identifier: String? = nil, read: some Sequence<UInt8> = []) {
    self.name = name
    self.byteOffset = byteOffset
    self.identifier = identifier
    self.read = Self.shown(read)
  }

  /// Printable ASCII as it is, every other byte as `<XX>`.
  static func shown(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for (index, byte) in bytes.enumerated() {
      if index == 40 { return text + "…" }
      if byte >= 0x20, byte < 0x7F {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "<" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
      }
    }
    return text
  }

  func moved(by bytes: Int) -> LabelFault {
    var copy = self
    copy.byteOffset += bytes
    return copy
  }
}
