/// The stable names of the event kinds, as stored.
public enum EventKind: String, Sendable, Hashable, CaseIterable, Codable {
  case recordingStarted
  case recordingStopped
  case planApplied
  case clockStepped
  case workOrderUpdated
  case materialLotUpdated
  case personUpdated
  case itemUpdated
  case deliveryExpected
  case lotHeld
  case lotHoldLifted
  case personIdentified
  case personLeft
  case lotLoaded
  case loadEmptied
  case runStarted
  case runEnded
  case materialConsumed
  case labelScanned
  case stationPrepared
  case receiptOpened
  case receiptPending
  case materialReceived
  case receiptClosed
  case materialDisposed
  case pickingOpened
  case materialPicked
  case materialUnpicked
  case pickingClosed
  case stepUndone
  case witnessAsked
  case stepWitnessed
  case lineCleared
  case materialConflict
  case operationCompleted
  case lotCompleted
  case commandRefused
  case cycleStarted
  case cycleEnded
  case characteristicTaken
  case limitsEstablished
  case gapOpened
  case gapClosed
  case lateReadings
  case readingsDropped
  case readingsAnchored
  case alarmRaised
  case alarmReturned
  case alarmAcknowledged
  case alarmClosed
  case alarmShelved
  case alarmUnshelved
  case alarmServiceChanged
  case alarmEscalated
  case reactionStepRecorded
  case controlPlanImported
  case controlPlanApproved
  case controlPlanWithdrawn
  case measurementTaken
  case subgroupCharted
  case subgroupEnded
  case chartStageBegun
  case chartRulesBlocked
  case thresholdCrossed
  case notificationOwed
  case deviceLimitsLearned
  case deviceCommissioned
  case textRecorded
  case scannerLinked
  case brokerLinked, messagesLost, messagesThinned
  case writeOrdered
  case writeReported
  case recordSealed
  case delivered
  case deliveryBlocked
  case productionReported
  case quantityReported
  case deliveryDecided
  case deliveriesCompared
  case erpNoted
  case workConflict
  case recordingSuspended
  case recordingResumed
  case storageLow
  case ledgerCheckpointed
  case readingsPacked
  case readingsRetired
  case ledgerDamageFound
  case ledgerCopied
  case calibrationRecorded
}

