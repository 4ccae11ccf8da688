import Devices
import Ledger
import Recorder
import Shopfloor

/// The promises, held against the journal.
extension LineSimulation {
  /// After every turn: cheap.
  func checkTurn(_ machine: Machine) throws {
    let limit = 1_500 + 2 * 300
    guard machine.queue.readingCount <= limit else {
      throw BrokenPromise(.boundsHold, "\(machine.queue.readingCount) readings wait, over the bound of \(limit)")
    }
    let counted = machine.core.state.counters.turnedAwayBatches
    let turnedAway = journal.turnedAway.values.reduce(0, +)
    guard counted == turnedAway else {
      throw BrokenPromise(.boundsHold, "\(turnedAway) batches were turned away and \(counted) counted")
    }
    if let due = recordingDueAt, clock.trueTime > due {
      recordingDueAt = nil
      guard machine.core.state.isRecording || isDiskFaulty else {
        throw BrokenPromise(
          .comesBack, "10 s after the fault was over nothing is recorded: \(machine.core.state.problem ?? "")")
      }
    }
    guard machine.core.state.isRecording, !isDiskFaulty else { return }
    let commits = machine.core.state.counters.commits
    if commits != machine.followedCommits {
      _ = try mirror.follow(machine.reader, journal)
      machine.followedCommits = commits
    }
    try checkAnswers()
  }

  /// What was acknowledged or answered stands in the ledger.
  func checkAnswers() throws {
    for number in journal.takeAcknowledged() where journal.sent[number].group == nil {
      throw BrokenPromise(
        .acknowledgedIsStored, "batch \(number) of \(journal.sent[number].device) was acknowledged and is not stored")
    }
    for number in journal.takeAnswered() {
      let asked = journal.asked[number]
      guard asked.sequence == nil, asked.isDecided else { continue }
      let isAccepted = asked.answer?.isAccepted == true
      if isAccepted ? asked.mustLeaveTrace : asked.leavesTraceWhenRefused {
        throw BrokenPromise(.acknowledgedIsStored, "\"\(asked.token)\" was answered and left no trace")
      }
    }
  }

  /// After a start: the ledger holds all that it held, and the commit that was under way at most.
  func checkStart(_ machine: Machine?) throws {
    guard let machine, machine.core.state.isRecording, !isDiskFaulty else { return }
    let before = mirror.lastGroup
    let held = try machine.reader.counts().commits
    if held < before {
      guard hasLied else {
        throw BrokenPromise(
          .acknowledgedIsStored, "after a restart the ledger ends at commit \(held), not at \(before)")
      }
      journal.forget(after: 0, sequence: 0)
      mirror = LedgerMirror()
    }
    _ = try mirror.follow(machine.reader, journal)
    if !hasLied { try checkAnswers() }
    if wasPowerCut { hasLied = false }
    if faultRandom.chance(0.1) { try checkReplay() }
  }

  /// After a clean stop: all that the inbox took is stored, and everything it turned away is told of.
  func checkStop(_ machine: Machine) throws {
    let reader = try LedgerReader(path: SimulatedPlant.ledgerPath, on: disk)
    _ = try mirror.follow(reader, journal)
    try checkAnswers()
    for (number, sent) in journal.sent.enumerated().dropFirst(checkedSent)
    where sent.life == machine.number && sent.isTaken && sent.group == nil {
      throw BrokenPromise(
        .acknowledgedIsStored, "batch \(number) of \(sent.device) was taken and is not stored after a clean stop")
    }
    checkedSent = journal.sent.count
  }

  // MARK: Dear checks

  /// The living engine is the one that the ledger gives.
  func checkReplay() throws {
    guard let machine, machine.core.state.isRecording, !isDiskFaulty, !hasLied else { return }
    for usesCheckpoint in [true, false] {
      let again = try RecorderRestart.run(machine.reader, usesCheckpoint: usesCheckpoint)
      guard again.replayDifferences == 0 else {
        throw BrokenPromise(.replayAgrees, "\(again.replayDifferences) commits give other events when judged again")
      }
      let differences = machine.core.engine.differences(from: again.engine)
      guard differences.isEmpty else {
        throw BrokenPromise(
          .replayAgrees,
          "from \(usesCheckpoint ? "the checkpoint" : "the first commit") on, the ledger gives another engine: "
            + differences.joined(separator: ", "))
      }
    }
  }

  /// Every reading of a run is one whose own time lies in it, and all of those are.
  func checkBinding(of evidence: LotEvidence) throws {
    guard evidence.throughSequence == mirror.lastSequence else { return }
    for run in evidence.runs {
      guard let known = mirror.runs[run.id], known.startedAt == run.startedAt, known.endedAt == run.endedAt else {
        throw BrokenPromise(.bindsByOwnTime, "run \(run.id) has other times in the evidence than in its events")
      }
      let parameters: [UInt32] = run.station == SimulatedPlant.sealer ? [0, 1, 2] : [3, 4]
      for parameter in parameters {
        let expected = (mirror.readings[parameter] ?? [])
          .filter { $0.reading.time >= run.startedAt && run.endedAt.map($0.reading.time.isBefore) ?? true }
          .sorted { ($0.reading.time, $0.arrival) < ($1.reading.time, $1.arrival) }.map(\.reading)
        let found =
          evidence.series.first { $0.run == run.id && $0.parameter.index.rawValue == parameter }?.readings ?? []
        guard found == expected else {
          throw BrokenPromise(
            .bindsByOwnTime,
            "run \(run.id), parameter \(parameter): \(found.count) readings in the evidence, \(expected.count) by time")
        }
      }
    }
  }

  /// At the end: everything once more, from the first commit on.
  func finish() throws {
    healDisk()
    if machine == nil { try start() }
    for _ in 0..<200 {
      if let machine, machine.core.state.isRecording { break }
      clock.advance(by: 250_000)
      if machine == nil { try start() } else { try turn() }
    }
    guard let machine, machine.core.state.isRecording else {
      throw BrokenPromise(.comesBack, "at the end nothing is recorded")
    }
    try turn()
    try checkReplay()
    self.machine?.queue.stop()
    var isLast = false
    while !isLast {
      let monotonic = clock.now().monotonicMicroseconds
      let turn = machine.core.step(machine.queue.take(now: monotonic))
      machine.queue.putBack(turn.putBack, holdMicroseconds: 0, now: monotonic)
      clock.advance(by: 20_000)
      isLast = turn.isLast
    }
    machine.core.stop()
    try checkStop(machine)
    self.machine = nil
    try checkWhole()
  }

  private func checkWhole() throws {
    let store: LedgerStore
    do throws(LedgerError) {
      store = try LedgerStore(path: SimulatedPlant.ledgerPath, on: disk)
    } catch {
      throw BrokenPromise(.chainHolds, "\(error)")
    }
    defer { store.close() }
    // A reader that has seen nothing finds what the one that followed found.
    let again = Journal(copying: journal)
    var whole = LedgerMirror()
    _ = try whole.follow(store.reader, again)
    guard whole.digest.value == mirror.digest.value, whole.lastSequence == mirror.lastSequence else {
      throw BrokenPromise(.chainHolds, "read from the beginning, the ledger is another than it was commit by commit")
    }
    try checkOutbox(store.reader)
    for lot in mirror.sealed.keys.sorted() {
      if let evidence = try store.reader.evidence(of: lot) { try checkBinding(of: evidence) }
    }
  }
}

extension Timestamp {
  fileprivate func isBefore(_ end: Timestamp) -> Bool { self < end }
}
