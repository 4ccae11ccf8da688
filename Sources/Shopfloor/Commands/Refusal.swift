/// A command that was not carried out: what was read, why not, and what to do. Recorded like everything else.
public struct Refusal: Error, Hashable, Sendable, Codable {
  /// Stable codes; never re-used, never re-worded.
  public enum Code: String, Sendable, Codable, CaseIterable {
    case labelFault = "label.fault"
    case scanUnknown = "scan.unknown"
    case scanAmbiguous = "scan.ambiguous"
    case scanUnreadable = "scan.unreadable"
    case stationUnknown = "station.unknown"
    case personMissing = "person.missing"
    case personUnknown = "person.unknown"
    case personSecondInRun = "person.second_in_run"
    case personRight = "person.right"
    case lotOther = "lot.other_running"
    case lotOnHold = "lot.on_hold"
    case lotCompleted = "lot.completed"
    case lotElsewhere = "lot.running_elsewhere"
    case lotUnknown = "lot.unknown"
    case lotInOtherOrder = "lot.in_other_order"
    case operationOrder = "operation.order"
    case operationForeign = "operation.not_in_routing"
    case operationDone = "operation.done"
    case orderNotReleased = "order.not_released"
    case loadFull = "load.full"
    case loadEmpty = "load.empty"
    case loadPlansDiffer = "load.control_plans_differ"
    case loadMixed = "load.mixed_products"
    case runMissing = "run.missing"
    case runActive = "run.active"
    case materialNotReleased = "material.not_released"
    case materialExpired = "material.expired"
    case materialForeign = "material.not_in_bill"
    case materialUnknown = "material.unknown"
    case stationRole = "station.other_role"
    case labelDoubtful = "label.lot_doubtful"
    case labelUnlinked = "label.not_linked"
    case receiptMissing = "receipt.not_open"
    case receiptOpen = "receipt.other_open"
    case receiptBlind = "receipt.blind_not_allowed"
    case deliveryEnded = "receipt.delivery_ended"
    case itemUnknown = "receipt.item_unknown"
    case itemAmbiguous = "receipt.item_ambiguous"
    case itemUnexpected = "receipt.item_not_expected"
    case lotUnexpected = "receipt.lot_not_expected"
    case overDelivery = "receipt.over_delivery"
    case containerDuplicate = "receipt.container_duplicate"
    case containerRepeated = "receipt.container_not_distinct"
    case receiptExpired = "receipt.expired"
    case remainingLife = "receipt.remaining_life"
    case labelContradicts = "receipt.label_contradicts"
    case receiptIncomplete = "receipt.incomplete"
    case pickingMissing = "pick.not_open"
    case pickingOpen = "pick.other_open"
    case pickNotFirstExpired = "pick.not_first_expired"
    case pickNothingNeeded = "pick.nothing_needed"
    case pickMoreThanNeeded = "pick.more_than_needed"
    case pickNotPicked = "pick.not_picked"
    case materialAllocated = "material.allocated"
    case materialShort = "material.not_enough"
    case materialSpent = "material.serial_used"
    case calibrationInvalid = "calibration.invalid"
    case quantityMissing = "quantity.missing"
    case quantityInvalid = "quantity.invalid"
    case quantityReason = "quantity.reason"
    case quantityEarly = "quantity.not_begun"
    case quantityLot = "quantity.several_lots"
    case deliveryUnknown = "delivery.unknown"
    case deliveryDone = "delivery.nothing_to_decide"
    case clearanceMissing = "clearance.missing"
    case witnessSame = "witness.same_person"
    case witnessRight = "witness.right"
    case undoNothing = "undo.nothing"
    case undoUsed = "undo.used_since"
    case alarmUnknown = "alarm.unknown"
    case alarmAcknowledged = "alarm.already_acknowledged"
    case controlPlanUnknown = "control_plan.unknown"
    case controlPlanVersion = "control_plan.version"
    case controlPlanFault = "control_plan.fault"
    case controlPlanSamePerson = "control_plan.same_person"
    case controlPlanDecided = "control_plan.already_decided"
    case controlPlanOverlap = "control_plan.overlap"
    case controlPlanRunActive = "control_plan.run_active"
    case controlPlanTime = "control_plan.effective_time"
    case chartUnknown = "chart.unknown"
    case measurementInvalid = "measurement.invalid"
    case causeMissing = "alarm.cause_missing"
    case causeUnlisted = "alarm.cause_not_listed"
    case actionUnlisted = "alarm.action_not_listed"
    case alarmShelved = "alarm.already_shelved"
    case alarmNotShelved = "alarm.not_shelved"
    case shelvingTime = "alarm.shelving_time"
    case shelvingHeld = "alarm.shelving_held"
    case alarmSourceUnknown = "alarm.source_unknown"
    case serviceUnchanged = "alarm.service_unchanged"
    case reactionMissing = "alarm.no_reaction_plan"
    case reactionOrder = "alarm.reaction_order"
    case reactionDone = "alarm.reaction_done"
    case reasonMissing = "hold.reason_missing"
    case holdMissing = "hold.missing"
    case holdAlarmOpen = "hold.alarm_open"
    case deviceUnknown = "device.unknown"
    case limitsUnknown = "device.nothing_learned"
    case comparisonMissing = "commissioning.no_comparison"
    case writeNotAllowed = "write.not_allowed"
    case writeOutOfRange = "write.out_of_range"
    case writeHeldByInterlock = "write.held_by_interlock"
    case writePending = "write.pending"
    case writeUnknown = "write.unknown"
    case writeNotConfirmed = "write.not_confirmed"
    case recorderBusy = "recorder.busy"
    case recorderStopped = "recorder.not_recording"
  }

  public var code: Code
  /// What was read or asked, fit to be shown; a badge's text is never here.
  public var read: String
  public var why: Words
  public var remedy: Words

  public init(_ code: Code, read: String, why: Words, remedy: Words) {
    self.code = code
    self.read = displayable(read)
    self.why = why
    self.remedy = remedy
  }

  public var words: Words {
    Words(
      "Refused: \"\(read)\": \(why.english). \(remedy.english).",
      "已拒绝：“\(read)”：\(why.chinese)。\(remedy.chinese)。")
  }
}

/// The answer to a command after its events are on disk.
public enum CommandAnswer: Hashable, Sendable, Codable {
  /// Carried out, with a sentence for the person who asked.
  case accepted(Words)
  case refused(Refusal)

  public var words: Words {
    switch self {
    case .accepted(let words): words
    case .refused(let refusal): refusal.words
    }
  }

  public var isAccepted: Bool {
    if case .accepted = self { true } else { false }
  }
}
