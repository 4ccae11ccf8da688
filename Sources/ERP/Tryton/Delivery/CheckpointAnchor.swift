import Ledger
import Shopfloor

/// The ledger's checkpoint beside a record: a later ledger that does not fit it was changed.
struct CheckpointAnchor: Sendable {
  typealias Job = RecordFlow.Job

  let desk: TrytonDesk
  /// The latest signed checkpoint of the ledger as a signed note; nil: there is none.
  let checkpoint: @Sendable () async throws -> [UInt8]?

  /// - Parameter productions: resource name of the production of each place.
  func ensure(_ board: inout DeliveryBoard<Job>, productions: [Int: String]) async throws(DeliveryStop) {
    let jobs = board.jobs
    func key(_ place: Int) -> String {
      "\(productions[place] ?? "-")|\(jobs[place].fileName)\(RecordFile.checkpointEnding)"
    }
    let there = try await found(
      resources: Set(board.open.compactMap { productions[$0] }),
      names: Set(board.open.map { jobs[$0].fileName + RecordFile.checkpointEnding }))
    for place in board.open {
      if let reason = there[key(place)]?.fault { board.stop(place, .blocked(reason)) }
    }
    try await keepOne(&board, there.filter { $0.value.count > 1 }, key)
    let places = board.open.filter { there[key($0)] == nil }
    guard !places.isEmpty, let note = try await latest() else { return }
    let digest = lowerCaseSHA256(note)
    var files: [Int: TrytonAttachment] = [:]
    for place in places {
      guard let resource = productions[place] else { continue }
      let file = TrytonAttachment(
        resource: resource, name: jobs[place].fileName + RecordFile.checkpointEnding,
        description: "\(RecordFile.digestMark)\(digest)\n\(jobs[place].row.idempotencyKey)\n"
          + "Signed checkpoint of the ledger 账本签名检查点",
        bytes: note, sha256: digest)
      files[place] = file
      // Before it is sent: where it stands in the ERP, our ledger knows of it.
      do throws(ERPFailure) {
        try await desk.journal.note(
          .checkpointAnchored, name: file.name, text: Self.text(of: note, digest), row: jobs[place].row)
      } catch {
        throw .failure(error)
      }
    }
    let outcomes = try await AttachmentKeeper(desk: desk).ensure(files.keys.sorted().compactMap { files[$0] })
    for (place, file) in files { _ = board.take(outcomes[file.key], of: place, "the checkpoint \(file.name)") }
  }

  /// What an earlier attempt attached under one name.
  private struct Found: Sendable {
    var first: TrytonRecord
    var count = 0
    /// Why one of them is not what it says.
    var fault: String?
  }

  /// An earlier attempt may have broken off between two copies.
  private func keepOne(
    _ board: inout DeliveryBoard<Job>, _ several: [String: Found], _ key: (Int) -> String
  ) async throws(DeliveryStop) {
    let keeper = AttachmentKeeper(desk: desk)
    for place in board.open {
      guard let found = several[key(place)], let bytes = try await keeper.content(of: found.first.id) else { continue }
      let file = TrytonAttachment(
        resource: found.first.text("resource") ?? "", name: found.first.text("name") ?? "",
        description: found.first.text("description") ?? "", bytes: bytes, sha256: lowerCaseSHA256(bytes))
      _ = board.take(try await keeper.ensure([file])[file.key], of: place, "the checkpoint \(file.name)")
    }
  }

  /// Checkpoints that an earlier attempt attached, by resource and name.
  private func found(resources: Set<String>, names: Set<String>) async throws(DeliveryStop) -> [String: Found] {
    let keeper = AttachmentKeeper(desk: desk)
    let rows = try await keeper.list(resources: resources, names: names)
    let digests = try await keeper.digests(of: rows.map(\.id))
    var found: [String: Found] = [:]
    for row in rows {
      let key = "\(row.text("resource") ?? "")|\(row.text("name") ?? "")"
      let says = (row.text("description") ?? "").prefix { !$0.isNewline }
      let holds = RecordFile.digestMark + (digests[row.id] ?? "none")
      let reason: String? =
        says == holds
        ? nil
        : "the checkpoint \(row.text("name") ?? "-") in the ERP (its number \(row.id)) was changed: it holds \(holds), its "
          + "description says \(says); find out who changed it, remove it there, then release"
      found[key, default: Found(first: row)].count += 1
      if let reason { found[key]?.fault = reason }
    }
    return found
  }

  /// Short, because notes are: tree size and root of the checkpoint (its second and third line) and the SHA-256 of it.
  static func text(of note: [UInt8], _ digest: String) -> String {
    let lines = String(decoding: note, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 2 else { return "sha256 \(digest)" }
    return "tree \(lines[1]), root \(lines[2]), sha256 \(digest)"
  }

  private func latest() async throws(DeliveryStop) -> [UInt8]? {
    do {
      return try await checkpoint()
    } catch {
      throw .failure(
        ERPFailure(
          .local, problem: "the ledger's checkpoint could not be read: \(error)",
          remedy: "See lotwire status; delivery goes on by itself"))
    }
  }
}
