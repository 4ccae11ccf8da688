import Devices
import Foundation
import GRDB
public import Shopfloor

/// What a command made beside a running daemon and the ledger shall tell: small files in a folder beside the ledger, which
/// the daemon takes up. There is one writer only.
public struct KeptNotices: Sendable {
  let folder: String

  /// Bytes of one notice, and notices of one turn.
  static let maximumBytes: Int64 = 64 << 10
  static let maximumNotices = 20

  public init(ledgerPath: String) { folder = ledgerPath + ".kept" }

  /// Leaves a notice for the daemon.
  public func leave(_ fact: LedgerCopied) throws {
    try KeptFile.makeFolder(folder)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let partial = folder + "/.\(fact.digestSHA256).partial"
    KeptFile.remove(partial)
    try KeptFile.write([UInt8](try encoder.encode(fact)), to: partial)
    let final = folder + "/\(fact.digestSHA256).json"
    KeptFile.remove(final)
    try KeptFile.name(partial, as: final)
  }

  /// The waiting notices with their files, in the order of names.
  func waiting() -> [(path: String, fact: LedgerCopied?)] {
    // No folder: nothing waits.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.sorted().prefix(Self.maximumNotices).map {
      name in
      let path = folder + "/" + name
      guard KeptFile.size(of: path) <= Self.maximumBytes,
        // What is no notice of ours is told by its nil.
        let data = try? Data(contentsOf: URL(fileURLWithPath: path))
      else { return (path, nil) }
      // So is what does not decode.
      return (path, try? JSONDecoder().decode(LedgerCopied.self, from: data))
    }
  }
}

/// Takes up what commands made beside the daemon: the ledger tells of it.
public struct NoticeDuty: LedgerDuty {
  public let name = "notices"
  private let notices: KeptNotices

  static let pauseMicroseconds: Int64 = 2_000_000
  /// Events about the ledger that are looked through for one that was told already.
  static let latestFacts = 1_000

  public init(_ notices: KeptNotices) { self.notices = notices }

  public mutating func perform(_ context: DutyContext) throws -> DutyPause {
    for (path, fact) in notices.waiting() {
      if let fact, try !context.reader.latestCopies(limit: Self.latestFacts).contains(fact) {
        _ = try context.write([], [.ledgerCopied(fact)])
      }
      KeptFile.remove(path)
    }
    return .microseconds(Self.pauseMicroseconds)
  }
}

extension LedgerReader {
  /// The copies that the ledger tells of, the newest first.
  public func latestCopies(limit: Int) throws(LedgerError) -> [LedgerCopied] {
    try read { db in
      try Self.events(
        db,
        """
        SELECT e.sequence, e.body, e.hash FROM event_subject s JOIN event e ON e.sequence = s.sequence
        WHERE s.subject = ? AND e.kind = ? ORDER BY s.sequence DESC LIMIT ?
        """, [EventSubject.ledger.key, EventKind.ledgerCopied.rawValue, limit])
    }.compactMap { record in
      if case .ledgerCopied(let copied) = record.event { copied } else { nil }
    }
  }
}
