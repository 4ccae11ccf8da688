/// Why bytes are not the JSON of a batch record, and where.
public struct CanonicalJSONFault: Error, Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    case tooLarge(bytes: Int, maximumBytes: Int)
    case tooDeep(maximumDepth: Int)
    case endedEarly
    case unexpectedByte(UInt8, expected: String)
    case trailingBytes
    case invalidUTF8
    case controlCharacter(UInt8)
    case unknownEscape
    case loneSurrogate
    case duplicateName(String)
    /// A number with a fraction, an exponent or superfluous zeros.
    case notAnInteger
    case integerTooLarge
    /// Sound JSON, but not written in the one canonical way.
    case notCanonical
  }

  public var reason: Reason
  /// Offset of the first byte at fault, from 0.
  public var offset: Int
}

extension CanonicalJSONFault: CustomStringConvertible {
  public var description: String { "byte \(offset): \(reasonText)" }

  private var reasonText: String {
    switch reason {
    case .tooLarge(let bytes, let maximum): "the text has \(bytes) bytes; at most \(maximum) are read"
    case .tooDeep(let depth): "values are nested more than \(depth) deep"
    case .endedEarly: "the text ends in the middle of a value"
    case .unexpectedByte(let byte, let expected): "found byte 0x\(Hexadecimal.text(of: [byte])), expected \(expected)"
    case .trailingBytes: "something follows the end of the value"
    case .invalidUTF8: "the bytes are not UTF-8"
    case .controlCharacter(let byte): "control character 0x\(Hexadecimal.text(of: [byte])) without escape"
    case .unknownEscape: "unknown escape sequence"
    case .loneSurrogate: "half of a surrogate pair"
    case .duplicateName: "the same name twice in one object"
    case .notAnInteger: "a number that is not a plain whole number; measured values are texts"
    case .integerTooLarge: "a whole number beyond 9007199254740991, which not every reader keeps exactly"
    case .notCanonical: "sound JSON, but not in the canonical form of RFC 8785"
    }
  }
}
