/// Everything that can happen on the floor and in the recorder. Events are the truth: state is a fold over them, and
/// they are appended, never changed. A case or a field, once released, keeps its meaning for ever.
public enum Event: Sendable, Hashable {
  case recordingStarted(RecordingStarted)
  case recordingStopped(RecordingStopped)
  case planApplied(PlanApplied)
  case clockStepped(ClockStepped)

  case workOrderUpdated(WorkOrder)
  case materialLotUpdated(MaterialLot)
  case personUpdated(Person)
  case itemUpdated(Item)
  case deliveryExpected(ExpectedDelivery)
  case lotHeld(LotHeld)
  case lotHoldLifted(LotHeld)

  case personIdentified(StationPerson)
  case personLeft(StationPerson)
  case lotLoaded(LotLoaded)
  case loadEmptied(StationPerson)
  case runStarted(Run)
  case runEnded(RunEnded)
  case materialConsumed(MaterialConsumed)
  case labelScanned(LabelScanned)
  case stationPrepared(StationPrepared)
  case receiptOpened(ReceiptOpened)
  case receiptPending(ReceiptPending)
  case materialReceived(MaterialReceived)
  case receiptClosed(ReceiptClosed)
  case materialDisposed(MaterialDisposed)
  case pickingOpened(PickingOpened)
  case materialPicked(MaterialPicked)
  case materialUnpicked(MaterialUnpicked)
  case pickingClosed(PickingClosed)
  case stepUndone(StepUndone)
  case witnessAsked(WitnessAsked)
  case stepWitnessed(StepWitnessed)
  case lineCleared(LineCleared)
  case materialConflict(MaterialConflict)
  case operationCompleted(OperationCompleted)
  case lotCompleted(LotCompleted)
  case commandRefused(CommandRefused)

  case cycleStarted(CycleStarted)
  case cycleEnded(CycleEnded)
  case characteristicTaken(CharacteristicTaken)
  case limitsEstablished(LimitsEstablished)
  case gapOpened(GapOpened)
  case gapClosed(GapClosed)
  case lateReadings(LateReadings)
  case readingsDropped(ReadingsDropped)
  case readingsAnchored(ReadingsAnchored)

  case alarmRaised(Alarm)
  case alarmReturned(AlarmReturned)
  case alarmAcknowledged(AlarmAcknowledged)
  case alarmClosed(AlarmClosed)
  case alarmShelved(AlarmShelved)
  case alarmUnshelved(AlarmUnshelved)
  case alarmServiceChanged(AlarmServiceChanged)
  case alarmEscalated(AlarmEscalated)
  case reactionStepRecorded(ReactionStepRecorded)

  case controlPlanImported(ControlPlanImported)
  case controlPlanApproved(ControlPlanApproved)
  case controlPlanWithdrawn(ControlPlanWithdrawn)
  case measurementTaken(MeasurementTaken)
  case subgroupCharted(SubgroupCharted)
  case subgroupEnded(SubgroupEnded)
  case chartStageBegun(ChartStageBegun)
  case chartRulesBlocked(ChartRulesBlocked)

  case thresholdCrossed(ThresholdCrossing)
  case notificationOwed(NotificationOwed)

  case deviceLimitsLearned(DeviceLimitsLearned)
  case deviceCommissioned(DeviceCommissioning)
  case brokerLinked(BrokerLink)
  case messagesLost(MessagesLost)
  case messagesThinned(MessagesThinned)
  case textRecorded(TextRecorded)
  case scannerLinked(ScannerLink)
  case writeOrdered(DeviceWrite)
  case writeReported(DeviceWriteReport)

  case recordSealed(SealedRecordNotice)
  case delivered(DeliveryReport)
  case deliveryBlocked(DeliveryReport)
  case productionReported(ProductionReport)
  case quantityReported(QuantityReported)
  case deliveryDecided(DeliveryDecision)
  case deliveriesCompared(DeliveryComparison)
  case erpNoted(ERPNote)
  case workConflict(WorkConflict)

  case recordingSuspended(RecordingSuspended)
  case recordingResumed(RecordingResumed)
  case storageLow(StorageLow)
  case ledgerCheckpointed(LedgerCheckpointed)
  case readingsPacked(ReadingsPacked)
  case readingsRetired(ReadingsRetired)
  case ledgerDamageFound(LedgerDamageFound)
  case ledgerCopied(LedgerCopied)
  case calibrationRecorded(Calibration)
}

public struct RecordingStarted: Hashable, Sendable, Codable {
  public var programVersion: String
  /// The kernel's boot id: monotonic times of different boots do not compare.
  public var bootID: String
  /// What the check of the chain found, in words.
  public var chainFinding: String

  public init(programVersion: String, bootID: String, chainFinding: String) {
    self.programVersion = programVersion
    self.bootID = bootID
    self.chainFinding = chainFinding
  }
}