extension Event {
  public var kind: EventKind {
    switch self {
    case .recordingStarted: .recordingStarted
    case .recordingStopped: .recordingStopped
    case .planApplied: .planApplied
    case .clockStepped: .clockStepped
    case .workOrderUpdated: .workOrderUpdated
    case .materialLotUpdated: .materialLotUpdated
    case .personUpdated: .personUpdated
    case .itemUpdated: .itemUpdated
    case .deliveryExpected: .deliveryExpected
    case .lotHeld: .lotHeld
    case .lotHoldLifted: .lotHoldLifted
    case .personIdentified: .personIdentified
    case .personLeft: .personLeft
    case .lotLoaded: .lotLoaded
    case .loadEmptied: .loadEmptied
    case .runStarted: .runStarted
    case .runEnded: .runEnded
    case .materialConsumed: .materialConsumed
    case .labelScanned: .labelScanned
    case .stationPrepared: .stationPrepared
    case .receiptOpened: .receiptOpened
    case .receiptPending: .receiptPending
    case .materialReceived: .materialReceived
    case .receiptClosed: .receiptClosed
    case .materialDisposed: .materialDisposed
    case .pickingOpened: .pickingOpened
    case .materialPicked: .materialPicked
    case .materialUnpicked: .materialUnpicked
    case .pickingClosed: .pickingClosed
    case .stepUndone: .stepUndone
    case .witnessAsked: .witnessAsked
    case .stepWitnessed: .stepWitnessed
    case .lineCleared: .lineCleared
    case .materialConflict: .materialConflict
    case .operationCompleted: .operationCompleted
    case .lotCompleted: .lotCompleted
    case .commandRefused: .commandRefused
    case .cycleStarted: .cycleStarted
    case .cycleEnded: .cycleEnded
    case .characteristicTaken: .characteristicTaken
    case .limitsEstablished: .limitsEstablished
    case .gapOpened: .gapOpened
    case .gapClosed: .gapClosed
    case .lateReadings: .lateReadings
    case .readingsDropped: .readingsDropped
    case .readingsAnchored: .readingsAnchored
    case .alarmRaised: .alarmRaised
    case .alarmReturned: .alarmReturned
    case .alarmAcknowledged: .alarmAcknowledged
    case .alarmClosed: .alarmClosed
    case .alarmShelved: .alarmShelved
    case .alarmUnshelved: .alarmUnshelved
    case .alarmServiceChanged: .alarmServiceChanged
    case .alarmEscalated: .alarmEscalated
    case .reactionStepRecorded: .reactionStepRecorded
    case .controlPlanImported: .controlPlanImported
    case .controlPlanApproved: .controlPlanApproved
    case .controlPlanWithdrawn: .controlPlanWithdrawn
    case .measurementTaken: .measurementTaken
    case .subgroupCharted: .subgroupCharted
    case .subgroupEnded: .subgroupEnded
    case .chartStageBegun: .chartStageBegun
    case .chartRulesBlocked: .chartRulesBlocked
    case .thresholdCrossed: .thresholdCrossed
    case .notificationOwed: .notificationOwed
    case .deviceLimitsLearned: .deviceLimitsLearned
    case .deviceCommissioned: .deviceCommissioned
    case .textRecorded: .textRecorded
    case .scannerLinked: .scannerLinked
    case .brokerLinked: .brokerLinked
    case .messagesLost: .messagesLost
    case .messagesThinned: .messagesThinned
    case .writeOrdered: .writeOrdered
    case .writeReported: .writeReported
    case .recordSealed: .recordSealed
    case .delivered: .delivered
    case .deliveryBlocked: .deliveryBlocked
    case .productionReported: .productionReported
    case .quantityReported: .quantityReported
    case .deliveryDecided: .deliveryDecided
    case .deliveriesCompared: .deliveriesCompared
    case .erpNoted: .erpNoted
    case .workConflict: .workConflict
    case .recordingSuspended: .recordingSuspended
    case .recordingResumed: .recordingResumed
    case .storageLow: .storageLow
    case .ledgerCheckpointed: .ledgerCheckpointed
    case .readingsPacked: .readingsPacked
    case .readingsRetired: .readingsRetired
    case .ledgerDamageFound: .ledgerDamageFound
    case .ledgerCopied: .ledgerCopied
    case .calibrationRecorded: .calibrationRecorded
    }
  }

