import Ledger
import Shopfloor

/// A file of ours on a record of Tryton.
struct TrytonAttachment: Hashable, Sendable {
  /// "production,7"
  var resource: String
  var name: String
  var description: String
  var bytes: [UInt8]
  var sha256: String

  /// A file of a name stands once on a record.
  var key: String { "\(resource)|\(name)" }
}

/// Brings attachments to be there once each and reads them back: only a file whose bytes have the SHA-256 of ours counts.
struct AttachmentKeeper: Sendable {
  static let model = "ir.attachment"
  let desk: TrytonDesk

  func ensure(
    _ wanted: [TrytonAttachment]
  ) async throws(DeliveryStop) -> [String: EnsureConversation.Outcome] {
    let byKey = Dictionary(wanted.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    var outcomes = try await desk.ensure(
      Self.model,
      byKey.keys.sorted().map { .init(key: $0, content: ["size": String(byKey[$0]?.bytes.count ?? 0)]) },
      lookUp: { keys throws(DeliveryStop) in try await found(under: keys.compactMap { byKey[$0] }) },
      values: { key in
        guard let file = byKey[key] else { return [:] }
        return [
          "resource": .text(file.resource), "name": .text(file.name), "type": .text("data"),
          "description": .text(file.description), "data": .bytes(file.bytes),
        ]
      })
    var keyOfID: [Int64: String] = [:]
    for (key, outcome) in outcomes { if case .there(let id, _) = outcome { keyOfID[id] = key } }
    let content = try await digests(of: keyOfID.keys.sorted())
    for (id, key) in keyOfID where content[id] != byKey[key]?.sha256 {
      outcomes[key] = .blocked(
        "the attachment \(byKey[key]?.name ?? key) in the ERP (its number \(id)) has SHA-256 "
          + "\(content[id] ?? "none"), ours is \(byKey[key]?.sha256 ?? "none"); compare both, then release")
    }
    return outcomes
  }

  private func found(under files: [TrytonAttachment]) async throws(DeliveryStop) -> [EnsureConversation.Found] {
    let wanted = Set(files.map(\.key))
    return try await list(resources: Set(files.map(\.resource)), names: Set(files.map(\.name))).compactMap { row in
      let key = "\(row.text("resource") ?? "")|\(row.text("name") ?? "")"
      guard wanted.contains(key) else { return nil }
      return EnsureConversation.Found(
        key: key, id: row.id, content: ["size": row.integer("data_size").map(String.init) ?? "0"],
        creator: row.integer("create_uid"), isUntouched: row.members["write_date"] == .null)
    }
  }

  func list(resources: Set<String>, names: Set<String>) async throws(DeliveryStop) -> [TrytonRecord] {
    guard !resources.isEmpty, !names.isEmpty else { return [] }
    return try await desk.rows(
      Self.model,
      [
        .clause("resource", "in", .texts(resources.sorted())), .clause("name", "in", .texts(names.sorted())),
      ], ["resource", "name", "description", "data_size", "create_uid", "write_date"])
  }

  /// SHA-256 of what the ERP gives back, by number.
  func digests(of ids: [Int64]) async throws(DeliveryStop) -> [Int64: String] {
    let rows = try await desk.read(Self.model, ids, ["data"])
    return Dictionary(
      rows.compactMap { row in row.bytes("data").map { (row.id, lowerCaseSHA256($0)) } },
      uniquingKeysWith: { first, _ in first })
  }

  func content(of id: Int64) async throws(DeliveryStop) -> [UInt8]? {
    try await desk.read(Self.model, [id], ["data"]).first?.bytes("data")
  }
}
