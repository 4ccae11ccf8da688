import Shopfloor

/// A value in a document with its path; says where and what, where the value is not as expected.
struct DocumentPlace {
  let value: CanonicalJSON
  let path: String

  func misfit(_ expected: String) -> Misfit {
    Misfit(path: path, expected: expected, found: String(decoding: value.canonicalBytes.prefix(600), as: UTF8.self))
  }

  func member(_ name: String) throws(Misfit) -> DocumentPlace {
    guard case .object(let object) = value else { throw misfit("an object") }
    guard let member = object[name] else { throw misfit("a member \"\(name)\"") }
    return DocumentPlace(value: member, path: path.isEmpty ? name : "\(path).\(name)")
  }

  /// Whether there is a member of this name; older versions of the format have fewer.
  func has(_ name: String) -> Bool {
    if case .object(let object) = value { object[name] != nil } else { false }
  }

  /// The object has these members and no others.
  func requireMembers(_ names: [String]) throws(Misfit) {
    guard case .object(let object) = value else { throw misfit("an object") }
    let found = Set(object.members.map(\.name))
    guard found == Set(names), object.members.count == names.count else {
      throw misfit("an object with the members \(names.sorted().joined(separator: ", "))")
    }
  }

  func elements() throws(Misfit) -> [DocumentPlace] {
    guard case .array(let elements) = value else { throw misfit("an array") }
    return elements.enumerated().map { DocumentPlace(value: $0.element, path: "\(path)[\($0.offset)]") }
  }

  func text() throws(Misfit) -> String {
    guard case .string(let text) = value else { throw misfit("a text") }
    return text
  }

  func integer() throws(Misfit) -> Int64 {
    guard case .integer(let integer) = value else { throw misfit("a whole number") }
    return integer
  }

  func bool() throws(Misfit) -> Bool {
    guard case .bool(let bool) = value else { throw misfit("true or false") }
    return bool
  }

  func decimal() throws(Misfit) -> Double {
    guard case .string(let text) = value, let decimal = DecimalText.value(of: text) else {
      throw misfit("a decimal number as text")
    }
    return decimal
  }

  func time() throws(Misfit) -> Timestamp {
    Timestamp(microseconds: try member("microseconds").integer())
  }

  /// Nil for null.
  var present: DocumentPlace? { value == .null ? nil : self }

  /// The bytes of hexadecimal text of exactly so many bytes.
  func hexadecimal(byteCount: Int) throws(Misfit) -> [UInt8] {
    guard case .string(let text) = value, let bytes = Hexadecimal.bytes(of: text), bytes.count == byteCount else {
      throw misfit("\(byteCount) bytes in lower-case hexadecimal")
    }
    return bytes
  }

  func require(_ expected: CanonicalJSON) throws(Misfit) {
    // Bytes, because Swift calls texts equal that only look the same.
    guard value.canonicalBytes == expected.canonicalBytes else {
      throw misfit(String(decoding: expected.canonicalBytes, as: UTF8.self))
    }
  }
}
