/// Where an event of the ledger stands in the standard's lists of event types and sub-types (BatchML-BatchProductionRecord
/// V7, `EventType1Type` and `EventSubType1Type`).
enum BatchMLEventTypes {
  typealias Words = (type: BatchMLEvent.Word, subtype: BatchMLEvent.Word)

  static func words(of kind: String) -> Words {
    if let (type, subtype) = listed[kind] { return (.init(type), .init(subtype)) }
    if let (type, other) = other[kind] { return (.init(type), .init(other: other)) }
    return (.init("General"), .init("System"))
  }

  private static let listed: [String: (String, String)] = [
    "personIdentified": ("Operator", "Security"), "personLeft": ("Operator", "Security"),
    "lotLoaded": ("Material", "Movement"), "loadEmptied": ("Material", "Movement"),
    "runStarted": ("Procedural Execution", "State Change"), "runEnded": ("Procedural Execution", "State Change"),
    "operationCompleted": ("Procedural Execution", "State Change"),
    "lotCompleted": ("Procedural Execution", "State Change"),
    "materialConsumed": ("Material", "Consume"), "materialPicked": ("Material", "Allocation"),
    "materialUnpicked": ("Material", "Deallocation"), "materialDisposed": ("Material", "Status Change"),
    "materialLotUpdated": ("Material", "Status Change"), "materialConflict": ("Material", "Reconciliation"),
    "quantityReported": ("Operator", "Process Data"), "measurementTaken": ("Operator", "Process Data"),
    "labelScanned": ("Operator", "Prompt Response"), "witnessAsked": ("Operator", "Prompt"),
    "stepWitnessed": ("Operator", "Security"), "lineCleared": ("Operator", "Process"),
    "stationPrepared": ("Operator", "Process"), "commandRefused": ("Operator", "Message"),
    "receiptOpened": ("Operator", "Process"), "receiptClosed": ("Operator", "Process"),
    "pickingOpened": ("Operator", "Process"), "pickingClosed": ("Operator", "Process"),
    "lotHeld": ("Material", "Status Change"), "lotHoldLifted": ("Material", "Status Change"),
    "cycleStarted": ("Equipment", "Process"), "cycleEnded": ("Equipment", "Process"),
    "characteristicTaken": ("Equipment", "Process Data"), "subgroupCharted": ("Equipment", "Process Data"),
    "limitsEstablished": ("Equipment", "Property Value Change"), "textRecorded": ("Equipment", "Process Data"),
    "gapOpened": ("Equipment", "Status Change"), "gapClosed": ("Equipment", "Status Change"),
    "lateReadings": ("Equipment", "Message"), "readingsDropped": ("Equipment", "Message"),
    "messagesLost": ("Equipment", "Message"), "messagesThinned": ("Equipment", "Message"),
    "writeOrdered": ("Equipment", "Parameter Data"), "writeReported": ("Equipment", "Parameter Data"),
    "calibrationRecorded": ("Equipment", "Modification"),
    "controlPlanImported": ("Control Recipe", "Modification"),
    "controlPlanApproved": ("Control Recipe", "Modification"),
    "controlPlanWithdrawn": ("Control Recipe", "Modification"), "planApplied": ("Control Recipe", "Modification"),
    "alarmRaised": ("Alarm", "State Change"), "alarmReturned": ("Alarm", "State Change"),
    "alarmAcknowledged": ("Alarm", "State Change"), "alarmClosed": ("Alarm", "State Change"),
    "alarmShelved": ("Alarm", "State Change"), "alarmUnshelved": ("Alarm", "State Change"),
    "alarmEscalated": ("Alarm", "State Change"), "alarmServiceChanged": ("Alarm", "State Change"),
    "reactionStepRecorded": ("Alarm", "Prompt Response"),
    "productionReported": ("General", "Message"), "recordSealed": ("General", "Security"),
    "delivered": ("General", "Message"), "deliveryBlocked": ("General", "Message"),
    "workOrderUpdated": ("General", "Parameter Data"), "itemUpdated": ("General", "Parameter Data"),
    "personUpdated": ("General", "Security"),
  ]

  /// Sub-types that the list does not have.
  private static let other: [String: (String, String)] = [
    "materialReceived": ("Material", "Receipt"), "stepUndone": ("Material", "Undo"),
  ]

  /// What an alarm's event does to it.
  static let alarmEvents: [String: String] = [
    "alarmRaised": "Raised", "alarmReturned": "Returned", "alarmAcknowledged": "Acknowledged",
    "alarmClosed": "Closed", "alarmShelved": "Shelved", "alarmUnshelved": "Unshelved",
    "alarmEscalated": "Escalated", "alarmServiceChanged": "Service Changed", "reactionStepRecorded": "Reaction Step",
  ]
}
