import Devices
import Ledger
import Shopfloor

/// The owner thread's own state and loop. Lives on that thread alone.
final class RecorderOwner: @unchecked Sendable {
  // Proof of Sendable: made on the starting thread, handed to the owner thread before that runs, never shared.
  private let setup: Recorder.Setup
  private let inbox: BoundedInbox
  private let clock: any WallClock
  private let subscriber: Recorder.Subscriber
  private var store: LedgerStore?
  private var engine: LineEngine
  private var window: MessageWindow
  private var state: RecorderState
  private var nextCheckpoint: Int64
  private var nextAnchor: Int64
  private var nextRecovery: Int64 = .min
  private var anchoredGroup: Int64 = 0
  private var undecided: Undecided?
  private var dropped: [DeviceName: Int] = [:]

  /// How often time alone is looked at, and how long a failed ledger is left before it is tried again, in microseconds.
  static let tickMicroseconds: Int64 = 250_000
  static let retryMicroseconds: Int64 = 1_000_000
  /// After a checkpoint there is none for so many times as long as it took to make: it costs 1 % of a core at most.
  static let checkpointRest: Int64 = 100

  init(
    setup: Recorder.Setup, store: LedgerStore, restart: RecorderRestart.Result, inbox: BoundedInbox,
    clock: any WallClock, subscriber: @escaping Recorder.Subscriber
  ) {
    self.setup = setup
    self.inbox = inbox
    self.clock = clock
    self.subscriber = subscriber
    self.store = store
    engine = restart.engine
    window = restart.window
    let now = clock.now()
    state = RecorderState(isRecording: true, since: now.utc, problem: nil)
    state.counters.replayedGroups = restart.replayedGroups
    state.counters.replayDifferences = restart.replayDifferences
    let monotonic = BoundedInbox.monotonicMicroseconds()
    nextCheckpoint = monotonic + setup.checkpointIntervalMicroseconds
    nextAnchor = monotonic + setup.anchorIntervalMicroseconds
  }

  /// Runs until the inbox is stopped and empty.
  func run(publish: (RecorderState) -> Void) {
    start()
    while true {
      publish(state)
      var load = inbox.take(notAfter: BoundedInbox.monotonicMicroseconds() + Self.tickMicroseconds)
      if store == nil { load.readings.insert(contentsOf: recover(), at: 0) }
      take(load)
      for upkeep in load.upkeep { keepUp(upkeep) }
      for inspection in load.inspections { inspection(engine) }
      // A ledger that is still away when the daemon must end keeps it no longer; nothing of it was acknowledged.
      if load.isStopping && (store == nil || load.readings.isEmpty && load.commands.isEmpty && load.upkeep.isEmpty) {
        break
      }
    }
    stop()
    inbox.close(engine)
    publish(state)
  }

  private func start() {
    var facts: [Event] = [
      .recordingStarted(
        RecordingStarted(
          programVersion: setup.programVersion, bootID: setup.bootID,
          chainFinding: chainFinding(differences: state.counters.replayDifferences)))
    ]
    _ = commit(&facts, [], [], checkpoint: false)
  }

  private func chainFinding(differences: UInt64) -> String {
    let chain = store?.chainFinding ?? ""
    return differences == 0 ? chain : chain + "; \(differences) commits gave other events when judged again"
  }

  private func stop() {
    var facts: [Event] = [.recordingStopped(RecordingStopped(reason: "the daemon was asked to stop"))]
    anchor(into: &facts)
    _ = commit(&facts, [], [], checkpoint: true)
    store?.close()
    store = nil
  }

  // MARK: One load

  private func take(_ load: InboxLoad) {
    for (device, count) in load.turnedAway {
      dropped[device, default: 0] += count
      state.counters.turnedAwayBatches += UInt64(count)
    }
    guard store != nil else { return refuse(load) }
    var facts: [Event] = dropped.sorted { $0.key < $1.key }.map { device, batches in
      .readingsDropped(ReadingsDropped(device: device, batches: batches, bound: "inbox of the recorder"))
    }
    let now = BoundedInbox.monotonicMicroseconds()
    if now >= nextAnchor {
      anchor(into: &facts)
      nextAnchor = now + setup.anchorIntervalMicroseconds
    }
    let nothing = facts.isEmpty && load.readings.isEmpty && load.commands.isEmpty
    if nothing && !engine.isDue(at: clock.now()) { return }
    let checkpoint = now >= nextCheckpoint
    if commit(&facts, load.commands, load.readings, checkpoint: checkpoint) { dropped = [:] }
  }

