import Devices
import Ledger
import Shopfloor
import Testing

@testable import BatchRecord

private func kinds(_ document: BatchRecordDocument) -> Set<String> {
  Set(document.record["exceptions"].elements.compactMap { $0["kind"].text })
}

@Suite struct BatchRecordAssemblerTests {
  @Test(arguments: 0..<8) func theSameEvidenceGivesTheSameBytes(seed: Int) {
    let evidence = EvidenceBuilder.eventful(seed: UInt64(seed)).evidence
    let first = BatchRecordAssembler.assemble(evidence: evidence)
    var shuffled = evidence
    var random = SeededGenerator(seed: UInt64(seed) + 99)
    shuffled.people.shuffle(using: &random)
    shuffled.materialLots.shuffle(using: &random)
    shuffled.runs.shuffle(using: &random)
    shuffled.series.shuffle(using: &random)
    shuffled.events.shuffle(using: &random)
    #expect(BatchRecordAssembler.assemble(evidence: evidence).canonicalBytes == first.canonicalBytes)
    #expect(BatchRecordAssembler.assemble(evidence: shuffled).canonicalBytes == first.canonicalBytes)
    let other = EvidenceBuilder.eventful(seed: UInt64(seed) + 1).evidence
    #expect(BatchRecordAssembler.assemble(evidence: other).canonicalBytes != first.canonicalBytes)
  }

