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
      await sealWhenDue(SealingWork(lot: lot, dueAt: clock.now().utc))
    }
    for await item in work.cancelOnGracefulShutdown() { await sealWhenDue(item) }
  }

  private func sealWhenDue(_ item: SealingWork) async {
    var dueAt = item.dueAt.advanced(byMicroseconds: sealAfterMicroseconds)
    while !Task.isShuttingDownGracefully {
      let wait = dueAt.microseconds(since: clock.now().utc)
      if wait > 0 {
        // Cancellation ends the wait early; the loop looks again.
        try? await Task.sleep(for: .microseconds(min(wait, 200_000)))
        if Task.isCancelled { return }
        continue
      }
      do {
        try await seal(item.lot)
        return
      } catch {
        logger.error(
          "the record of a lot could not be sealed; it will be tried again",
          metadata: [
            "lot": "\(item.lot)", "reason": "\(error)",
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

/// A lot to be sealed after the settling time from this instant.
struct SealingWork: Sendable {
  var lot: LotNumber
  var dueAt: Timestamp
}