  /// Encodes the payload alone; the kind is stored beside it.
  public func encodePayload(to encoder: any Encoder) throws {
    switch self {
    case .recordingStarted(let payload): try payload.encode(to: encoder)
    case .recordingStopped(let payload): try payload.encode(to: encoder)
    case .planApplied(let payload): try payload.encode(to: encoder)
    case .clockStepped(let payload): try payload.encode(to: encoder)
    case .workOrderUpdated(let payload): try payload.encode(to: encoder)
    case .materialLotUpdated(let payload): try payload.encode(to: encoder)
    case .personUpdated(let payload): try payload.encode(to: encoder)
    case .itemUpdated(let payload): try payload.encode(to: encoder)
    case .deliveryExpected(let payload): try payload.encode(to: encoder)
    case .lotHeld(let payload): try payload.encode(to: encoder)
    case .lotHoldLifted(let payload): try payload.encode(to: encoder)
    case .personIdentified(let payload): try payload.encode(to: encoder)
    case .personLeft(let payload): try payload.encode(to: encoder)
    case .lotLoaded(let payload): try payload.encode(to: encoder)
    case .loadEmptied(let payload): try payload.encode(to: encoder)
    case .runStarted(let payload): try payload.encode(to: encoder)
    case .runEnded(let payload): try payload.encode(to: encoder)
    case .materialConsumed(let payload): try payload.encode(to: encoder)
    case .labelScanned(let payload): try payload.encode(to: encoder)
    case .stationPrepared(let payload): try payload.encode(to: encoder)
    case .receiptOpened(let payload): try payload.encode(to: encoder)
    case .receiptPending(let payload): try payload.encode(to: encoder)
    case .materialReceived(let payload): try payload.encode(to: encoder)
    case .receiptClosed(let payload): try payload.encode(to: encoder)
    case .materialDisposed(let payload): try payload.encode(to: encoder)
    case .pickingOpened(let payload): try payload.encode(to: encoder)
    case .materialPicked(let payload): try payload.encode(to: encoder)
    case .materialUnpicked(let payload): try payload.encode(to: encoder)
    case .pickingClosed(let payload): try payload.encode(to: encoder)
    case .stepUndone(let payload): try payload.encode(to: encoder)
    case .witnessAsked(let payload): try payload.encode(to: encoder)
    case .stepWitnessed(let payload): try payload.encode(to: encoder)
    case .lineCleared(let payload): try payload.encode(to: encoder)
    case .materialConflict(let payload): try payload.encode(to: encoder)
    case .operationCompleted(let payload): try payload.encode(to: encoder)
    case .lotCompleted(let payload): try payload.encode(to: encoder)
    case .commandRefused(let payload): try payload.encode(to: encoder)
    case .cycleStarted(let payload): try payload.encode(to: encoder)
    case .cycleEnded(let payload): try payload.encode(to: encoder)
    case .characteristicTaken(let payload): try payload.encode(to: encoder)
    case .limitsEstablished(let payload): try payload.encode(to: encoder)
    case .gapOpened(let payload): try payload.encode(to: encoder)
    case .gapClosed(let payload): try payload.encode(to: encoder)
    case .lateReadings(let payload): try payload.encode(to: encoder)
    case .readingsDropped(let payload): try payload.encode(to: encoder)
    case .readingsAnchored(let payload): try payload.encode(to: encoder)
    case .alarmRaised(let payload): try payload.encode(to: encoder)
    case .alarmReturned(let payload): try payload.encode(to: encoder)
    case .alarmAcknowledged(let payload): try payload.encode(to: encoder)
    case .alarmClosed(let payload): try payload.encode(to: encoder)
    case .alarmShelved(let payload): try payload.encode(to: encoder)
    case .alarmUnshelved(let payload): try payload.encode(to: encoder)
    case .alarmServiceChanged(let payload): try payload.encode(to: encoder)
    case .alarmEscalated(let payload): try payload.encode(to: encoder)
    case .reactionStepRecorded(let payload): try payload.encode(to: encoder)
    case .controlPlanImported(let payload): try payload.encode(to: encoder)
    case .controlPlanApproved(let payload): try payload.encode(to: encoder)
    case .controlPlanWithdrawn(let payload): try payload.encode(to: encoder)
    case .measurementTaken(let payload): try payload.encode(to: encoder)
    case .subgroupCharted(let payload): try payload.encode(to: encoder)
    case .subgroupEnded(let payload): try payload.encode(to: encoder)
    case .chartStageBegun(let payload): try payload.encode(to: encoder)
    case .chartRulesBlocked(let payload): try payload.encode(to: encoder)
    case .thresholdCrossed(let payload): try payload.encode(to: encoder)
    case .notificationOwed(let payload): try payload.encode(to: encoder)
    case .deviceLimitsLearned(let payload): try payload.encode(to: encoder)
    case .deviceCommissioned(let payload): try payload.encode(to: encoder)
    case .textRecorded(let payload): try payload.encode(to: encoder)
    case .scannerLinked(let payload): try payload.encode(to: encoder)
    case .brokerLinked(let payload): try payload.encode(to: encoder)
    case .messagesLost(let payload): try payload.encode(to: encoder)
    case .messagesThinned(let payload): try payload.encode(to: encoder)
    case .writeOrdered(let payload): try payload.encode(to: encoder)
    case .writeReported(let payload): try payload.encode(to: encoder)
    case .recordSealed(let payload): try payload.encode(to: encoder)
    case .delivered(let payload): try payload.encode(to: encoder)
    case .deliveryBlocked(let payload): try payload.encode(to: encoder)
    case .productionReported(let payload): try payload.encode(to: encoder)
    case .quantityReported(let payload): try payload.encode(to: encoder)
    case .deliveryDecided(let payload): try payload.encode(to: encoder)
    case .deliveriesCompared(let payload): try payload.encode(to: encoder)
    case .erpNoted(let payload): try payload.encode(to: encoder)
    case .workConflict(let payload): try payload.encode(to: encoder)
    case .recordingSuspended(let payload): try payload.encode(to: encoder)
    case .recordingResumed(let payload): try payload.encode(to: encoder)
    case .storageLow(let payload): try payload.encode(to: encoder)
    case .ledgerCheckpointed(let payload): try payload.encode(to: encoder)
    case .readingsPacked(let payload): try payload.encode(to: encoder)
    case .readingsRetired(let payload): try payload.encode(to: encoder)
    case .ledgerDamageFound(let payload): try payload.encode(to: encoder)
    case .ledgerCopied(let payload): try payload.encode(to: encoder)
    case .calibrationRecorded(let payload): try payload.encode(to: encoder)
    }
  }

