import Shopfloor

/// Everything in a record that a reviewer must look at stands among its exceptions, and nothing found is said to be
/// not found.
enum ExceptionCompleteness {
  static func check(_ record: DocumentPlace) throws(Misfit) {
    let exceptions = try ListedException.all(in: record)
    let runs = try record.member("runs").elements()
    for exception in exceptions { try checkKind(exception) }
    try checkEvents(record, runs, exceptions)
    try checkListed("alarmRaised", in: "alarms", of: record)
    try checkListed("gapOpened", in: "gaps", of: record)
    try checkTexts(record)
    try checkQuantities(record)
    for run in runs { try checkRun(run, exceptions) }
    try checkMaterials(record, exceptions)
    try checkMissingCommits(record, exceptions)
    try checkNothingFound(record, exceptions)
  }

  /// Readings that are missing stand among the exceptions.
  private static func checkMissingCommits(
    _ record: DocumentPlace, _ exceptions: [ListedException]
  ) throws(Misfit) {
    guard try record.member("format").member("version").integer() >= 6 else { return }
    let missing = try record.member("readings").member("missingCommits")
    if try missing.integer() > 0, !exceptions.contains(where: { $0.kind == .readingsDamaged }) {
      throw missing.misfit("an exception of the readings that are missing")
    }
  }

  private static func checkKind(_ exception: ListedException) throws(Misfit) {
    guard let kind = exception.kind else {
      throw try exception.place.member("kind").misfit("a kind of exception that this version knows")
    }
    try exception.place.member("severity").require(.string(kind.severity.rawValue))
  }

  /// Every event of the kind stands in the list of what came of such events.
  private static func checkListed(_ eventKind: String, in list: String, of record: DocumentPlace) throws(Misfit) {
    var listed: Set<Int64> = []
    for episode in try record.member(list).elements() {
      for sequence in try episode.member("events").elements() { listed.insert(try sequence.integer()) }
    }
    for event in try record.member("events").elements() {
      guard try event.member("kind").text() == eventKind else { continue }
      let sequence = try event.member("sequence").integer()
      guard listed.contains(sequence) else {
        throw Misfit(path: event.path, expected: "event \(sequence) in record.\(list)", found: "not listed")
      }
    }
  }

  /// Every text that was recorded stands in the list of texts.
  private static func checkTexts(_ record: DocumentPlace) throws(Misfit) {
    var recorded: [Int64] = []
    for event in try record.member("events").elements()
    where try event.member("kind").text() == "textRecorded" {
      recorded.append(try event.member("sequence").integer())
    }
    guard try record.member("format").member("version").integer() >= 2 else { return }
    var listed: [Int64] = []
    let list = try record.member("texts")
    for text in try list.elements() { listed.append(try text.member("event").integer()) }
    guard listed.sorted() == recorded.sorted() else {
      throw Misfit(path: list.path, expected: "the texts of events \(recorded.sorted())", found: "\(listed.sorted())")
    }
  }

  /// Kinds of events that are always to be reviewed, by the names of their kinds in the excerpt.
  private static let kindsByEvent: [String: Set<ExceptionKind>] = [
    "alarmRaised": [.specificationAlarm, .limitAlarm, .controlSignal, .missingCollection], "gapOpened": [.gap],
    "commandRefused": [.refusal], "lateReadings": [.lateReadings], "readingsDropped": [.droppedReadings],
    "messagesLost": [.messagesLost], "messagesThinned": [.messagesThinned],
    "writeOrdered": [.deviceWrite], "writeReported": [.deviceWrite, .writeNotConfirmed], "lotHeld": [.hold],
    "clockStepped": [.clockStep], "stepUndone": [.correction], "materialConflict": [.materialConflict],
    "workConflict": [.materialConflict],
    "alarmEscalated": [.alarmEscalated], "alarmShelved": [.alarmSuppressed], "chartRulesBlocked": [.rulesBlocked],
  ]
  /// Kinds of events that are to be reviewed where a run was active.
  private static let kindsByEventDuringRun: [String: Set<ExceptionKind>] = [
    "recordingStarted": [.recorderRestart], "planApplied": [.planChange],
  ]

  /// Kinds of events that are to be reviewed where their data have a member.
  private static let kindsByMember: [String: (member: String, kind: ExceptionKind)] = [
    "materialPicked": ("insteadOf", .suggestionOverridden), "materialConsumed": ("substituteFor", .substitute),
    "characteristicTaken": ("closedGate", .gateClosed), "quantityReported": ("correction", .correction),
  ]

  /// Within a text of JSON a quote is escaped, so that this can only be the name of a member.
  private static func has(_ member: String, _ event: DocumentPlace) throws(Misfit) -> Bool {
    guard let canonical = try event.member("canonical").present else { return false }
    return try canonical.text().contains("\"\(member)\":")
  }

  /// Material that was not released, or had expired, stands among the exceptions unless its consumption was taken back.
  private static func checkMaterials(_ record: DocumentPlace, _ exceptions: [ListedException]) throws(Misfit) {
    guard try record.member("format").member("version").integer() >= 3 else { return }
    for material in try record.member("materials").elements() {
      guard try !material.member("undone").bool() else { continue }
      let isReleased = try material.member("status").present?.text() == MaterialLot.Status.released.rawValue
      let limit = try material.member("unusableFrom").present?.time()
      let time = try material.member("at").time()
      if isReleased, limit.map({ time < $0 }) ?? true { continue }
      let event = try material.member("event").integer()
      guard exceptions.contains(where: { $0.kind == .materialNotUsable && $0.events.contains(event) }) else {
        throw material.misfit("an exception of this material, which was not released or had expired")
      }
    }
  }

