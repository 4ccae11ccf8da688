import Ledger
import Shopfloor

/// One event as a sentence for people who look back.
struct EventWords {
  /// How people are called, by id.
  var names: [String: String]

  /// Differences of a comparison that are told one by one.
  private static let maximumDriftsTold = 20

  private func person(_ id: PersonID?) -> String { id.map { person($0) } ?? "the alarm of a violated limit" }

  private func person(_ id: PersonID) -> String { names[id.text] ?? id.text }

  private static func reason(of outcome: DeliveryReport.Outcome) -> String {
    switch outcome {
    case .delivered(let receipt): receipt
    case .failed(let reason, _), .blocked(let reason): reason
    }
  }

  /// What was counted before, and why it was changed.
  private func former(_ report: QuantityReported) -> String {
    guard let former = report.replaces else { return "" }
    func sum(_ list: [RejectedQuantity]) -> Quantity { list.map(\.quantity).reduce(.zero, +) }
    let good = former.good?.description ?? "not counted"
    let why = report.correction.map { "; changed because: \($0)" } ?? ""
    return "; before: good \(good), scrap \(sum(former.scrap)), rework \(sum(former.rework))\(why)"
  }

  /// Nil for what is told by other events or by none.
  func of(_ event: Event) -> String? {
    switch event {
    case .workOrderUpdated(let order):
      "work order \(order.number) is \(order.state.rawValue): \(order.quantity) \(order.unit) of \(order.product), operations "
        + "\(order.operations.map(\.text).joined(separator: ", ")), lots "
        + order.lots.map(\.text).joined(separator: ", ")
    case .personIdentified(let at): "\(person(at.person)) came to \(at.station)"
    case .personLeft(let at): "\(person(at.person)) left \(at.station)"
    case .runStarted(let run):
      "run \(run.id) started at \(run.station) by \(person(run.startedBy)): lots "
        + run.lots.map(\.text).joined(separator: ", ")
    case .runEnded(let end):
      "run \(end.run) \(end.completedOperation ? "ended" : "paused") by \(person(end.person))"
    case .materialConsumed(let use):
      "material lot \(use.materialLot) (\(use.item)) consumed in \(use.run)"
        + (use.exactQuantity.map { ": \($0)" } ?? "")
    case .materialReceived(let step):
      "material lot \(step.material) received at \(step.station) by \(person(step.person)): \(step.quantity) of \(step.item)"
    case .materialDisposed(let step):
      "material lot \(step.material) \(step.status.words.english) by \(person(step.person)): \(step.reason)"
    case .materialPicked(let step):
      "material lot \(step.material) picked for \(step.order) by \(person(step.person)): \(step.quantity)"
    case .materialUnpicked(let step):
      "material lot \(step.material) put back from \(step.order) by \(person(step.person)): \(step.quantity)"
    case .stepUndone(let undone): "step with material lot \(undone.step.material) undone by \(person(undone.person))"
    case .stepWitnessed(let step):
      "\(step.step.words.english) by \(person(step.person)) witnessed by \(person(step.witness))"
    case .lineCleared(let cleared): "\(cleared.station) cleared by \(person(cleared.person))"
    case .materialConflict(let conflict): conflict.words.english
    case .commandRefused(let refused): "refused (\(refused.refusal.code.rawValue)): \(refused.refusal.words.english)"
    case .alarmRaised(let alarm):
      "alarm \(alarm.id) raised: \(alarm.source) = \(StatusText.rounded(alarm.value)) \(alarm.unit), \(alarm.rule.english)"
    case .alarmReturned(let returned): "alarm \(returned.alarm) over"
    case .alarmAcknowledged(let done): "alarm \(done.alarm) acknowledged by \(person(done.person)): \(done.cause)"
    case .alarmClosed(let closed): "alarm \(closed.alarm) closed"
    case .alarmShelved(let shelf):
      "alarm \(shelf.alarm) shelved by \(person(shelf.person)) until \(shelf.until): \(shelf.reason)"
    case .alarmUnshelved(let back):
      "alarm \(back.alarm) unshelved" + (back.person.map { " by \(person($0))" } ?? ", its time was over")
    case .alarmServiceChanged(let change):
      "\(AlarmText.source(change.source)) \(change.isOutOfService ? "out of service" : "back in service") by "
        + "\(person(change.person)): \(change.reason)"
    case .alarmEscalated(let rung): "alarm \(rung.alarm) escalated to level \(rung.level), \(rung.to)"
    case .reactionStepRecorded(let step):
      "alarm \(step.alarm), reaction step \(step.step) (\(step.text.english)) by \(person(step.person)): \(step.outcome)"
    case .controlPlanImported(let imported):
      "control plan \(imported.plan.number) version \(imported.plan.version) imported by \(person(imported.author))"
    case .controlPlanApproved(let approved):
      "control plan \(approved.reference.number) version \(approved.reference.version) approved by "
        + "\(person(approved.person)), in force from \(approved.effectiveFrom)"
    case .controlPlanWithdrawn(let withdrawn):
      "control plan \(withdrawn.reference.number) version \(withdrawn.reference.version) withdrawn by "
        + "\(person(withdrawn.person)): \(withdrawn.reason)"
    case .measurementTaken(let taken):
      "\(taken.characteristic) measured by \(person(taken.person)): "
        + taken.values.map { StatusText.rounded($0) }.joined(separator: ", ")
        + (taken.inspected.map { " of \(StatusText.rounded($0)) inspected" } ?? "") + " \(taken.unit)"
    case .chartStageBegun(let stage): "the chart of \(stage.characteristic) began a stage: \(stage.reason)"
    case .chartRulesBlocked(let blocked):
      "rules of the chart of \(blocked.characteristic) switched off: \(blocked.words.english)"
    case .limitsEstablished(let limits):
      "limits of \(limits.characteristic) established from \(limits.points) values: "
        + "\(StatusText.rounded(limits.center)), sigma \(StatusText.rounded(limits.sigma))"
    case .gapOpened(let gap):
      "gap \(gap.gap) since \(gap.since): \(gap.parameters.map(\.text).joined(separator: ", ")) (\(gap.reason))"
    case .gapClosed(let gap): "gap \(gap.gap) until \(gap.until)"
    case .lateReadings(let late): "\(late.count) late readings of \(late.parameter)"
    case .operationCompleted(let done): "operation \(done.operation) of lot \(done.lot) completed"
    case .lotCompleted(let done): "lot \(done.lot) completed"
    case .lotHeld(let hold): "lot \(hold.lot) held by \(person(hold.person)): \(hold.reason)"
    case .lotHoldLifted(let hold): "hold of lot \(hold.lot) lifted by \(person(hold.person)): \(hold.reason)"
    case .scannerLinked(let link): "scanner \(link.device) at \(link.station) \(link.change.rawValue): \(link.detail)"
    case .brokerLinked(let link): "broker \(link.broker) \(link.change.rawValue): \(link.detail)"
    case .messagesLost(let lost):
      "messages over \(lost.broker) missing from \(lost.from) until \(lost.until): \(lost.detail)"
    case .messagesThinned(let thinned):
      "\(displayable(thinned.topic, maximumCharacters: 200)) sent too much from \(thinned.from) until \(thinned.until): "
        + "\(thinned.kept) of \(thinned.received) kept"
    case .textRecorded(let text): "\(text.parameter) says \"\(text.text)\""
    case .writeOrdered(let write): "write \(write.id) to \(write.device): \(write.point) = \(write.value) \(write.unit)"
    case .writeReported(let report): "write \(report.id) \(report.outcome.rawValue): \(report.detail)"
    case .recordSealed(let notice): "record sealed, revision \(notice.revision), SHA-256 \(notice.digestSHA256)"
    case .delivered(let report): "delivered to the ERP (\(report.connector))"
    case .deliveryBlocked(let report):
      "the ERP did not take it (\(report.connector)): \(Self.reason(of: report.outcome))"
    case .productionReported(let report): "the ERP is owed a report about lot \(report.lot): \(report.kind.rawValue)"
    case .quantityReported(let report):
      "lot \(report.lot), \(report.operation): good \(report.good?.description ?? "not counted"), scrap "
        + "\(report.scrap.map(\.quantity).reduce(.zero, +)), rework \(report.rework.map(\.quantity).reduce(.zero, +)); "
        + "counted by \(person(report.person))" + former(report)
    case .deliveryDecided(let decision):
      "delivery \(decision.outboxRow) (\(decision.idempotencyKey)) "
        + (decision.action == .retry ? "is to be tried again" : "set aside")
        + ", decided by \(person(decision.person)): \(decision.reason)"
    case .deliveriesCompared(let comparison): words(of: comparison)
    case .workConflict(let conflict): conflict.words.english
    case .erpNoted(let note):
      "ERP, \(note.kind.rawValue)\(note.person.map { " by \(person($0))" } ?? ""): \(note.text)"
    case .calibrationRecorded(let done):
      "sensor of \(done.station)/\(done.parameter) calibrated on \(done.performedAt): found "
        + "\(CalibrationText.finding(done.asFound)), left \(CalibrationText.finding(done.asLeft))"
    case .ledgerDamageFound(let damage): "damage in the ledger (\(damage.place.rawValue)): \(damage.reason)"
    case .recordingSuspended(let suspended): "recording stopped: \(suspended.reason)"
    case .recordingResumed(let resumed): "recording goes on; it had stopped: \(resumed.reason)"
    case .recordingStarted: "recording started"
    case .recordingStopped: "recording stopped"
    default: nil
    }
  }

  private func words(of comparison: DeliveryComparison) -> String {
    var words: [String] = []
    if let whole = comparison.whole {
      words.append(
        "everything that was delivered was compared with the ERP: \(whole.comparedRows) compared, "
          + "\(whole.differingRows) differ, \(whole.incomparableRows) could not be compared")
    }
    if comparison.whole == nil || !comparison.drifts.isEmpty {
      words.append("the ERP differs from what was delivered in \(comparison.drifts.count) places")
    }
    return (words + comparison.drifts.prefix(Self.maximumDriftsTold).map(\.words.english)).joined(separator: "; ")
  }
}
