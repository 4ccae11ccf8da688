/// A JSON value in the shape that batch records use: RFC 8785 (JSON Canonicalization Scheme) restricted to whole
/// numbers.
///
/// Measured values are decimal strings (``CanonicalJSON/decimal(_:)``), so that no reader's floating point can dispute
/// them; counts and times in microseconds are integers.
public indirect enum CanonicalJSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// Between -(2^53 - 1) and 2^53 - 1, the range that every JSON reader keeps exactly (RFC 8785 section 3.2.2.3).
  case integer(Int64)
  case string(String)
  case array([CanonicalJSON])
  case object(CanonicalObject)

  /// The largest magnitude of an integer in the form.
  public static let largestInteger: Int64 = 9_007_199_254_740_991

  /// A finite number as its shortest decimal text that reads back to the same double; null for what is no number.
  public static func decimal(_ value: Double?) -> CanonicalJSON {
    guard let value, let text = DecimalText.of(value) else { return .null }
    return .string(text)
  }

  public static func object(_ members: [String: CanonicalJSON]) -> CanonicalJSON {
    .object(CanonicalObject(members))
  }
}

/// The members of a JSON object, in the order of their names by UTF-16 code units (RFC 8785 section 3.2.3).
public struct CanonicalObject: Hashable, Sendable {
  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: CanonicalJSON
  }

  public private(set) var members: [Member]

  public init(_ members: [String: CanonicalJSON]) {
    self.members = members.map { Member(name: $0.key, value: $0.value) }
      .sorted { CanonicalObject.isOrdered($0.name, before: $1.name) }
  }

  /// - Returns: nil where two names are the same.
  init?(parsed: [Member]) {
    var isSorted = true
    for index in parsed.indices.dropFirst()
    where !Self.isOrdered(parsed[index - 1].name, before: parsed[index].name) {
      isSorted = false
      break
    }
    members = isSorted ? parsed : parsed.sorted { Self.isOrdered($0.name, before: $1.name) }
    if isSorted { return }
    for index in members.indices.dropFirst()
    where !Self.isOrdered(members[index - 1].name, before: members[index].name) {
      return nil
    }
  }

  /// The value of a member, or nil. Names are compared code unit by code unit, not by canonical equivalence.
  public subscript(name: String) -> CanonicalJSON? {
    members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// By UTF-16 code units, which differs from the order of UTF-8 bytes where one name has a character beyond U+FFFF.
  static func isOrdered(_ left: String, before right: String) -> Bool {
    left.utf16.lexicographicallyPrecedes(right.utf16)
  }
}
