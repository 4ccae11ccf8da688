extension PlainJSON {
  /// JSON in UTF-8, members in their order, one a line.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes, depth: 0)
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private func write(into bytes: inout [UInt8], depth: Int) {
    switch self {
    case .null, .bool, .string: canonical.write(into: &bytes)
    case .number(let text): bytes.append(contentsOf: text.utf8)
    case .array(let elements):
      Self.write(elements, "[", "]", into: &bytes, depth: depth) { $0.write(into: &$1, depth: depth + 1) }
    case .object(let members):
      Self.write(members, "{", "}", into: &bytes, depth: depth) { member, bytes in
        CanonicalJSON.string(member.name).write(into: &bytes)
        bytes.append(contentsOf: ": ".utf8)
        member.value.write(into: &bytes, depth: depth + 1)
      }
    }
  }

  /// The same value, of a kind that has no numbers in it.
  private var canonical: CanonicalJSON {
    switch self {
    case .bool(let bool): .bool(bool)
    case .string(let text): .string(text)
    default: .null
    }
  }

  private static func write<Part>(
    _ parts: [Part], _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, into bytes: inout [UInt8], depth: Int,
    _ body: (Part, inout [UInt8]) -> Void
  ) {
    bytes.append(UInt8(ascii: opening))
    for (index, part) in parts.enumerated() {
      bytes.append(contentsOf: (index > 0 ? ",\n" : "\n").utf8)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth + 1))
      body(part, &bytes)
    }
    if !parts.isEmpty {
      bytes.append(UInt8(ascii: "\n"))
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth))
    }
    bytes.append(UInt8(ascii: closing))
  }

  /// An object of the members that are there.
  static func object(_ members: (String, PlainJSON?)...) -> PlainJSON {
    .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
  }

  static func text(_ text: String?) -> PlainJSON? { text.map { .string($0) } }
}