  /// The bytes must not change from one build to the next: a new digest here is a new version of the format.
  @Test func theBytesOfTheFormatAreFixed() {
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.quiet().evidence)
    #expect(document.digestSHA256 == goldenDigest)
  }

  @Test func theRecordIsInItsCanonicalForm() throws {
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.eventful().evidence)
    #expect(try CanonicalJSONParser.parseCanonical(document.canonicalBytes) == document.record)
  }

  @Test func noBadgeIsInARecord() {
    let builder = EvidenceBuilder.eventful()
    let withBadge = builder.events.contains { String(decoding: $0.canonicalBytes, as: UTF8.self).contains("SECRET") }
    #expect(withBadge)
    let document = BatchRecordAssembler.assemble(evidence: builder.evidence)
    #expect(!String(decoding: document.canonicalBytes, as: UTF8.self).contains("SECRET"))
    #expect(document.record["events", 0, "withheld"].text == "personal data")
    #expect(document.record["people"].elements.map { $0["id"].text } == ["P-1", "P-2", "P-3"])
    #expect(document.record["people", 2, "name"].text == "דנה 😀")
  }

  @Test func everyKindOfExceptionIsFound() {
    var builder = EvidenceBuilder.eventful()
    builder.materialLots[1].status = .blocked
    builder.workOrder?.operations.append("pack")
    builder.series.removeAll { $0.parameter.name == "seal.active" }
    builder.addRun(
      "R-3", station: "packer", operation: "pack", lots: [builder.lot], orders: ["WO-1", "WO-2"], from: 450, to: nil)
    builder.add(
      .materialConsumed(
        MaterialConsumed(
          run: "R-3", materialLot: "M-100", item: "FILM", person: "P-1", quantity: 2, serial: nil,
          at: EvidenceBuilder.at(455))), at: EvidenceBuilder.at(455))
    builder.add(
      .characteristicTaken(
        CharacteristicTaken(
          run: "R-1", cycle: 1, characteristic: "temperature min", value: 1, unit: "°C", readings: 3,
          at: EvidenceBuilder.at(8), charted: true)), at: EvidenceBuilder.at(460))
    builder.addJudgingTrouble()
    builder.add(
      .ledgerDamageFound(LedgerDamageFound(place: .readings, first: 3, last: 3, reason: "other bytes", runs: ["R-1"])),
      at: EvidenceBuilder.at(470))
    let document = BatchRecordAssembler.assemble(evidence: builder.evidence)
    #expect(kinds(document) == Set(ExceptionKind.allCases.map(\.rawValue)))
    #expect(document.record["checkedNothingFound"] == .array([]))
    #expect(document.exceptionCount == document.record["exceptions"].elements.count)
  }

  @Test func aQuietLotSaysWhatWasCheckedWithoutFindings() {
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.quiet().evidence)
    #expect(kinds(document) == [])
    #expect(
      document.record["checkedNothingFound"].elements.map { $0["kind"].text } == ExceptionKind.allCases.map(\.rawValue))
  }

  @Test func exceptionsNameTimeRunEvidenceAndWordsInBothLanguages() throws {
    let builder = EvidenceBuilder.eventful()
    let document = BatchRecordAssembler.assemble(evidence: builder.evidence)
    for exception in document.record["exceptions"].elements {
      #expect(exception["words", "en"].text?.isEmpty == false)
      #expect(exception["words", "zh-CN"].text?.isEmpty == false)
    }
    let gap = try #require(document.record["exceptions"].elements.first { $0["kind"].text == "gap" })
    #expect(gap["run"].text == "R-1")
    #expect(gap["events"].elements.count == 3)
    #expect(gap["at", "microseconds"] == .integer(EvidenceBuilder.at(50).microseconds))
    let alarm = document.record["alarms", 0]
    #expect(alarm["acknowledgement", "person"].text == "P-2")
    #expect(alarm["acknowledgement", "cause"].text == "Heater band 加热带")
    #expect(alarm["closed", "text"].text == EvidenceBuilder.at(41).description)
    #expect(document.record["alarms", 1, "acknowledgement"] == .null)
  }

  @Test func aRestartOutsideOfRunsIsNoException() {
    var builder = EvidenceBuilder.quiet()
    builder.add(
      .recordingStarted(RecordingStarted(programVersion: "1", bootID: "b", chainFinding: "sound")),
      at: EvidenceBuilder.at(600))
    #expect(kinds(BatchRecordAssembler.assemble(evidence: builder.evidence)) == [])
  }

  @Test func readingsOfALoadBelongToEveryLotOfTheRun() {
    var builder = EvidenceBuilder.quiet()
    let first = BatchRecordAssembler.assemble(evidence: builder.evidence)
    builder.lot = "LOT-8"
    builder.runs.removeAll { $0.id == "R-1" }
    let second = BatchRecordAssembler.assemble(evidence: builder.evidence)
    #expect(first.record["runs", 1, "lots"] == .array([.string("LOT-8"), .string("LOT-7")]))
    #expect(second.record["runs"].elements.count == 1)
    #expect(first.record["runs", 1, "series", 0] == second.record["runs", 0, "series", 0])
    #expect(first.record["runs", 1, "series", 0, "readings"].elements.count == 11)
  }

  @Test func readingsAndStatistics() throws {
    let parameter = RegisteredParameter(
      index: ParameterIndex(4), station: "sealer", name: "p", device: "d", point: "x", unit: "bar")
    let readings = [
      Reading(parameter: parameter.index, time: Timestamp(microseconds: 10), value: 183.25),
      Reading(parameter: parameter.index, time: Timestamp(microseconds: 11), value: 1e21, raw: 0xABC, rawWordCount: 1),
      Reading(parameter: parameter.index, time: Timestamp(microseconds: 11), quality: .badTimeout),
      Reading(parameter: parameter.index, time: Timestamp(microseconds: 12), quality: .badDeviceException, detail: 4),
      Reading(parameter: parameter.index, time: Timestamp(microseconds: 13), quality: .uncertainRetained, value: -7),
    ]
    let series = OrderedSeries(RunSeries(run: "R", parameter: parameter, readings: readings))
    let written = String(decoding: series.readingsJSON.canonicalBytes, as: UTF8.self)
    #expect(
      written == #"[[10,"183.25","good"],[11,"1000000000000000000000","good","0abc"],[11,null,"timeout"],"#
        + #"[12,null,"device_exception","",4],[13,"-7","retained"]]"#)
    #expect(series.digestSHA256 == Digest.sha256Text(of: Array(written.utf8)))
    #expect(series.statistics.goodCount == 2 && series.statistics.minimum == 183.25)
    #expect(series.statistics.mean == (183.25 + 1e21) / 2)
    for element in series.readingsJSON.elements {
      #expect(try #require(RecordedReading(json: element)).json == element)
    }
  }

  @Test func tooManyReadingsStayInTheLedger() {
    let evidence = EvidenceBuilder.eventful().evidence
    let count = evidence.series.reduce(0) { $0 + $1.readings.count }
    let whole = BatchRecordAssembler.assemble(evidence: evidence, maximumInlineReadings: count)
    let short = BatchRecordAssembler.assemble(evidence: evidence, maximumInlineReadings: count - 1)
    #expect(whole.record["readings", "carried"] == .bool(true))
    #expect(short.record["readings", "carried"] == .bool(false))
    #expect(short.record["readings", "count"] == .integer(Int64(count)))
    #expect(short.record["readings", "words", "en"].text?.contains("ledger") == true)
    let wholeSeries = whole.record["runs", 0, "series", 0]
    let shortSeries = short.record["runs", 0, "series", 0]
    #expect(shortSeries["readings"] == .null)
    for member in ["digestSHA256", "mean", "minimum", "maximum", "count", "countsByQuality"] as [String] {
      #expect(shortSeries[.name(member)] == wholeSeries[.name(member)])
    }
    #expect(short.record["runs", 0, "characteristics", 0, "points", 0, "basis"].text == "ledger")
    #expect(BatchRecordFormat.maximumInlineReadings == 200_000)
  }

  @Test func characteristicsCarryTheirLimits() {
    let document = BatchRecordAssembler.assemble(evidence: EvidenceBuilder.quiet().evidence)
    let mean = document.record["runs", 0, "characteristics", 0]
    #expect(mean["chart", "upperControlLimit"].text == "184.5")
    #expect(mean["chart", "limitSource"].text == "frozen")
    #expect(mean["specification", "high"].text == "195.5")
    #expect(mean["points"].elements.count == 2)
    for characteristic in document.record["runs", 0, "characteristics"].elements {
      for point in characteristic["points"].elements { #expect(point["basis"].text == "readings") }
    }
    #expect(document.record["runs", 0, "characteristics", 3, "chart", "limitSource"].text == "established")
    #expect(document.record["runs", 0, "characteristics", 3, "chart", "center"].text == "180.1")
  }

  @Test func aLotWithoutRunsHasARecordThatSaysSo() {
    var builder = EvidenceBuilder()
    #expect(kinds(BatchRecordAssembler.assemble(evidence: builder.evidence)) == ["operationNotCompleted"])
    builder.workOrder = nil
    let document = BatchRecordAssembler.assemble(evidence: builder.evidence)
    #expect(document.record["product"] == .null)
    #expect(document.record["runs"] == .array([]))
  }

  @Test func eventBytesThatAreNoTextStandInHexadecimal() {
    var builder = EvidenceBuilder.quiet()
    builder.events[0].canonicalBytes = [0xFF, 0x00]
    let document = BatchRecordAssembler.assemble(evidence: builder.evidence)
    #expect(document.record["events", 0, "canonical"] == .null)
    #expect(document.record["events", 0, "canonicalHex"].text == "ff00")
  }
}

private let goldenDigest = "0918da69890a9014a5b54df2fc94200e9cd7e130352f776fa0cd62205723de6d"