  /// Carries out work on the ledger itself in a commit of its own: no reading waits behind it in the same one.
  private func keepUp(_ pending: PendingUpkeep) {
    let events = pending.facts
    guard let store else {
      return pending.answer(.failure(.commitFailed(reason: state.problem ?? "the ledger is closed")))
    }
    var group = CommitGroup(clock: clock.now())
    var input = LineEngine.Input(clock: group.clock)
    input.facts = events
    group.events = engine.take(input).events
    group.upkeep = pending.work
    do throws(LedgerError) {
      let receipt = try store.commit(group)
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
  private func commit(
    _ facts: inout [Event], _ commands: [PendingCommand], _ readings: [PendingReadings], checkpoint: Bool
  ) -> Bool {
    guard let store else { return false }
    let clock = self.clock.now()
    do throws(LedgerError) {
      var input = LineEngine.Input(clock: clock)
      input.facts = facts
      input.commands = commands.map(\.input)
      input.batches = unseen(readings)
      for command in commands {
        if let plan = command.plan { engine.register(try register(plan, store)) }
      }
      let output = engine.take(input)
      var group = CommitGroup(clock: clock)
      group.batches = input.batches
      group.events = output.events
      add(commands, output.answers, to: &group)
      if checkpoint { group.checkpoint = makeCheckpoint() }
      let receipt = try store.commit(group)
      // The numbers are in the tracks now; kept here they would only take memory.
      if commands.contains(where: { $0.plan != nil }) { engine.register([]) }
      didCommit(group, receipt, commands, output.answers, readings)
      return true
    } catch {
      fail(error, commands, readings)
      return false
    }
  }

  private func makeCheckpoint() -> [UInt8]? {
    let start = BoundedInbox.monotonicMicroseconds()
    defer {
      let now = BoundedInbox.monotonicMicroseconds()
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

  private func add(_ commands: [PendingCommand], _ answers: [CommandAnswer], to group: inout CommitGroup) {
    for (command, answer) in zip(commands, answers) where answer.isAccepted {
      if let record = command.record { group.records.append(record) }
      if case .reportDelivery(let report) = command.input.command { group.deliveries.append(report) }
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
    if !receipt.events.isEmpty { subscriber(receipt.events) }
  }

  // MARK: A failing ledger

  /// Nothing of the group is acknowledged; what nobody else keeps waits for the ledger to come back.
  private func fail(_ error: LedgerError, _ commands: [PendingCommand], _ readings: [PendingReadings]) {
    state.counters.failedCommits += 1
    engine.isDurable = false
    state.isRecording = false
    state.since = clock.now().utc
    state.problem = "\(error)"
    nextRecovery = BoundedInbox.monotonicMicroseconds() + Self.retryMicroseconds
    // A group that fails again after a recovery carries the readings of the one before: nothing is overwritten.
    undecided = Undecided(
      group: (store?.readingsHead.group ?? 0) + 1, readings: readings.filter { $0.acknowledge == nil })
    store?.close()
    store = nil
    var load = InboxLoad()
    load.commands = commands
    load.readings = readings.filter { $0.acknowledge != nil }
    refuse(load)
  }

  /// Readings of a commit whose fate is not known, kept by nobody else.
  private struct Undecided {
    /// The number that the commit has in the ledger, if it became durable after all.
    var group: Int64
    var readings: [PendingReadings]
  }

  private func refuse(_ load: InboxLoad) {
    let refusal = Refusal(
      .recorderStopped, read: "",
      why: Words("nothing is being recorded: \(state.problem ?? "")", "当前未在记录：\(state.problem ?? "")"),
      remedy: Words("Stop the line and call the technician; do not work on without a record", "请停线并呼叫技术人员；无记录时请勿继续作业"))
    for command in load.commands { command.answer(.refused(refusal)) }
    for readings in load.readings { readings.acknowledge?(.failed) }
    inbox.putBack(load.readings.filter { $0.acknowledge == nil }, holdMicroseconds: Self.tickMicroseconds)
  }

  /// Opens the ledger again and takes the engine from it: a failed commit may have become durable or not.
  ///
  /// - Returns: the readings of that commit, where it did not; they come before everything that waited since.
  private func recover() -> [PendingReadings] {
    // By the monotonic clock: a step of UTC must not put off the recovery.
    guard BoundedInbox.monotonicMicroseconds() >= nextRecovery else { return [] }
    nextRecovery = BoundedInbox.monotonicMicroseconds() + Self.retryMicroseconds
    do throws(LedgerError) {
      let reopened = try LedgerStore(path: setup.ledgerPath)
      let restart = try RecorderRestart.run(reopened.reader)
      engine = restart.engine
      window = restart.window
      anchoredGroup = 0
      store = reopened
      // Durable after all: stored again, those readings would stand twice.
      let isLost = undecided.map { reopened.readingsHead.group < $0.group } ?? false
      let lost = isLost ? undecided?.readings ?? [] : []
      undecided = nil
      state.isRecording = true
      state.since = clock.now().utc
      state.problem = nil
      start()
      return lost
    } catch {
      state.problem = "\(error)"
      return []
    }
  }
}
