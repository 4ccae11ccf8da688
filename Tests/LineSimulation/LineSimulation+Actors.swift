import BatchRecord
import Devices
import FaultDisk
import Ledger
import Recorder
import Shopfloor

/// What everybody around the recorder does when it is their turn.
extension LineSimulation {
  /// - Returns: when the actor comes again, in true time.
  func act(_ actor: Actor) throws -> Int64 {
    let now = clock.trueTime
    switch actor {
    case .plc, .press:
      let place = actor == .plc ? 0 : 1
      let readings = polled[place].poll(at: now, received: clock.now().utc)
      if !readings.isEmpty { offer(polled[place].name, readings) }
      return now + polled[place].pause()
    case .gateway:
      sendMessages()
      return now + 1_000_000
    case .sealer, .oven, .store:
      let place = actor.rawValue - Actor.sealer.rawValue
      scan(place)
      return now + people[place].pause()
    case .quality:
      workOfQuality()
      return now + quality.pause()
    case .erp:
      workOfERP()
      return now + erp.pause()
    case .sealing:
      try seal()
      return now + random.microseconds(10...90)
    case .delivery:
      try deliver()
      return now + random.microseconds(1...20)
    case .duty:
      try keepUp()
      return now + random.microseconds(5...60)
    case .plan:
      highLimit = highLimit == 190 ? 192 : 190
      let plan = SimulatedPlant.plan(pace, highLimit: highLimit)
      submit(
        .applyPlan(plan, digest: SimulatedPlant.digest(highLimit: highLimit), changes: ["limit"]),
        actor: "configuration", plan: plan)
      return now + faultRandom.microseconds(3_600...40_000)
    case .fault:
      try breakSomething()
      return clock.trueTime + nextFaultPause()
    case .heal: return try heal()
    }
  }

  // MARK: Readings

  private func batch(_ number: Int) -> ReadingBatch {
    let received = clock.now()
    let sent = journal.sent[number]
    return ReadingBatch(
      device: sent.device, receivedAt: received.utc, monotonicMicroseconds: received.monotonicMicroseconds,
      messageKey: sent.key, readings: sent.readings)
  }

  /// Readings that nobody keeps but the recorder.
  func offer(_ device: DeviceName, _ readings: [Reading]) {
    guard let machine else { return }
    let number = journal.send(device, readings, key: nil, isAwaited: false)
    let offer = machine.queue.offer(
      PendingReadings(batches: [batch(number)], acknowledge: nil), now: clock.now().monotonicMicroseconds)
    journal.offered(number, taken: offer != .turnedAway, life: machine.number)
  }

  private func sendMessages() {
    let due = messaging.work(at: clock.trueTime, utc: clock.trueUTC, journal)
    guard let machine else { return messaging.reconnect() }
    let journal = self.journal
    for number in due {
      let pending = PendingReadings(
        batches: [batch(number)], acknowledge: { journal.acknowledge(number, $0) })
      let offer = machine.queue.offer(pending, now: clock.now().monotonicMicroseconds)
      journal.offered(number, taken: offer != .turnedAway, life: machine.number)
    }
  }

  // MARK: People

  private func scan(_ place: Int) {
    guard let machine, let text = people[place].nextLabel(machine.core.engine.floor) else { return }
    let station = people[place].station
    let time = journal.uniqueTime(clock.now().utc)
    let command = Command.scan(ScannedLabel(text: text), station: station)
    // A badge leaves no label in the ledger.
    guard !text.hasPrefix("badge-") || text == "badge-9" else {
      return submit(command, actor: "device scanner-\(place)")
    }
    ask(
      LedgerMirror.scanToken(station, time), command, actor: "device scanner-\(place)", at: time,
      leavesTraceWhenRefused: true)
  }

  private func workOfQuality() {
    guard let machine,
      let (command, token, mustLeave) = quality.nextCommand(machine.core.engine.floor, at: clock.now().utc)
    else { return }
    ask(token, command, actor: "person \(SimulatedQuality.person)", mustLeaveTrace: mustLeave)
  }

  // MARK: ERP