  /// Reads the payload of a known kind.
  public init(kind: EventKind, payloadFrom decoder: any Decoder) throws {
    switch kind {
    case .recordingStarted: self = .recordingStarted(try RecordingStarted(from: decoder))
    case .recordingStopped: self = .recordingStopped(try RecordingStopped(from: decoder))
    case .planApplied: self = .planApplied(try PlanApplied(from: decoder))
    case .clockStepped: self = .clockStepped(try ClockStepped(from: decoder))
    case .workOrderUpdated: self = .workOrderUpdated(try WorkOrder(from: decoder))
    case .materialLotUpdated: self = .materialLotUpdated(try MaterialLot(from: decoder))
    case .personUpdated: self = .personUpdated(try Person(from: decoder))
    case .itemUpdated: self = .itemUpdated(try Item(from: decoder))
    case .deliveryExpected: self = .deliveryExpected(try ExpectedDelivery(from: decoder))
    case .lotHeld: self = .lotHeld(try LotHeld(from: decoder))
    case .lotHoldLifted: self = .lotHoldLifted(try LotHeld(from: decoder))
    case .personIdentified: self = .personIdentified(try StationPerson(from: decoder))
    case .personLeft: self = .personLeft(try StationPerson(from: decoder))
    case .lotLoaded: self = .lotLoaded(try LotLoaded(from: decoder))
    case .loadEmptied: self = .loadEmptied(try StationPerson(from: decoder))
    case .runStarted: self = .runStarted(try Run(from: decoder))
    case .runEnded: self = .runEnded(try RunEnded(from: decoder))
    case .materialConsumed: self = .materialConsumed(try MaterialConsumed(from: decoder))
    case .labelScanned: self = .labelScanned(try LabelScanned(from: decoder))
    case .stationPrepared: self = .stationPrepared(try StationPrepared(from: decoder))
    case .receiptOpened: self = .receiptOpened(try ReceiptOpened(from: decoder))
    case .receiptPending: self = .receiptPending(try ReceiptPending(from: decoder))
    case .materialReceived: self = .materialReceived(try MaterialReceived(from: decoder))
    case .receiptClosed: self = .receiptClosed(try ReceiptClosed(from: decoder))
    case .materialDisposed: self = .materialDisposed(try MaterialDisposed(from: decoder))
    case .pickingOpened: self = .pickingOpened(try PickingOpened(from: decoder))
    case .materialPicked: self = .materialPicked(try MaterialPicked(from: decoder))
    case .materialUnpicked: self = .materialUnpicked(try MaterialUnpicked(from: decoder))
    case .pickingClosed: self = .pickingClosed(try PickingClosed(from: decoder))
    case .stepUndone: self = .stepUndone(try StepUndone(from: decoder))
    case .witnessAsked: self = .witnessAsked(try WitnessAsked(from: decoder))
    case .stepWitnessed: self = .stepWitnessed(try StepWitnessed(from: decoder))
    case .lineCleared: self = .lineCleared(try LineCleared(from: decoder))
    case .materialConflict: self = .materialConflict(try MaterialConflict(from: decoder))
    case .operationCompleted: self = .operationCompleted(try OperationCompleted(from: decoder))
    case .lotCompleted: self = .lotCompleted(try LotCompleted(from: decoder))
    case .commandRefused: self = .commandRefused(try CommandRefused(from: decoder))
    case .cycleStarted: self = .cycleStarted(try CycleStarted(from: decoder))
    case .cycleEnded: self = .cycleEnded(try CycleEnded(from: decoder))
    case .characteristicTaken: self = .characteristicTaken(try CharacteristicTaken(from: decoder))
    case .limitsEstablished: self = .limitsEstablished(try LimitsEstablished(from: decoder))
    case .gapOpened: self = .gapOpened(try GapOpened(from: decoder))
    case .gapClosed: self = .gapClosed(try GapClosed(from: decoder))
    case .lateReadings: self = .lateReadings(try LateReadings(from: decoder))
    case .readingsDropped: self = .readingsDropped(try ReadingsDropped(from: decoder))
    case .readingsAnchored: self = .readingsAnchored(try ReadingsAnchored(from: decoder))
    case .alarmRaised: self = .alarmRaised(try Alarm(from: decoder))
    case .alarmReturned: self = .alarmReturned(try AlarmReturned(from: decoder))
    case .alarmAcknowledged: self = .alarmAcknowledged(try AlarmAcknowledged(from: decoder))
    case .alarmClosed: self = .alarmClosed(try AlarmClosed(from: decoder))
    case .alarmShelved: self = .alarmShelved(try AlarmShelved(from: decoder))
    case .alarmUnshelved: self = .alarmUnshelved(try AlarmUnshelved(from: decoder))
    case .alarmServiceChanged: self = .alarmServiceChanged(try AlarmServiceChanged(from: decoder))
    case .alarmEscalated: self = .alarmEscalated(try AlarmEscalated(from: decoder))
    case .reactionStepRecorded: self = .reactionStepRecorded(try ReactionStepRecorded(from: decoder))
    case .controlPlanImported: self = .controlPlanImported(try ControlPlanImported(from: decoder))
    case .controlPlanApproved: self = .controlPlanApproved(try ControlPlanApproved(from: decoder))
    case .controlPlanWithdrawn: self = .controlPlanWithdrawn(try ControlPlanWithdrawn(from: decoder))
    case .measurementTaken: self = .measurementTaken(try MeasurementTaken(from: decoder))
    case .subgroupCharted: self = .subgroupCharted(try SubgroupCharted(from: decoder))
    case .subgroupEnded: self = .subgroupEnded(try SubgroupEnded(from: decoder))
    case .chartStageBegun: self = .chartStageBegun(try ChartStageBegun(from: decoder))
    case .chartRulesBlocked: self = .chartRulesBlocked(try ChartRulesBlocked(from: decoder))
    case .thresholdCrossed: self = .thresholdCrossed(try ThresholdCrossing(from: decoder))
    case .notificationOwed: self = .notificationOwed(try NotificationOwed(from: decoder))
    case .deviceLimitsLearned: self = .deviceLimitsLearned(try DeviceLimitsLearned(from: decoder))
    case .deviceCommissioned: self = .deviceCommissioned(try DeviceCommissioning(from: decoder))
    case .textRecorded: self = .textRecorded(try TextRecorded(from: decoder))
    case .scannerLinked: self = .scannerLinked(try ScannerLink(from: decoder))
    case .brokerLinked: self = .brokerLinked(try BrokerLink(from: decoder))
    case .messagesLost: self = .messagesLost(try MessagesLost(from: decoder))
    case .messagesThinned: self = .messagesThinned(try MessagesThinned(from: decoder))
    case .writeOrdered: self = .writeOrdered(try DeviceWrite(from: decoder))
    case .writeReported: self = .writeReported(try DeviceWriteReport(from: decoder))
    case .recordSealed: self = .recordSealed(try SealedRecordNotice(from: decoder))
    case .delivered: self = .delivered(try DeliveryReport(from: decoder))
    case .deliveryBlocked: self = .deliveryBlocked(try DeliveryReport(from: decoder))
    case .productionReported: self = .productionReported(try ProductionReport(from: decoder))
    case .quantityReported: self = .quantityReported(try QuantityReported(from: decoder))
    case .deliveryDecided: self = .deliveryDecided(try DeliveryDecision(from: decoder))
    case .deliveriesCompared: self = .deliveriesCompared(try DeliveryComparison(from: decoder))
    case .erpNoted: self = .erpNoted(try ERPNote(from: decoder))
    case .workConflict: self = .workConflict(try WorkConflict(from: decoder))
    case .recordingSuspended: self = .recordingSuspended(try RecordingSuspended(from: decoder))
    case .recordingResumed: self = .recordingResumed(try RecordingResumed(from: decoder))
    case .storageLow: self = .storageLow(try StorageLow(from: decoder))
    case .ledgerCheckpointed: self = .ledgerCheckpointed(try LedgerCheckpointed(from: decoder))
    case .readingsPacked: self = .readingsPacked(try ReadingsPacked(from: decoder))
    case .readingsRetired: self = .readingsRetired(try ReadingsRetired(from: decoder))
    case .ledgerDamageFound: self = .ledgerDamageFound(try LedgerDamageFound(from: decoder))
    case .ledgerCopied: self = .ledgerCopied(try LedgerCopied(from: decoder))
    case .calibrationRecorded: self = .calibrationRecorded(try Calibration(from: decoder))
    }
  }
}
