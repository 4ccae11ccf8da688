package import Devices
package import Ledger
import Shopfloor

/// What the one writer does in one turn after the other, without a thread and without a sleep: time comes from the
/// injected clock alone, storage through the injected disk.
///
/// Not Sendable: one thread at a time.
package final class RecorderCore {
  let setup: Recorder.Setup
  let clock: any WallClock
  private let subscriber: Recorder.Subscriber
  /// Nil while the ledger is away.
  var store: LedgerStore?
  package internal(set) var engine: LineEngine
  var window: MessageWindow
  package internal(set) var state: RecorderState
  /// By the monotonic clock, in microseconds.
  private var nextCheckpoint: Int64
  private var nextAnchor: Int64
  var nextStorageLook: Int64
  var nextRecovery: Int64 = .min
  var anchoredGroup: Int64 = 0
  var undecided: Undecided?
  /// The last event that subscribers were told of.
  var toldThrough: Int64
  /// Nil while everything is recorded.
  var suspension: Suspension?
  var storageWatch = StorageWatch()
  private var dropped: [DeviceName: Int] = [:]

  /// How often time alone is looked at, and how long a failed ledger is left before it is tried again, in microseconds.
  package static let tickMicroseconds: Int64 = 250_000
  package static let retryMicroseconds: Int64 = 1_000_000
  /// After a checkpoint there is none for so many times as long as it took to make: it costs 1 % of a core at most.
  static let checkpointRest: Int64 = 100

  /// What is left of a turn.
  package struct Turn {
    /// Readings that could not be kept and that nobody else keeps: back in front of the inbox, for a tick.
    package var putBack: [PendingReadings] = []
    /// Whether the inbox is stopped and nothing is left to do.
    package var isLast = false
  }

  /// Takes an opened ledger and brings the engine back from it.
  package init(
    setup: Recorder.Setup, store: LedgerStore, clock: any WallClock, subscriber: @escaping Recorder.Subscriber
  ) throws(LedgerError) {
    let restart = try RecorderRestart.run(store.reader)
    self.setup = setup
    self.clock = clock
    self.subscriber = subscriber
    self.store = store
    toldThrough = try store.reader.lastEventSequence()
    engine = restart.engine
    window = restart.window
    let now = clock.now()
    state = RecorderState(isRecording: true, since: now.utc, problem: nil)
    state.counters.replayedGroups = restart.replayedGroups
    state.counters.replayDifferences = restart.replayDifferences
    nextCheckpoint = now.monotonicMicroseconds + setup.checkpointIntervalMicroseconds
    nextAnchor = now.monotonicMicroseconds + setup.anchorIntervalMicroseconds
    nextStorageLook = now.monotonicMicroseconds + StorageWatch.intervalMicroseconds
    holdReserve()
  }

  var monotonic: Int64 { clock.now().monotonicMicroseconds }

  /// Tells that recording begins. Once, before the first turn.
  package func start() {
    let facts: [Event] =
      [
        .recordingStarted(
          RecordingStarted(
            programVersion: setup.programVersion, bootID: setup.bootID,
            chainFinding: chainFinding(differences: state.counters.replayDifferences)))
      ] + (store?.damage ?? []).map(Event.ledgerDamageFound)
    _ = commit(facts, [], [], checkpoint: false)
  }

  private func chainFinding(differences: UInt64) -> String {
    let chain = store?.chainFinding ?? ""
    return differences == 0 ? chain : chain + "; \(differences) commits gave other events when judged again"
  }

  /// Carries out what the inbox gave. Everything in it is answered, or in the turn's `putBack`, or kept here until the
  /// ledger is back.
  package func step(_ load: InboxLoad) -> Turn {
    var load = load
    var turn = Turn()
    let held = load.heldReadings + load.readings.reduce(0) { $0 + $1.readingCount }
    if store == nil {
      load.readings.insert(contentsOf: recover(held: held), at: 0)
    } else {
      leaveReserve(held: held)
    }
    turn.putBack = take(load)
    let waiting = turn.putBack.reduce(0) { $0 + $1.readingCount }
    state.storage.heldReadings = suspension == nil ? 0 : load.heldReadings + waiting
    state.storage.heldSince = state.storage.heldReadings > 0 ? suspension?.at : nil
    for upkeep in load.upkeep { keepUp(upkeep) }
    for inspection in load.inspections { inspection(engine) }
    // A ledger that is still away when the daemon must end keeps it no longer; nothing of it was acknowledged.
    let isIdle = load.readings.isEmpty && load.commands.isEmpty && load.upkeep.isEmpty
    turn.isLast = load.isStopping && (store == nil || suspension != nil || isIdle)
    return turn
  }

  /// Ends recording and closes the ledger. Once, after the last turn.
  package func stop() {
    var facts: [Event] = [.recordingStopped(RecordingStopped(reason: "the daemon was asked to stop"))]
    anchor(into: &facts)
    _ = commit(facts, [], [], checkpoint: true)
    store?.close()
    store = nil
  }

  // MARK: One load

  private func take(_ load: InboxLoad) -> [PendingReadings] {
    for (device, count) in load.turnedAway {
      dropped[device, default: 0] += count
      state.counters.turnedAwayBatches += UInt64(count)
    }
    guard store != nil, suspension == nil else { return refuse(load) }
    var facts: [Event] = dropped.sorted { $0.key < $1.key }.map { device, batches in
      .readingsDropped(ReadingsDropped(device: device, batches: batches, bound: "inbox of the recorder"))
    }
    facts += lookAtStorage()
    let now = monotonic
    if now >= nextAnchor {
      anchor(into: &facts)
      nextAnchor = now + setup.anchorIntervalMicroseconds
    }
    let nothing = facts.isEmpty && load.readings.isEmpty && load.commands.isEmpty
    if nothing && !engine.isDue(at: clock.now()) { return [] }
    if commit(facts, load.commands, load.readings, checkpoint: now >= nextCheckpoint) { dropped = [:] }
    return []
  }

  /// Carries out work on the ledger itself in a commit of its own: no reading waits behind it in the same one.
  private func keepUp(_ pending: PendingUpkeep) {
    let events = pending.facts
    guard let store, suspension == nil else {
      return pending.answer(.failure(.commitFailed(reason: state.problem ?? "the ledger is closed")))
    }
    do throws(LedgerError) {
      try store.checkJudgement(of: pending.work)
    } catch {
      return pending.answer(.failure(error))
    }
    var group = CommitGroup(clock: clock.now())
    var input = LineEngine.Input(clock: group.clock)
    input.facts = events
    group.events = engine.take(input).events
    group.upkeep = pending.work
    do throws(LedgerError) {
      let receipt = try timed(store, group)
      didCommit(group, receipt, [], [], [])
      pending.answer(.success(receipt.events.filter { events.contains($0.event) }))
    } catch {
      fail(error, [], [])
      pending.answer(.failure(error))
    }
  }

  private func anchor(into facts: inout [Event]) {
    guard let head = store?.readingsHead, head.group > anchoredGroup else { return }
    facts.append(.readingsAnchored(ReadingsAnchored(throughBatch: head.group, headSHA256: head.hash)))
    anchoredGroup = head.group
  }

  /// Decides and commits one group, then answers. False where the ledger failed.
  func commit(
    _ facts: [Event], _ commands: [PendingCommand], _ readings: [PendingReadings], checkpoint: Bool
  ) -> Bool {
    guard let store else { return false }
    let clock = self.clock.now()
    do throws(LedgerError) {
      var input = LineEngine.Input(clock: clock)
      input.facts = facts
      input.commands = try commands.map { pending throws(LedgerError) in try withOutboxRow(pending.input, store) }
      input.batches = unseen(readings)
      for command in commands {
        if let plan = command.plan { engine.register(try register(plan, store)) }
      }
      let output = engine.take(input)
      var group = CommitGroup(clock: clock)
      group.batches = input.batches
      group.events = output.events
      add(commands, input.commands, output.answers, to: &group)
      if checkpoint { group.checkpoint = makeCheckpoint() }
      let receipt = try timed(store, group)
      // The numbers are in the tracks now; kept here they would only take memory.
      if commands.contains(where: { $0.plan != nil }) { engine.register([]) }
      didCommit(group, receipt, commands, output.answers, readings)
      return true
    } catch {
      fail(error, commands, readings)
      return false
    }
  }

  private func timed(_ store: LedgerStore, _ group: CommitGroup) throws(LedgerError) -> CommitReceipt {
    let start = monotonic
    let receipt = try store.commit(group)
    state.commitLatency.add(microseconds: monotonic - start)
    return receipt
  }

  private func makeCheckpoint() -> [UInt8]? {
    let start = monotonic
    defer {
      let now = monotonic
      let restMicroseconds = (now - start) * Self.checkpointRest
      nextCheckpoint = now + max(setup.checkpointIntervalMicroseconds, restMicroseconds)
    }
    return engine.checkpoint()
  }

  private func register(_ plan: LinePlan, _ store: LedgerStore) throws(LedgerError) -> [RegisteredParameter] {
    let parameters = plan.stations.flatMap { station in station.parameters.map { (station: station.name, plan: $0) } }
    var known: Set<DeviceName> = []
    let devices = parameters.map(\.plan.device).filter { known.insert($0).inserted }
    return try store.register(parameters, devices: devices)
  }

  /// The batches whose messages were not seen before.
  private func unseen(_ readings: [PendingReadings]) -> [ReadingBatch] {
    var batches: [ReadingBatch] = []
    for pending in readings {
      for batch in pending.batches {
        if let key = batch.messageKey, !window.insert(key) {
          state.counters.duplicateMessages += 1
        } else {
          batches.append(batch)
        }
      }
    }
    return batches
  }

  private func add(
    _ commands: [PendingCommand], _ inputs: [LineEngine.CommandInput], _ answers: [CommandAnswer],
    to group: inout CommitGroup
  ) {
    for ((command, input), answer) in zip(zip(commands, inputs), answers) where answer.isAccepted {
      if let record = command.record { group.records.append(record) }
      switch input.command {
      case .reportDelivery(let report): group.deliveries.append(report)
      case .decideDelivery(let decision): group.decisions.append(decision)
      default: break
      }
      group.settings += command.settings
    }
  }

  private func didCommit(
    _ group: CommitGroup, _ receipt: CommitReceipt, _ commands: [PendingCommand], _ answers: [CommandAnswer],
    _ readings: [PendingReadings]
  ) {
    for pending in readings { pending.acknowledge?(.durable) }
    for (command, answer) in zip(commands, answers) { command.answer(answer) }
    state.counters.commits += 1
    state.counters.events += UInt64(receipt.events.count)
    state.counters.commands += UInt64(commands.count)
    state.counters.readings += UInt64(group.batches.reduce(0) { $0 + $1.readings.count })
    tell(receipt.events)
  }

  func tell(_ events: [EventRecord]) {
    guard let last = events.last else { return }
    toldThrough = last.sequence
    subscriber(events)
  }
}