  private func workOfERP() {
    guard let machine else { return }
    let floor = machine.core.engine.floor
    if erp.unconfirmed.isEmpty { erp.plan(openLots: floor.lots.values.count { $0.completedAt == nil }) }
    guard let change = erp.unconfirmed.first, let order = change.orders.first else { return }
    let token = "order:\(order.number):\(order.state.rawValue)"
    ask(token, .updateWork(change), actor: "erp") { [weak self] answer in
      if answer.isAccepted { self?.erp.unconfirmed.removeFirst() }
    }
  }

  private func deliver() throws {
    guard let machine, machine.core.state.isRecording, !isDeliveryUnderWay else { return }
    let now = clock.now().utc
    for subscription in [nil, "quality"] as [String?] {
      guard
        let row = try reading({
          try machine.reader.nextOutboxRows(
            at: now, longestWaitMicroseconds: 3_600_000_000, limit: 1, subscription: subscription)
        })?.first, row.nextAttemptAt <= now
      else { continue }
      guard case .report(let outcome) = try erp.take(row, payloadSHA256: row.payloadSHA256, at: now) else { continue }
      let report = DeliveryReport(
        outboxRow: row.id, idempotencyKey: row.idempotencyKey, lot: row.lot, material: row.material,
        connector: subscription ?? "erp", outcome: outcome)
      isDeliveryUnderWay = true
      let over: @Sendable (CommandAnswer) -> Void = { [weak self] _ in self?.isDeliveryUnderWay = false }
      if case .delivered(let receipt) = outcome {
        return ask(receipt, .reportDelivery(report), actor: "erp", then: over)
      }
      let input = LineEngine.CommandInput(.reportDelivery(report), actor: "erp", at: now)
      if !machine.queue.submit(PendingCommand(input: input, answer: over)) { isDeliveryUnderWay = false }
      return
    }
  }

  // MARK: Records

  static let sealingKey = SigningKey(seed: Array(1...32))

  private func seal() throws {
    guard let machine, machine.core.state.isRecording, let key = Self.sealingKey,
      let waiting = try reading({ try machine.reader.lotsAwaitingSeal() })
    else { return }
    // Now and then an addendum to a record that is sealed.
    let again = random.chance(0.05) ? random.pick(mirror.sealed.keys.sorted()) : nil
    guard let lot = waiting.first ?? again, let made = try makeRecord(of: lot, machine.reader, key) else { return }
    let token = "seal:\(lot):\(made.notice.revision)"
    guard journal.askedByToken[token].map({ journal.asked[$0].life != machine.number }) ?? true else { return }
    ask(
      token, .sealRecord(made.notice), actor: "recorder",
      record: CommitGroup.SealedRecord(notice: made.notice, bytes: made.bytes))
  }

  private func makeRecord(of lot: LotNumber, _ reader: LedgerReader, _ key: SigningKey) throws -> SealedRecord? {
    guard let evidence = try reading({ try reader.evidence(of: lot) }), let evidence else { return nil }
    let revisions = evidence.events.compactMap { record -> Int? in
      if case .recordSealed(let notice) = record.event, notice.lot == lot { notice.revision } else { nil }
    }
    let revision = (revisions.max() ?? -1) + 1
    let first = try RecordSeal.seal(BatchRecordAssembler.assemble(evidence: evidence, revision: revision), with: key)
    guard let again = try reading({ try reader.evidence(of: lot) }), let again else { return nil }
    let second = try RecordSeal.seal(BatchRecordAssembler.assemble(evidence: again, revision: revision), with: key)
    guard first.bytes == second.bytes else {
      throw BrokenPromise(.recordRepeats, "the record of lot \(lot) has other bytes the second time")
    }
    let verified = RecordVerifier.verify(first.bytes, trustedKey: key.verifyingKey)
    guard verified.isVerified else {
      throw BrokenPromise(.recordRepeats, "the record of lot \(lot): \(verified.text(in: .english))")
    }
    try checkBinding(of: evidence)
    return first
  }

  // MARK: Reading

  /// Reads, where the disk lets it; nil while a fault of the disk explains that it does not.
  func reading<Value>(_ body: () throws -> Value) throws -> Value? {
    do {
      return try body()
    } catch {
      guard isDiskFaulty || !disk.hasPower else { throw error }
      return nil
    }
  }
}
