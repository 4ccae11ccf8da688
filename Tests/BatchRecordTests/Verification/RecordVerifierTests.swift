import Devices
import Ledger
import Shopfloor
import Testing

@testable import BatchRecord

private func key(_ number: UInt8 = 1) -> SigningKey {
  guard let key = SigningKey(seed: Array(repeating: number, count: 32)) else { preconditionFailure("32 bytes") }
  return key
}

private func sealed(_ builder: EvidenceBuilder = .eventful()) throws -> [UInt8] {
  try RecordSeal.seal(BatchRecordAssembler.assemble(evidence: builder.evidence), with: key()).bytes
}

/// One way to forge the record of the eventful lot, what finds it, and where.
struct Tamper: Sendable, CustomTestStringConvertible {
  var name: String
  var path: [PathStep]
  var change: @Sendable (CanonicalJSON) -> CanonicalJSON?
  var check: VerificationCheck
  var place: String

  var testDescription: String { name }

  init(
    _ name: String, _ path: [PathStep], _ check: VerificationCheck, at place: String,
    _ change: @escaping @Sendable (CanonicalJSON) -> CanonicalJSON?
  ) {
    self.name = name
    self.path = path
    self.change = change
    self.check = check
    self.place = place
  }
}

private func removing(_ kind: String) -> @Sendable (CanonicalJSON) -> CanonicalJSON? {
  { .array($0.elements.filter { $0["kind"].text != kind }) }
}

private let temperature: [PathStep] = ["runs", 0, "series", 1]
private let seriesPath = "record.runs[0].series[1]"

