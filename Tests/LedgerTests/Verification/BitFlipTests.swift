import Foundation
import GRDB
import Harness
import Shopfloor
import Testing

@testable import Ledger

/// Random single bits of a ledger's file are turned over: what changes its contents or an index is found, and nothing
/// crashes. LOTWIRE_FLIPS=1000 makes the long form.
@Suite struct BitFlipTests {
  @Test func everyFlippedBitOfContentIsFound() throws {
    let folder = try TemporaryFolder("flips")
    let ledger = try DamagedLedger.shared.get()
    let count = ProcessInfo.processInfo.environment["LOTWIRE_FLIPS"].flatMap { Int($0) } ?? 60
    var random = SeededGenerator(seed: 7)
    var (changed, found, unopened, harmless) = (0, 0, 0, 0)
    for flip in 0..<count {
      let path = folder.file("flip-\(flip).sqlite").path
      defer { for end in ["", "-wal", "-shm", ".lock"] { try? FileManager.default.removeItem(atPath: path + end) } }
      var bytes = ledger.bytes
      let place = Int(random.next() % UInt64(bytes.count))
      let bit = UInt8(random.next() % 8)
      bytes[place] ^= 1 << bit
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let outcome = try Self.look(at: path, ledger)
      switch outcome {
      case .unopened:
        unopened += 1
      case .changed(let report):
        changed += 1
        if !report.isSound { found += 1 }
        #expect(!report.isSound, "bit \(bit) of byte \(place) changed the contents unseen (flip \(flip))")
      case .same(let report):
        if report.isSound { harmless += 1 } else { found += 1 }
      }
      // Opening for writing may refuse, and must not crash.
      if let store = try? LedgerStore(path: path) { store.close() }
    }
    print(
      "flips: \(count), contents changed: \(changed), found: \(found), refused: \(unopened), in free space: \(harmless)"
    )
    #expect(changed > count / 4)
  }

  private enum Outcome {
    /// The header or the schema is so damaged that no reader opens.
    case unopened
    case changed(LedgerVerificationReport)
    case same(LedgerVerificationReport)
  }

  private static func look(at path: String, _ ledger: DamagedLedger) throws -> Outcome {
    guard let reader = try? LedgerReader(path: path) else { return .unopened }
    var verification = LedgerVerification(reader, options: .init(publicKey: ledger.publicKey))
    let report = verification.run()
    var configuration = Configuration()
    configuration.readonly = true
    // What cannot be read is changed.
    let dump = try? DamagedLedger.dump(try DatabaseQueue(path: path, configuration: configuration))
    return dump == ledger.dump ? .same(report) : .changed(report)
  }

  @Test func aSoundLedgerIsSound() throws {
    let ledger = try DamagedLedger.shared.get()
    var stages: Set<LedgerVerificationProgress.Stage> = []
    let folder = try TemporaryFolder("sound")
    let path = folder.file("lotwire.sqlite").path
    try ledger.copy(to: path)
    let reader = try LedgerReader(path: path)
    var verification = LedgerVerification(reader, options: .init(publicKey: ledger.publicKey)) {
      stages.insert($0.stage)
      return true
    }
    let report = verification.run()
    #expect(report.findings.map(\.words.english) == [])
    #expect(report.isSound)
    #expect(report.records == 4)
    #expect(report.signatures == report.checkpoints)
    #expect(stages == Set(LedgerVerificationProgress.Stage.allCases))
    let latest = try #require(try LedgerVerification.latestCheckpoint(reader))
    var incremental = LedgerVerification(reader, options: .init(since: latest, publicKey: ledger.publicKey))
    let short = incremental.run()
    #expect(short.findings.map(\.words.english) == [])
    #expect(short.events < report.events)
    #expect(short.rootSHA256 == report.rootSHA256)
    var cancelled = LedgerVerification(reader) { _ in false }
    #expect(cancelled.run().isCancelled)
  }
}
