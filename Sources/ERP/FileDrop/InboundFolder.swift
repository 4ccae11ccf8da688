import Glibc
import Shopfloor

/// The folder of work documents: read in the order of their names, put away after they are durable on our side.
struct InboundFolder {
  /// Most documents that are read at once; the next round takes the rest.
  static let maximumDocuments = 100
  /// Largest work document, in bytes.
  static let maximumDocumentBytes = 32_000_000

  let path: String

  /// - Parameter completeBefore: a document that changed since and cannot be read may still be being written: it is left.
  func read(completeBefore: Timestamp) throws(DurableFile.Fault) -> WorkUpdate {
    var update = WorkUpdate()
    let names = try DurableFile.names(in: path).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
    for name in names.prefix(Self.maximumDocuments) {
      guard let bytes = try DurableFile.read("\(path)/\(name)", maximumBytes: Self.maximumDocumentBytes) else {
        continue
      }
      do throws(ERPFailure) {
        if bytes.count > Self.maximumDocumentBytes { throw tooLarge(name) }
        let document = try WorkDocument.read(bytes, name: oneLine(name))
        update.change.orders += document.change.orders
        update.change.materials += document.change.materials
        update.change.items += document.change.items
        update.change.deliveries += document.change.deliveries
        if let people = document.change.people { update.change.people = (update.change.people ?? []) + people }
        update.refusalCount += document.refusalCount
        update.refusals += document.refusals.map {
          WorkRefusal(subject: "\(name): \($0.subject)", field: $0.field, why: $0.why)
        }
      } catch {
        if changed(name, after: completeBefore) { continue }
        update.refusalCount += 1
        update.refusals.append(WorkRefusal(subject: name, field: "document", why: error.problem))
      }
      update.sources.append(name)
    }
    return update
  }

  /// Moves documents without a fault to `done`, the others with a reason file to `refused`.
  func putAway(_ update: WorkUpdate) throws(DurableFile.Fault) {
    for name in update.sources {
      let refusals = update.refusals.filter { $0.subject == name || $0.subject.hasPrefix("\(name): ") }
      guard access("\(path)/\(name)", F_OK) == 0 else { continue }
      if refusals.isEmpty {
        try DurableFile.move(name, from: path, to: "\(path)/done")
        continue
      }
      let text =
        "Not taken over from \(name) (whatever is not listed here was taken over):\n"
        + refusals.map { "- \($0)\n" }.joined()
      try DurableFile.move(name, from: path, to: "\(path)/refused")
      try DurableFile.write(Array(text.utf8), folder: "\(path)/refused", name: name + ".reason.txt")
    }
  }

  private func changed(_ name: String, after time: Timestamp) -> Bool {
    guard let changed = DurableFile.changedAt("\(path)/\(name)") else { return true }
    return changed > time.microseconds
  }

  private func tooLarge(_ name: String) -> ERPFailure {
    ERPFailure(
      .unexpectedAnswer, problem: "the document is larger than \(Self.maximumDocumentBytes) bytes",
      remedy: "Split it")
  }
}
