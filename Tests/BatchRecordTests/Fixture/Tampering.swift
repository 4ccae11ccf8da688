@testable import BatchRecord

/// A step into a JSON value.
enum PathStep: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  case name(String)
  case index(Int)

  init(stringLiteral value: String) { self = .name(value) }
  init(integerLiteral value: Int) { self = .index(value) }
}

extension CanonicalJSON {
  /// A copy with the value at the path changed; nil from `change` removes it.
  func changed(at path: ArraySlice<PathStep>, _ change: (CanonicalJSON) -> CanonicalJSON?) -> CanonicalJSON {
    guard let step = path.first else { return change(self) ?? .null }
    let rest = path.dropFirst()
    switch (self, step) {
    case (.object(let object), .name(let name)):
      var members: [String: CanonicalJSON] = [:]
      for member in object.members { members[member.name] = member.value }
      let old = members[name] ?? .null
      members[name] = rest.isEmpty ? change(old) : old.changed(at: rest, change)
      return .object(members)
    case (.array(var elements), .index(let index)):
      let place = index < 0 ? elements.count + index : index
      if rest.isEmpty {
        if let new = change(elements[place]) { elements[place] = new } else { elements.remove(at: place) }
      } else {
        elements[place] = elements[place].changed(at: rest, change)
      }
      return .array(elements)
    default: preconditionFailure("no \(step) here")
    }
  }

  subscript(path: PathStep...) -> CanonicalJSON {
    var value = self
    for step in path {
      switch (value, step) {
      case (.object(let object), .name(let name)): value = object[name] ?? .null
      case (.array(let elements), .index(let index)): value = elements[index < 0 ? elements.count + index : index]
      default: preconditionFailure("no \(step) here")
      }
    }
    return value
  }

  var elements: [CanonicalJSON] {
    if case .array(let elements) = self { elements } else { [] }
  }

  var text: String? {
    if case .string(let text) = self { text } else { nil }
  }
}

/// Seals any record, as somebody would who has a key and a mind to forge.
func forge(
  _ record: CanonicalJSON, with key: SigningKey, version: Int64 = BatchRecordFormat.version
) throws -> [UInt8] {
  let digest = Digest.sha256Text(of: record.canonicalBytes)
  guard case .integer(let revision) = record["revision"] else { preconditionFailure("no revision") }
  let message = RecordSeal.message(
    lot: record["lot"].text ?? "", revision: revision, digestSHA256: digest, version: version)
  let template = BatchRecordAssembler.assemble(evidence: EvidenceBuilder().evidence)
  let file = try CanonicalJSONParser.parse(try RecordSeal.seal(template, with: key).bytes)
  return file.changed(at: ["record"]) { _ in record }
    .changed(at: ["seal", "digestSHA256"]) { _ in .string(digest) }
    .changed(at: ["seal", "signature"]) { _ in
      // A signature of a message in memory cannot fail.
      .string(Base64.text(of: (try? key.signature(of: message)) ?? []))
    }.canonicalBytes
}