  /// What an event of the exchange with the ERP must be listed as. Within a text of JSON a quote is escaped.
  private static func deliveryKind(_ kind: String, _ event: DocumentPlace) throws(Misfit) -> ExceptionKind? {
    guard kind == "deliveryBlocked" || kind == "deliveryDecided", let canonical = try event.member("canonical").present
    else { return nil }
    let text = try canonical.text()
    if kind == "deliveryBlocked" { return text.contains("\"material\":") ? nil : .deliveryRefused }
    return text.contains("\"action\":\"setAside\"") ? .deliverySetAside : nil
  }

  /// Every count stands in the list of quantities.
  private static func checkQuantities(_ record: DocumentPlace) throws(Misfit) {
    guard try record.member("format").member("version").integer() >= 7 else { return }
    var recorded: [Int64] = []
    for event in try record.member("events").elements()
    where try event.member("kind").text() == "quantityReported" {
      recorded.append(try event.member("sequence").integer())
    }
    var listed: [Int64] = []
    let list = try record.member("quantities")
    for count in try list.elements() { listed.append(try count.member("event").integer()) }
    guard listed.sorted() == recorded.sorted() else {
      throw Misfit(path: list.path, expected: "the counts of events \(recorded.sorted())", found: "\(listed.sorted())")
    }
  }

  private static func checkEvents(
    _ record: DocumentPlace, _ runs: [DocumentPlace], _ exceptions: [ListedException]
  ) throws(Misfit) {
    var listedKinds: [Int64: Set<ExceptionKind>] = [:]
    for exception in exceptions {
      guard let kind = exception.kind else { continue }
      for sequence in exception.events { listedKinds[sequence, default: []].insert(kind) }
    }
    let version = try record.member("format").member("version").integer()
    var known: Set<Int64> = []
    for event in try record.member("events").elements() {
      let sequence = try event.member("sequence").integer()
      known.insert(sequence)
      let kindPlace = try event.member("kind")
      let eventKind = try kindPlace.text()
      var demanded = kindsByEvent[eventKind]
      if demanded == nil, let duringRun = kindsByEventDuringRun[eventKind] {
        let time = try event.member("at").time()
        if try isWithinRun(time, runs) { demanded = duringRun }
      }
      if demanded == nil, let rule = kindsByMember[eventKind], version >= 3, try has(rule.member, event) {
        demanded = [rule.kind]
      }
      if eventKind == "ledgerDamageFound", version >= 6 { demanded = [.readingsDamaged] }
      if version >= 7, let kind = try deliveryKind(eventKind, event) { demanded = [kind] }
      guard let demanded else { continue }
      guard !demanded.isDisjoint(with: listedKinds[sequence] ?? []) else {
        throw Misfit(
          path: event.path, expected: "an exception of this event, \(sequence)", found: "\(eventKind), not listed")
      }
    }
    for exception in exceptions {
      guard exception.events.isSubset(of: known) else {
        throw try exception.place.member("events").misfit("sequences of events in this record")
      }
    }
  }

  private static func isWithinRun(_ time: Timestamp, _ runs: [DocumentPlace]) throws(Misfit) -> Bool {
    for run in runs {
      let start = try run.member("start").time()
      let end = try run.member("end").present?.time()
      if time > start, end.map({ time < $0 }) ?? true { return true }
    }
    return false
  }

  /// Partial cycles and series with readings that were not judged.
  private static func checkRun(_ run: DocumentPlace, _ exceptions: [ListedException]) throws(Misfit) {
    let id = try run.member("id").text()
    let ofRun = exceptions.filter { $0.run == id }
    for cycle in try run.member("cycles").elements() {
      let number = try cycle.member("cycle").integer()
      guard try cycle.member("partial").present != nil else { continue }
      guard ofRun.contains(where: { $0.kind == .partialCycle && $0.cycle == number }) else {
        throw try cycle.member("partial").misfit("an exception of this partial cycle")
      }
    }
    var seriesNotJudged = 0
    for series in try run.member("series").elements() {
      let counts = try series.member("countsByQuality")
      guard case .object(let object) = counts.value else { throw counts.misfit("an object") }
      if object.members.contains(where: { $0.name != "good" }) { seriesNotJudged += 1 }
    }
    let listed = ofRun.filter { $0.kind == .unusableReadings }.count
    guard listed == seriesNotJudged else {
      throw Misfit(
        path: "\(run.path).series",
        expected: "\(seriesNotJudged) exceptions of series with readings that were not judged", found: "\(listed)")
    }
  }

  private static func checkNothingFound(_ record: DocumentPlace, _ exceptions: [ListedException]) throws(Misfit) {
    let found = Set(exceptions.compactMap(\.kind))
    let list = try record.member("checkedNothingFound")
    var named: [String] = []
    for place in try list.elements() { named.append(try place.member("kind").text()) }
    let version = try record.member("format").member("version").integer()
    let expected = ExceptionKind.kinds(ofVersion: version).filter { !found.contains($0) }.map(\.rawValue)
    guard named == expected else {
      throw Misfit(
        path: list.path, expected: expected.joined(separator: ", "), found: named.joined(separator: ", "))
    }
  }
}
