import Shopfloor

/// A note of ours on a record of Tryton. Its first line is our key and the SHA-256 of the row that it tells of; the rest is
/// for people.
struct TrytonNote: Hashable, Sendable {
  /// "production,7"
  var resource: String
  var key: String
  var digest: String
  var text: String

  var firstLine: String { "\(key) \(digest)" }
  var message: String { "\(firstLine)\n\(text)" }
}

extension TrytonDesk {
  /// Notes of ours on the records, by their keys.
  func notes(on resources: Set<String>) async throws(DeliveryStop) -> [TrytonRecord] {
    guard !resources.isEmpty else { return [] }
    return try await rows(
      "ir.note",
      [.clause("resource", "in", .texts(resources.sorted())), .clause("message", "like", .text("lotwire:%"))],
      ["resource", "message", "create_uid", "write_date"])
  }

  /// Brings notes to be there once each.
  func ensureNotes(_ notes: [TrytonNote]) async throws(DeliveryStop) -> [String: EnsureConversation.Outcome] {
    let byKey = Dictionary(notes.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    return try await ensure(
      "ir.note",
      byKey.values.sorted { $0.key < $1.key }.map {
        EnsureConversation.Wanted(key: $0.key, content: ["first line": $0.firstLine, "place": $0.resource])
      },
      lookUp: { keys throws(DeliveryStop) in
        let wanted = Set(keys)
        let rows = try await self.notes(on: Set(keys.compactMap { byKey[$0]?.resource }))
        return rows.compactMap { row in
          let line = Self.firstLine(of: row)
          guard let key = line.split(separator: " ").first.map(String.init), wanted.contains(key) else { return nil }
          return EnsureConversation.Found(
            key: key, id: row.id, content: ["first line": line, "place": row.text("resource") ?? ""],
            creator: row.integer("create_uid"), isUntouched: row.members["write_date"] == .null)
        }
      },
      values: { key in
        guard let note = byKey[key] else { return [:] }
        return ["resource": .text(note.resource), "message": .text(note.message)]
      })
  }

  static func firstLine(of note: TrytonRecord) -> String {
    String((note.text("message") ?? "").prefix { !$0.isNewline })
  }
}