private let tampers: [Tamper] = [
  Tamper("value of a reading", temperature + ["readings", 3, 1], .readingStatistics, at: "\(seriesPath).mean") { _ in
    .string("180.001")
  },
  Tamper("lowest reading hidden", temperature + ["minimum"], .readingStatistics, at: "\(seriesPath).minimum") { _ in
    .string("179")
  },
  Tamper("maximum", temperature + ["maximum"], .readingStatistics, at: "\(seriesPath).maximum") { _ in .string("999") },
  Tamper("count", temperature + ["count"], .readingStatistics, at: "\(seriesPath).count") { _ in .integer(99) },
  Tamper(
    "count of bad ones", temperature + ["countsByQuality", "timeout"], .readingStatistics,
    at: "\(seriesPath).countsByQuality"
  ) { _ in .integer(1) },
  Tamper("digest of a series", temperature + ["digestSHA256"], .readingStatistics, at: "\(seriesPath).digestSHA256") {
    _ in .string(String(repeating: "0", count: 64))
  },
  Tamper("raw words", temperature + ["readings", 5, 3], .readingStatistics, at: "\(seriesPath).digestSHA256") { _ in
    .string("43348001")
  },
  Tamper("reading removed", temperature + ["readings", 9], .readingStatistics, at: "\(seriesPath).count") { _ in nil },
  Tamper("all readings removed", temperature + ["readings"], .readingStatistics, at: "\(seriesPath).readings") { _ in
    .null
  },
  Tamper("total of readings", ["readings", "count"], .readingStatistics, at: "record.readings.count") { _ in .integer(5)
  },
  Tamper(
    "reading moved out of its run", temperature + ["readings", -1, 0], .readingTimes, at: "\(seriesPath).readings[99]"
  ) { _ in .integer(EvidenceBuilder.at(100).microseconds) },
  Tamper("reading before its run", temperature + ["readings", 0, 0], .readingTimes, at: "\(seriesPath).readings[0]") {
    _ in .integer(EvidenceBuilder.at(-1).microseconds)
  },
  Tamper("readings reordered", temperature + ["readings"], .readingTimes, at: "\(seriesPath).readings[1]") {
    .array($0.elements.reversed()).changed(at: [0]) { _ in
      .array([.integer(EvidenceBuilder.at(99).microseconds), .string("1"), .string("good")])
    }
  },
  Tamper(
    "a bad reading given a value", temperature + ["readings", 11, 1], .readingTimes, at: "\(seriesPath).readings[11]"
  ) { _ in .string("180") },
  Tamper(
    "a good reading without value", temperature + ["readings", 0, 1], .readingTimes, at: "\(seriesPath).readings[0]"
  ) { _ in .null },
  Tamper("an unknown quality", temperature + ["readings", 0, 2], .readingTimes, at: "\(seriesPath).readings[0]") { _ in
    .string("splendid")
  },
  Tamper("lot", ["lot"], .lot, at: "record.runs[0].lots") { _ in .string("LOT-9") },
  Tamper("lot of a run", ["runs", 1, "lots"], .lot, at: "record.runs[1].lots") { _ in .array([.string("LOT-8")]) },
  Tamper("text of a time", ["runs", 0, "start", "text"], .times, at: "record.runs[0].start.text") { _ in
    .string("2026-01-01T00:00:00.000000Z")
  },
  Tamper("run without end", ["runs", 1, "end"], .runs, at: "record.runs[1].end") { _ in .null },
  Tamper("run ends before its start", ["runs", 1, "end"], .runs, at: "record.runs[1].end") { _ in
    CanonicalJSON.time(EvidenceBuilder.at(199))
  },
  Tamper("runs reordered", ["runs"], .runs, at: "record.runs[1].start") { .array($0.elements.reversed()) },
  Tamper(
    "characteristic", ["runs", 0, "characteristics", 1, "points", 0, "value"], .characteristics,
    at: "record.runs[0].characteristics[1].points[0].value"
  ) { _ in .string("181") },
  Tamper(
    "mean of a cycle", ["runs", 0, "characteristics", 0, "points", 1, "value"], .characteristics,
    at: "record.runs[0].characteristics[0].points[1].value"
  ) { _ in .string("180") },
  Tamper(
    "duration", ["runs", 0, "characteristics", 4, "points", 0, "value"], .characteristics,
    at: "record.runs[0].characteristics[4].points[0].value"
  ) { _ in .string("5") },
  Tamper(
    "bounds of a cycle", ["runs", 0, "cycles", 0, "end"], .characteristics,
    at: "record.runs[0].characteristics[0].points[0].value"
  ) { _ in CanonicalJSON.time(EvidenceBuilder.at(5)) },
  Tamper(
    "basis denied", ["runs", 0, "characteristics", 1, "points", 0, "basis"], .characteristics,
    at: "record.runs[0].characteristics[1].points[0].basis"
  ) { _ in .string("recorder") },
  Tamper(
    "basis in the ledger", ["runs", 0, "characteristics", 1, "points", 0, "basis"], .characteristics,
    at: "record.runs[0].characteristics[1].points[0].basis"
  ) { _ in .string("ledger") },
  Tamper(
    "control limit", ["runs", 0, "characteristics", 0, "chart", "upperControlLimit"], .characteristics,
    at: "record.runs[0].characteristics[0].chart.upperControlLimit"
  ) { _ in .string("200") },
  Tamper(
    "partial cycle whitewashed", ["exceptions"], .exceptions, at: "record.runs[0].cycles[2].partial",
    removing("partialCycle")),
  Tamper(
    "unusable readings not listed", ["exceptions"], .exceptions, at: "record.runs[0].series",
    removing("unusableReadings")),
  Tamper("severity played down", ["exceptions", 0, "severity"], .exceptions, at: "record.exceptions[0].severity") { _ in
    .string("none")
  },
  Tamper("evidence invented", ["exceptions", 0, "events"], .exceptions, at: "record.exceptions[0].events") { _ in
    .array([.integer(7)])
  },
  Tamper("an alarm said not to be there", ["checkedNothingFound"], .exceptions, at: "record.checkedNothingFound") {
    .array($0.elements + [.object(["kind": .string("gap")])])
  },
  Tamper("event changed", ["events", 2, "canonical"], .events, at: "record.events[2].hash") { _ in .string("{}") },
  Tamper("hash of an event", ["events", 2, "hash"], .events, at: "record.events[2].hash") { _ in
    .string(String(repeating: "ab", count: 32))
  },
  Tamper("hash cut short", ["events", 2, "hash"], .events, at: "record.events[2].hash") { _ in .string("ab") },
  Tamper("events reordered", ["events"], .events, at: "record.events[1].sequence") {
    .array([$0[1], $0[0]] + $0.elements.dropFirst(2))
  },
  Tamper("event beyond the anchor", ["ledger", "throughSequence"], .events, at: "record.events[0].sequence") { _ in
    .integer(40)
  },
  Tamper("anchor", ["ledger", "throughHash"], .events, at: "record.events[") { _ in
    .string(String(repeating: "00", count: 32))
  },
]

private let listedEpisodes: [Tamper] = [
  Tamper("alarm left out", ["alarms", 0], .exceptions, at: "record.events[") { _ in nil },
  Tamper("gap left out", ["gaps", 0], .exceptions, at: "record.events[") { _ in nil },
  Tamper("unknown kind of exception", ["exceptions", 0, "kind"], .exceptions, at: "record.exceptions[0].kind") { _ in
    .string("trifle")
  },
]

