import BatchRecord
import Devices
import Ledger
import Logging
import Recorder
import ServiceLifecycle
import Shopfloor

/// Seals the record of every completed lot once its last readings are in: assembles it from the ledger, signs it, and
/// has the recorder keep it and owe it to the ERP in one transaction. What a crash left unsealed is sealed after the
/// next start.
struct SealingService: Service {
  let recorder: Recorder
  let key: SigningKey
  let clock: any WallClock
  let sealAfterMicroseconds: Int64
  /// Lots as they are completed, and lots whose sealed record got late readings.
  let work: AsyncStream<SealingWork>
  let logger: Logger
  let sealed: @Sendable () -> Void

  /// Waits between attempts after a failure, in microseconds.
  static let retryMicroseconds: Int64 = 5_000_000

  func run() async throws {
    for lot in try recorder.reader.lotsAwaitingSeal() {
      await sealWhenDue(lot, dueAt: clock.now().utc)
    }
    for await item in work.cancelOnGracefulShutdown() {
      switch item.subject {
      case .lot(let lot): await sealWhenDue(lot, dueAt: item.dueAt)
      case .lotsWith(let material):
        for lot in lots(with: material) { await sealWhenDue(lot, dueAt: item.dueAt) }
      }
    }
  }

  /// A lot that waits for its first seal takes the contradiction with it.
  private func lots(with material: MaterialLotNumber) -> [LotNumber] {
    do {
      return try recorder.reader.sealedLots(using: material)
    } catch {
      logger.error(
        "the records with a material lot could not be found; they are not renewed",
        metadata: ["material": "\(material)", "reason": "\(error)"])
      return []
    }
  }

  private func sealWhenDue(_ lot: LotNumber, dueAt completedAt: Timestamp) async {
    var dueAt = completedAt.advanced(byMicroseconds: sealAfterMicroseconds)
    while !Task.isShuttingDownGracefully {
      let wait = dueAt.microseconds(since: clock.now().utc)
      if wait > 0 {
        // Cancellation ends the wait early; the loop looks again.
        try? await Task.sleep(for: .microseconds(min(wait, 200_000)))
        if Task.isCancelled { return }
        continue
      }
      do {
        try await seal(lot)
        return
      } catch {
        logger.error(
          "the record of a lot could not be sealed; it will be tried again",
          metadata: [
            "lot": "\(lot)", "reason": "\(error)",
          ])
        dueAt = clock.now().utc.advanced(byMicroseconds: Self.retryMicroseconds)
      }
    }
  }

  private func seal(_ lot: LotNumber) async throws {
    guard let evidence = try recorder.reader.evidence(of: lot) else { return }
    let revision = nextRevision(evidence)
    let document = BatchRecordAssembler.assemble(evidence: evidence, revision: revision)
    let record = try RecordSeal.seal(document, with: key)
    let answer = await recorder.seal(
      CommitGroup.SealedRecord(notice: record.notice, bytes: record.bytes), at: clock.now().utc)
    if case .refused(let refusal) = answer { throw refusal }
    sealed()
    logger.info(
      "record sealed",
      metadata: [
        "lot": "\(lot)", "revision": "\(revision)", "sha256": "\(record.notice.digestSHA256)",
        "exceptions": "\(record.notice.exceptionCount)",
      ])
  }

  private func nextRevision(_ evidence: LotEvidence) -> Int {
    let sealed = evidence.events.compactMap { record in
      if case .recordSealed(let notice) = record.event, notice.lot == evidence.lot { notice.revision } else { nil }
    }
    return (sealed.max() ?? -1) + 1
  }
}

/// What is to be sealed after the settling time from this instant.
struct SealingWork: Sendable {
  enum Subject: Sendable {
    case lot(LotNumber)
    /// Every lot with a sealed record whose runs consumed the material.
    case lotsWith(MaterialLotNumber)
  }

  var subject: Subject
  var dueAt: Timestamp

  init(_ subject: Subject, dueAt: Timestamp) {
    self.subject = subject
    self.dueAt = dueAt
  }
}