public struct RecordingStopped: Hashable, Sendable, Codable {
  public var reason: String

  public init(reason: String) { self.reason = reason }
}

public struct PlanApplied: Hashable, Sendable, Codable {
  public var digest: String
  public var plan: LinePlan
  public var changes: [String]

  public init(digest: String, plan: LinePlan, changes: [String]) {
    self.digest = digest
    self.plan = plan
    self.changes = changes
  }
}

/// UTC moved against the monotonic clock by more than a second.
public struct ClockStepped: Hashable, Sendable, Codable {
  public var stepMicroseconds: Int64

  public init(stepMicroseconds: Int64) { self.stepMicroseconds = stepMicroseconds }
}

public struct LotHeld: Hashable, Sendable, Codable {
  public var lot: LotNumber
  /// Nil: the alarm did it, as its limit demands.
  public var person: PersonID?
  public var reason: String
  public var alarm: AlarmID?

  public init(lot: LotNumber, person: PersonID?, reason: String, alarm: AlarmID? = nil) {
    self.lot = lot
    self.person = person
    self.reason = reason
    self.alarm = alarm
  }
}

public struct StationPerson: Hashable, Sendable, Codable {
  public var station: StationName
  public var person: PersonID

  public init(station: StationName, person: PersonID) {
    self.station = station
    self.person = person
  }
}

public struct LotLoaded: Hashable, Sendable, Codable {
  public var station: StationName
  public var lot: LotNumber
  public var person: PersonID

  public init(station: StationName, lot: LotNumber, person: PersonID) {
    self.station = station
    self.lot = lot
    self.person = person
  }
}

public struct RunEnded: Hashable, Sendable, Codable {
  public var run: RunID
  /// Nil: the alarm did it, as its limit demands.
  public var person: PersonID?
  public var at: Timestamp
  /// False for a pause.
  public var completedOperation: Bool
  public var alarm: AlarmID?

  public init(run: RunID, person: PersonID?, at: Timestamp, completedOperation: Bool, alarm: AlarmID? = nil) {
    self.run = run
    self.person = person
    self.at = at
    self.completedOperation = completedOperation
    self.alarm = alarm
  }
}

public struct MaterialConsumed: Hashable, Sendable, Codable {
  public var run: RunID
  public var materialLot: MaterialLotNumber
  public var item: ItemCode
  public var person: PersonID
  public var quantity: Double?
  public var serial: String?
  public var container: String?
  /// The item of the bill of materials that it stands in for; nil: the item itself.
  public var substituteFor: ItemCode?
  /// How much of it had been picked for which work order; nil: nothing.
  public var fromPicked: [Share]?
  public var at: Timestamp
  /// The work order of the run, where it has one, with what it has of the lot after this step.
  public var totals: MaterialTotals?

  public struct Share: Hashable, Sendable, Codable {
    public var order: WorkOrderNumber
    public var quantity: Quantity

    public init(order: WorkOrderNumber, quantity: Quantity) {
      self.order = order
      self.quantity = quantity
    }
  }

  public init(
    run: RunID, materialLot: MaterialLotNumber, item: ItemCode, person: PersonID, quantity: Double?, serial: String?,
    container: String? = nil, substituteFor: ItemCode? = nil, fromPicked: [Share]? = nil, at: Timestamp,
    totals: MaterialTotals? = nil
  ) {
    self.run = run
    self.materialLot = materialLot
    self.item = item
    self.person = person
    self.quantity = quantity
    self.serial = serial
    self.container = container
    self.substituteFor = substituteFor
    self.fromPicked = fromPicked
    self.at = at
    self.totals = totals
  }
}

public struct OperationCompleted: Hashable, Sendable, Codable {
  public var lot: LotNumber
  public var operation: OperationName
  public var run: RunID

  public init(lot: LotNumber, operation: OperationName, run: RunID) {
    self.lot = lot
    self.operation = operation
    self.run = run
  }
}

/// The last operation of a lot is done; its record can be assembled.
public struct LotCompleted: Hashable, Sendable, Codable {
  public var lot: LotNumber
  public var workOrder: WorkOrderNumber
  public var at: Timestamp

  public init(lot: LotNumber, workOrder: WorkOrderNumber, at: Timestamp) {
    self.lot = lot
    self.workOrder = workOrder
    self.at = at
  }
}

public struct CommandRefused: Hashable, Sendable, Codable {
  public var station: StationName?
  public var person: PersonID?
  /// The run that was active at the station, if any.
  public var run: RunID?
  public var refusal: Refusal
  public var at: Timestamp

  public init(station: StationName?, person: PersonID?, run: RunID?, refusal: Refusal, at: Timestamp) {
    self.station = station
    self.person = person
    self.run = run
    self.refusal = refusal
    self.at = at
  }
}
