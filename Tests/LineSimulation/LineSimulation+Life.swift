import Devices
import FaultDisk
import Ledger
import Recorder
import Shopfloor

/// How a life of the recorder begins and ends.
extension LineSimulation {
  /// The daemon starts, or is started again by its supervisor where the disk does not let it.
  func start() throws {
    report.lives += 1
    let life = report.lives
    var setup = Recorder.Setup(
      ledgerPath: SimulatedPlant.ledgerPath, programVersion: "simulated", bootID: clock.bootID)
    setup.disk = disk
    setup.checkpointIntervalMicroseconds = checkpointInterval
    setup.bounds.maximumReadings = 1_500
    setup.bounds.maximumReadingsPerCommit = 300
    let core: RecorderCore
    let reader: LedgerReader
    do throws(LedgerError) {
      let store = try LedgerStore(path: setup.ledgerPath, on: disk)
      core = try RecorderCore(setup: setup, store: store, clock: clock, subscriber: { _ in })
      core.start()
      reader = try LedgerReader(path: setup.ledgerPath, on: disk)
    } catch {
      return try startFailed(error)
    }
    guard disk.hasPower else { return try powerWent() }
    guard core.state.counters.replayDifferences == 0 else {
      throw BrokenPromise(
        .replayAgrees, "\(core.state.counters.replayDifferences) commits gave other events at start \(life)")
    }
    machine = Machine(
      core: core, queue: InboxQueue(bounds: setup.bounds), reader: reader, number: life,
      lastTake: clock.now().monotonicMicroseconds)
    journal.turnedAway = [:]
    isDeliveryUnderWay = false
    messaging.reconnect()
    try checkStart(machine)
    configure()
  }

  private func startFailed(_ error: LedgerError) throws {
    guard disk.hasPower else { return try powerWent() }
    if hasLied { throw RefusedAfterLie() }
    guard isDiskFaulty else {
      throw BrokenPromise(.comesBack, "start \(report.lives) failed on a sound disk: \(error)")
    }
    restartDue(in: 2_000_000)
  }

  /// What the composition tells the recorder at every start.
  private func configure() {
    let plan = SimulatedPlant.plan(pace, highLimit: highLimit)
    submit(
      .applyPlan(plan, digest: SimulatedPlant.digest(highLimit: highLimit), changes: []), actor: "configuration",
      plan: plan)
    submit(.updatePeople(SimulatedPlant.people), actor: "configuration")
    submit(.updateWork(WorkChange(items: SimulatedPlant.items)), actor: "erp")
  }

  /// Ends the recorder as `systemctl stop` does, and starts it again.
  func restartCleanly() throws {
    guard let machine else { return }
    machine.queue.stop()
    for _ in 0..<50 {
      let monotonic = clock.now().monotonicMicroseconds
      let turn = machine.core.step(machine.queue.take(now: monotonic))
      machine.queue.putBack(turn.putBack, holdMicroseconds: 0, now: monotonic)
      guard disk.hasPower else { return try powerWent() }
      clock.advance(by: 20_000)
      if turn.isLast { break }
    }
    let wasRecording = machine.core.state.isRecording
    machine.core.stop()
    guard disk.hasPower else { return try powerWent() }
    if wasRecording, machine.core.state.isRecording, !isDiskFaulty {
      try checkStop(machine)
    }
    leave()
    restartDue(in: 3_000_000)
  }

  /// The process dies, or the machine loses its power: at this instant nothing is closed.
  func powerWent() throws {
    leave()
    healDisk()
    let isPowerCut = powerCutIsDue
    powerCutIsDue = false
    wasPowerCut = isPowerCut
    count(isPowerCut ? "power cut" : "kill")
    if isPowerCut {
      clock.advance(by: faultRandom.microseconds(5...600))
      clock.reboot()
    }
    disk.restart()
    // A machine that was off comes back with a clock that may be wrong.
    if isPowerCut, faultRandom.chance(0.2) { clock.stepUTC(by: faultRandom.microseconds(-30...30)) }
    restartDue(in: faultRandom.microseconds(0.5...5))
  }

  private func leave() {
    machine = nil
    recordingDueAt = nil
  }

  private func restartDue(in microseconds: Int64) {
    agenda[Actor.heal.rawValue] = min(agenda[Actor.heal.rawValue], clock.trueTime + microseconds)
  }

  // MARK: Asking the recorder

  /// Hands over a command whose trace in the ledger is not looked for.
  func submit(_ command: Command, actor: String, plan: LinePlan? = nil) {
    let input = LineEngine.CommandInput(command, actor: actor, at: clock.now().utc)
    _ = machine?.queue.submit(PendingCommand(input: input, plan: plan, answer: { _ in }))
  }

  /// Hands over a command that leaves a trace.
  func ask(
    _ token: String, _ command: Command, actor: String, at time: Timestamp? = nil,
    record: CommitGroup.SealedRecord? = nil, mustLeaveTrace: Bool = true, leavesTraceWhenRefused: Bool = false,
    then: @escaping @Sendable (CommandAnswer) -> Void = { _ in }
  ) {
    guard let machine else { return }
    let number = journal.ask(
      token, life: machine.number, mustLeaveTrace: mustLeaveTrace, leavesTraceWhenRefused: leavesTraceWhenRefused)
    let journal = self.journal
    let input = LineEngine.CommandInput(command, actor: actor, at: time ?? clock.now().utc)
    let pending = PendingCommand(
      input: input, record: record,
      answer: { answer in
        journal.answered(number, answer)
        then(answer)
      })
    if planted == .forgetsCommand, leavesTraceWhenRefused {
      planted = nil
      return pending.answer(.accepted(Words("done", "完成")))
    }
    if !machine.queue.submit(pending) { journal.answered(number, .refused(Recorder.busy)) }
  }
}