private let eventKinds: [(String, String)] = [
  ("specificationAlarm", "alarmRaised"), ("limitAlarm", "alarmRaised"), ("controlSignal", "alarmRaised"),
  ("gap", "gapOpened"),
  ("refusal", "commandRefused"), ("lateReadings", "lateReadings"), ("droppedReadings", "readingsDropped"),
  ("clockStep", "clockStepped"), ("recorderRestart", "recordingStarted"), ("planChange", "planApplied"),
  ("messagesLost", "messagesLost"), ("messagesThinned", "messagesThinned"),
  ("hold", "lotHeld"), ("deviceWrite", "writeOrdered"), ("writeNotConfirmed", "writeReported"),
]

@Suite struct RecordVerifierTests {
  @Test func aSealedRecordIsVerified() throws {
    for builder in [EvidenceBuilder.eventful(), .quiet(), .eventful(seed: 77)] {
      let bytes = try sealed(builder)
      let trusted = RecordVerifier.verify(bytes, trustedKey: key().verifyingKey)
      #expect(trusted.outcomes.map(\.result) == VerificationCheck.allCases.map { _ in .passed })
      #expect(trusted.isVerified && trusted.firstMisfit == nil)
      #expect(trusted.lot == "LOT-7" && trusted.revision == 0 && trusted.keyID == key().keyID)
      let untrusted = RecordVerifier.verify(bytes)
      #expect(untrusted.isVerified)
      #expect(untrusted.outcomes[4].result == .notCompared(Words("key not compared: none given", "未比对密钥：未提供受信任的密钥")))
      #expect(untrusted.text(in: .english).contains("is verified"))
      #expect(untrusted.text(in: .chinese).contains("已通过验证"))
    }
  }

  @Test func anEmptyLotIsVerified() throws {
    var builder = EvidenceBuilder()
    builder.workOrder = nil
    #expect(RecordVerifier.verify(try sealed(builder)).isVerified)
  }

  @Test func aRecordWithoutItsReadingsIsVerifiedAsFarAsItGoes() throws {
    let document = BatchRecordAssembler.assemble(
      evidence: EvidenceBuilder.eventful().evidence, revision: 2, maximumInlineReadings: 10)
    let report = RecordVerifier.verify(try RecordSeal.seal(document, with: key()).bytes)
    #expect(report.isVerified && report.revision == 2)
    guard case .notCompared = report.outcomes[9].result else {
      Issue.record("readings were compared: \(report.outcomes[9])")
      return
    }
  }

  /// Whoever changes the file without the key is found by the digest, and the deeper checks still say what was changed.
  @Test(arguments: tampers + listedEpisodes) func aChangeWithoutTheKeyIsFound(_ tamper: Tamper) throws {
    let file = try CanonicalJSONParser.parse(sealed()).changed(at: ["record"] + tamper.path[...], tamper.change)
    let report = RecordVerifier.verify(file.canonicalBytes, trustedKey: key().verifyingKey)
    #expect(!report.isVerified)
    #expect(report.firstMisfit?.check == .digest)
    #expect(report.firstMisfit?.misfit.path == "seal.digestSHA256")
    #expect(report.firstMisfit?.misfit.found != report.digestSHA256)
    let deeper = report.outcomes.first { $0.check == tamper.check }
    guard case .failed(let misfit) = deeper?.result else {
      Issue.record("\(tamper.check) did not find it: \(report.text(in: .english))")
      return
    }
    #expect(misfit.path.hasPrefix(tamper.place), "\(misfit)")
  }

  /// Whoever owns the key can sign anything; a record that contradicts itself is found all the same.
  @Test(arguments: tampers + listedEpisodes) func aChangeWithTheKeyIsFoundWhereItIs(_ tamper: Tamper) throws {
    let record = try CanonicalJSONParser.parse(sealed())["record"].changed(at: tamper.path[...], tamper.change)
    let report = RecordVerifier.verify(try forge(record, with: key()), trustedKey: key().verifyingKey)
    #expect(!report.isVerified)
    #expect(report.firstMisfit?.check == tamper.check, "\(report.text(in: .english))")
    #expect(report.firstMisfit?.misfit.path.hasPrefix(tamper.place) == true, "\(report.text(in: .english))")
  }

  @Test(arguments: eventKinds) func aMissingExceptionIsFoundByItsEvent(kind: String, event: String) throws {
    let record = try CanonicalJSONParser.parse(sealed())["record"].changed(at: ["exceptions"], removing(kind))
    let report = RecordVerifier.verify(try forge(record, with: key()))
    #expect(report.firstMisfit?.check == .exceptions)
    #expect(report.firstMisfit?.misfit.found.hasPrefix(event) == true, "\(report.text(in: .english))")
  }

