import BatchRecord
import Devices
import Ledger
import Logging
import Recorder
import ServiceLifecycle
import Shopfloor

/// Seals the record of every completed lot once its last readings are in: assembles it from the ledger, signs it, and
/// has the recorder keep it and owe it to the ERP in one transaction. What a crash left unsealed is sealed after the
/// next start. ``SealingQueue`` says what comes next.
struct SealingService: Service {
  let recorder: Recorder
  let ledger: LedgerAccess
  let key: SigningKey
  let clock: any WallClock
  let triggers: SealingTriggers
  let logger: Logger
  let sealed: @Sendable () -> Void

  /// Longest time between two looks at the queue, in microseconds.
  private static let longestPauseMicroseconds: Int64 = 60_000_000

  func run() async throws {
    await withGracefulShutdownHandler {
      await work()
    } onGracefulShutdown: {
      triggers.wakeup.wake()
    }
  }

  /// A seal that is under way when the daemon stops is finished; one that hangs is left at its cancellation, and made
  /// after the next start.
  private func work() async {
    /// What found no room that the ledger was not asked for again; at the start, everything is asked for.
    var droppedAtLastLook: Int?
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      let counts = triggers.counts
      if counts.dropped != droppedAtLastLook, triggers.withQueue({ $0.hasRoom }) {
        guard await lookForUnsealed() else {
          await triggers.wakeup.sleep(microseconds: SealingQueue.firstRetryMicroseconds)
          continue
        }
        droppedAtLastLook = counts.dropped
      }
      let now = clock.now().utc
      switch triggers.withQueue({ $0.next(at: now) }) {
      case .work(let work): await attempt(work)
      case .wait(let until):
        await triggers.wakeup.sleep(
          microseconds: min(until.microseconds(since: now), Self.longestPauseMicroseconds))
      case .idle: await triggers.wakeup.sleep(microseconds: Self.longestPauseMicroseconds)
      }
    }
  }

  /// Asks the ledger for completed lots without a record.
  ///
  /// - Returns: false where it could not answer.
  private func lookForUnsealed() async -> Bool {
    do {
      for lot in try await ledger.read({ try $0.lotsAwaitingSeal() }) {
        triggers.add(.lot(lot), .firstSeal, since: clock.now().utc, sequence: .max)
      }
      return true
    } catch {
      if !Task.isCancelled {
        logger.error("the lots that wait for their seal could not be found", metadata: ["reason": "\(error)"])
      }
      return false
    }
  }

  private func attempt(_ work: SealingQueue.Work) async {
    do {
      switch work.subject {
      case .lot(let lot): try await seal(lot, work)
      case .lotsWith(let material):
        // A lot that waits for its first seal takes the contradiction with it.
        let lots = try await ledger.read({ try $0.sealedLots(using: material) })
        triggers.found(lots, for: work, at: clock.now().utc)
      }
    } catch {
      guard !Task.isCancelled else { return }
      logger.error(
        "a record could not be sealed; it will be tried again",
        metadata: ["subject": "\(work.subject)", "failures": "\(work.failures + 1)", "reason": "\(error)"])
      let now = clock.now().utc
      triggers.withQueue { $0.failed(work, at: now) }
    }
  }

  private struct Made: Sendable {
    var record: SealedRecord
    var revision: Int
    var throughSequence: Int64
  }

  private func seal(_ lot: LotNumber, _ work: SealingQueue.Work) async throws {
    let key = self.key
    let made = try await ledger.read { reader -> Made? in
      // Before the evidence, which is much more to read.
      let notices = try reader.events(about: .lot(lot)).compactMap { record -> SealedRecordNotice? in
        if case .recordSealed(let notice) = record.event, notice.lot == lot { notice } else { nil }
      }
      let latest = notices.max { $0.revision < $1.revision }
      if let latest, latest.throughSequence >= work.sequence { return nil }
      // What became known before the first record stands in that one.
      if latest == nil, work.purpose != .firstSeal { return nil }
      guard let evidence = try BatchRecordAssembler.evidence(of: lot, from: reader) else { return nil }
      let revision = (latest?.revision ?? -1) + 1
      let document = BatchRecordAssembler.assemble(evidence: evidence, revision: revision)
      return Made(
        record: try RecordSeal.seal(document, with: key), revision: revision, throughSequence: evidence.throughSequence)
    }
    guard let made else { return }
    let answer = await recorder.seal(
      CommitGroup.SealedRecord(notice: made.record.notice, bytes: made.record.bytes), at: clock.now().utc)
    if case .refused(let refusal) = answer { throw refusal }
    triggers.withQueue { $0.sealed(lot, through: made.throughSequence) }
    sealed()
    logger.info(
      "record sealed",
      metadata: [
        "lot": "\(lot)", "revision": "\(made.revision)", "sha256": "\(made.record.notice.digestSHA256)",
        "exceptions": "\(made.record.notice.exceptionCount)",
      ])
  }
}
