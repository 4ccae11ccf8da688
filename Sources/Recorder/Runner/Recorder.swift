public import Devices
import Foundation
public import Ledger
public import Shopfloor
import Synchronization

/// The one writer. Owns a thread; everything reaches it through a bounded inbox; what it answers is on disk.
public final class Recorder: Sendable {
  /// What subscribers are told after a commit.
  public typealias Subscriber = @Sendable ([EventRecord]) -> Void

  public struct Setup: Sendable {
    public var ledgerPath: String
    public var programVersion: String
    public var bootID: String
    public var disk: any LedgerDisk = FileSystemDisk()
    public var bounds = InboxBounds()
    /// How often the state is kept for a quick restart, and the readings are anchored in the chain of events.
    public var checkpointIntervalMicroseconds: Int64 = 10_000_000
    public var anchorIntervalMicroseconds: Int64 = 60_000_000
    /// Set aside beside the ledger for the last events on a full disk; at most 5 % of the file system.
    public var reserveBytes: Int64 = 64 << 20
    /// Told before it begins what takes long while the ledger is opened, such as bringing it up to date.
    public var tell: @Sendable (String) -> Void = { _ in }

    public init(ledgerPath: String, programVersion: String, bootID: String) {
      self.ledgerPath = ledgerPath
      self.programVersion = programVersion
      self.bootID = bootID
    }
  }

  private let inbox: BoundedInbox
  private let state: Mutex<RecorderState>
  private let finished = DispatchSemaphore(value: 0)
  /// A connection of its own: it outlives a writer that had to be opened again, and sees every later commit.
  public let reader: LedgerReader
  public let chainFinding: String

  /// Opens the ledger, brings the engine back, and starts the owner thread. `subscriber` is called on that thread after
  /// each commit with events and must return at once.
  public init(_ setup: Setup, clock: any WallClock, subscriber: @escaping Subscriber) throws(LedgerError) {
    let store = try LedgerStore(path: setup.ledgerPath, on: setup.disk, tell: setup.tell)
    reader = try LedgerReader(path: setup.ledgerPath, on: setup.disk)
    chainFinding = store.chainFinding
    let inbox = BoundedInbox(bounds: setup.bounds)
    self.inbox = inbox
    state = Mutex(RecorderState(isRecording: true, since: clock.now().utc, problem: nil))
    let core = try RecorderCore(setup: setup, store: store, clock: clock, subscriber: subscriber)
    let owner = RecorderOwner(core: core, inbox: inbox)
    let publish: @Sendable (RecorderState) -> Void = { [weak self] new in self?.state.withLock { $0 = new } }
    let finished = self.finished
    let thread = Thread {
      owner.run(publish: publish)
      finished.signal()
    }
    thread.name = "lotwire.recorder"
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Ends the recorder after it has committed what waits. Returns when the ledger is closed.
  public func stop() {
    inbox.stop()
    finished.wait()
    finished.signal()
  }

  public var status: RecorderState { state.withLock { $0 } }
  public var waitingReadings: Int { inbox.waitingReadings }

  /// Looks at the state of the floor between two commits, on the owner thread.
  public func inspect<Value: Sendable>(_ look: @escaping @Sendable (borrowing LineEngine) -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      inbox.inspect { engine in continuation.resume(returning: look(engine)) }
    }
  }

  // MARK: Commands

  /// Carries out a command; the answer comes after its events are on disk.
  public func perform(_ command: Command, actor: String, at time: Timestamp) async -> CommandAnswer {
    await perform(PendingCommand(input: .init(command, actor: actor, at: time), answer: { _ in }))
  }

  /// Keeps a sealed record and owes it to the ERP, in one transaction.
  public func seal(_ record: CommitGroup.SealedRecord, at time: Timestamp) async -> CommandAnswer {
    await perform(
      PendingCommand(
        input: .init(.sealRecord(record.notice), actor: "recorder", at: time), record: record, answer: { _ in }))
  }

  /// Registers the parameters of a plan and puts it in force.
  public func apply(_ plan: LinePlan, digest: String, changes: [String], at time: Timestamp) async -> CommandAnswer {
    await perform(
      PendingCommand(
        input: .init(.applyPlan(plan, digest: digest, changes: changes), actor: "configuration", at: time),
        plan: plan, answer: { _ in }))
  }

  /// Takes work from the ERP and keeps the place up to which it was fetched, in one transaction.
  public func takeWork(
    _ change: WorkChange, settings: [(name: String, value: String)], at time: Timestamp
  ) async -> CommandAnswer {
    await perform(
      PendingCommand(
        input: .init(.updateWork(change), actor: "erp", at: time), settings: settings,
        answer: { _ in }))
  }

  /// Has work on the ledger itself carried out, with what is told of it in the ledger, in one transaction of its own.
  ///
  /// - Returns: the events as they stand in the ledger.
  /// - Throws: where the recorder has too much waiting or is stopping, or the commit failed. Nothing of it is to be taken
  ///   for done then: look at the ledger again before the next attempt.
  public func keepUp(_ work: [LedgerUpkeep], facts: [Event] = []) async throws(LedgerError) -> [EventRecord] {
    let result = await withCheckedContinuation { continuation in
      keepUp(work, facts: facts) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// The same for who does not wait in a task; `answer` is called once, on any thread.
  public func keepUp(
    _ work: [LedgerUpkeep], facts: [Event], answer: @escaping @Sendable (Result<[EventRecord], LedgerError>) -> Void
  ) {
    if !inbox.keepUp(PendingUpkeep(work: work, facts: facts, answer: answer)) {
      answer(.failure(.commitFailed(reason: "the recorder has too much waiting, or is stopping")))
    }
  }

  /// Keeps values of the composition's own in the ledger, such as the place up to which something was published.
  public func keep(_ settings: [(name: String, value: String)], at time: Timestamp) async -> CommandAnswer {
    await perform(
      PendingCommand(
        input: .init(.noteMessages([]), actor: "recorder", at: time), settings: settings, answer: { _ in }))
  }

  private func perform(_ pending: PendingCommand) async -> CommandAnswer {
    await withCheckedContinuation { continuation in
      var pending = pending
      pending.answer = { continuation.resume(returning: $0) }
      if !inbox.submit(pending) { continuation.resume(returning: .refused(Self.busy)) }
    }
  }

  /// The answer where nothing can be taken now.
  public static let busy = Refusal(
    .recorderBusy, read: "", why: Words("the recorder has too much waiting, or is stopping", "记录器积压过多或正在停止"),
    remedy: Words("Try again in a moment", "请稍后再试"))
}

extension Recorder: RecorderInbox {
  public func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool {
    inbox.offer(PendingReadings(batches: batches, acknowledge: acknowledge))
  }

  public func submit(
    _ command: Command, from device: DeviceName?, at time: Timestamp,
    answer: @escaping @Sendable (CommandAnswer) -> Void
  ) -> Bool {
    let actor = device.map { "device \($0)" } ?? "composition"
    return inbox.submit(PendingCommand(input: .init(command, actor: actor, at: time), answer: answer))
  }
}