  @Test func anotherKeyIsFound() throws {
    let record = try CanonicalJSONParser.parse(sealed())["record"]
    let forged = try forge(record, with: key(2))
    #expect(RecordVerifier.verify(forged).isVerified)
    let report = RecordVerifier.verify(forged, trustedKey: key(1).verifyingKey)
    #expect(report.firstMisfit?.check == .key)
    #expect(report.firstMisfit?.misfit.expected == "key \(key(1).keyID)")
    #expect(report.firstMisfit?.misfit.found == "key \(key(2).keyID)")
    #expect(!report.isVerified)
  }

  @Test(arguments: [
    ("digestSHA256", VerificationCheck.digest), ("signature", .signature), ("publicKey", .signature), ("keyID", .key),
    ("domain", .format), ("digestAlgorithm", .format), ("signatureAlgorithm", .format),
  ])
  func everyPartOfTheSealIsHeldTo(member: String, check: VerificationCheck) throws {
    for replacement in ["", "AAAA", String(repeating: "0", count: 64), "Ed448"] {
      let file = try CanonicalJSONParser.parse(sealed()).changed(at: ["seal", .name(member)]) { _ in
        .string(replacement)
      }
      #expect(RecordVerifier.verify(file.canonicalBytes).firstMisfit?.check == check)
    }
  }

  @Test func aSealCopiedToAnotherRecordDoesNotFit() throws {
    let other = try CanonicalJSONParser.parse(sealed(.quiet()))["seal"]
    let file = try CanonicalJSONParser.parse(sealed()).changed(at: ["seal"]) { _ in other }
    #expect(RecordVerifier.verify(file.canonicalBytes).firstMisfit?.check == .digest)
    // The same content as another revision: the digest is made to fit, the signature is not.
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.quiet().evidence, revision: 1)
    let revised = CanonicalJSON.object([
      "record": document.record,
      "seal": other.changed(at: ["digestSHA256"]) { _ in .string(document.digestSHA256) },
    ])
    #expect(RecordVerifier.verify(revised.canonicalBytes).firstMisfit?.check == .signature)
  }

  @Test func nothingMayStandBesideRecordAndSeal() throws {
    let file = try CanonicalJSONParser.parse(sealed())
    let noted = file.changed(at: ["note"]) { _ in .string("approved") }
    #expect(RecordVerifier.verify(noted.canonicalBytes).firstMisfit?.check == .format)
    let inSeal = file.changed(at: ["seal", "approvedBy"]) { _ in .string("P-9") }
    #expect(RecordVerifier.verify(inSeal.canonicalBytes).firstMisfit?.check == .format)
  }

  /// Every count stands in the list of quantities, and a correction of one among the exceptions.
  @Test func countsAreNotLeftOut() throws {
    let record = try CanonicalJSONParser.parse(sealed(.eventful()))["record"]
    #expect(record["quantities"].elements.map { $0["replaced"] } == [.bool(true), .bool(false)])
    #expect(record["quantities"].elements.map { $0["good"].text } == ["1990", "1989"])
    let without = record.changed(at: ["quantities"]) { .array(Array($0.elements.dropLast())) }
    let report = RecordVerifier.verify(try forge(without, with: key()), trustedKey: key().verifyingKey)
    #expect(report.firstMisfit?.check == .exceptions)
  }

  @Test func aTextThatWasRecordedIsMissed() throws {
    let record = try CanonicalJSONParser.parse(sealed())["record"].changed(at: ["texts"]) { _ in .array([]) }
    let report = RecordVerifier.verify(try forge(record, with: key()))
    #expect(report.firstMisfit?.check == .exceptions)
    #expect(report.firstMisfit?.misfit.path.hasSuffix("texts") == true)
  }

  @Test func unknownFormatsAreNotGuessedAt() throws {
    for (member, value) in [
      ("name", CanonicalJSON.string("other")), ("version", .integer(BatchRecordFormat.version + 1)),
      ("version", .integer(0)),
    ] {
      let record = try CanonicalJSONParser.parse(sealed())["record"]
        .changed(at: ["format", .name(member)]) { _ in value }
      let report = RecordVerifier.verify(try forge(record, with: key()))
      #expect(report.firstMisfit?.check == .format)
      #expect(report.outcomes.last?.result == .notReached)
      #expect(!report.isVerified)
    }
  }
}
