import Devices
import Foundation
import Harness
import Ledger
import Shopfloor
import Testing

@testable import Recorder

@Suite("Evidence of a lot")
struct EvidenceTests {
  /// A story on a real ledger: L-1 is sealed and establishes limits; a gap and an alarm begin before L-2 and reach into
  /// its run; both lots cure in one load.
  private static func story(between: (inout RecordedLine) throws -> Void = { _ in }) throws -> RecordedLine {
    var line = try RecordedLine()
    try line.perform(.applyPlan(LineFixture.plan(), digest: "plan-1", changes: []))
    try line.perform(.updatePeople(LineFixture.people))
    try line.perform(.updateWork(WorkChange(orders: [LineFixture.order])))
    try line.scan("badge-1")
    try line.scan("L-1")
    for _ in 0..<4 { try line.seal() }
    try line.scan("LOTWIRE:END")
    try between(&line)
    try line.poll(temperature: 195)
    try line.poll(temperature: 195, isPressureBad: true)
    try line.scan("L-2")
    try line.poll(temperature: 195, isPressureBad: true)
    try line.poll(temperature: 180)
    try line.scan("LOTWIRE:END")
    try line.poll(temperature: 195)
    try line.poll(temperature: 180)
    for text in ["badge-2", "L-1", "L-2", "LOTWIRE:START", "LOTWIRE:END"] { try line.scan(text, at: "oven") }
    return line
  }

  @Test("holds the runs, the load, and the gap and alarm that reach into the run from before")
  func surroundings() throws {
    let line = try Self.story()
    let evidence = try #require(try line.store.reader.evidence(of: "L-2"))
    #expect(evidence.runs.map(\.id) == ["R-000002", "R-000003"])
    #expect(evidence.runs.map(\.lots) == [["L-2"], ["L-1", "L-2"]])
    #expect(evidence.runs.allSatisfy { $0.endedAt != nil && $0.completedOperation == true })
    let events = evidence.events.map(\.event)
    #expect(events.gapsOpened.map(\.parameters) == [["seal.pressure"]])
    #expect(events.gapsClosed.map(\.gap) == ["G-000001"])
    #expect(try #require(events.gapsOpened.first).since < evidence.runs[0].startedAt)
    // The alarm before the run that returned in it; not the one after it.
    #expect(events.raised.map(\.id) == ["A-000001"])
    #expect(events.returned.map(\.alarm) == ["A-000001"])
    #expect(evidence.events.map(\.sequence) == evidence.events.map(\.sequence).sorted())
    #expect(evidence.plans.keys.sorted() == ["plan-1"])
    #expect(evidence.people.map(\.id) == ["P-1", "P-2"])
    #expect(evidence.workOrder?.number == "WO-1")
    #expect(evidence.throughSequence == (try line.store.reader.counts().events))
    line.store.close()
  }

  @Test("binds the readings of each run by their own time")
  func series() throws {
    let line = try Self.story()
    let evidence = try #require(try line.store.reader.evidence(of: "L-2"))
    let temperature = try #require(evidence.series.first { $0.parameter.name == "seal.temperature" })
    #expect(temperature.run == "R-000002")
    #expect(temperature.readings.map(\.value) == [195, 180])
    let pressure = try #require(evidence.series.first { $0.parameter.name == "seal.pressure" })
    #expect(pressure.readings.map(\.quality) == [.badTimeout, .good])
    let first = try #require(try line.store.reader.evidence(of: "L-1"))
    #expect(first.series.first { $0.parameter.name == "seal.temperature" }?.readings.count == 28)
    #expect(try line.store.reader.evidence(of: "L-77") == nil)
    line.store.close()
  }

  @Test("holds the limits that an earlier lot established")
  func limits() throws {
    let line = try Self.story()
    let second = try #require(try line.store.reader.evidence(of: "L-2"))
    let established = second.events.map(\.event).established
    #expect(established.map(\.characteristic) == ["temperature.mean"])
    let event = try #require(second.events.first { $0.event.kind == .limitsEstablished })
    #expect(event.time < second.runs[0].startedAt)
    // L-1 established them itself: they are there once.
    let first = try #require(try line.store.reader.evidence(of: "L-1"))
    #expect(first.events.map(\.event).established == established)
    line.store.close()
  }

  @Test("holds what each text point said last before the run, and what it said during it")
  func texts() throws {
    let line = try Self.story { line in
      try line.say("POUCH 11", LineFixture.pressure)
      try line.say("recipe A", LineFixture.cycle)
      try line.say("POUCH 12", LineFixture.pressure)
    }
    let evidence = try #require(try line.store.reader.evidence(of: "L-2"))
    let texts = evidence.events.compactMap { if case .textRecorded(let text) = $0.event { text } else { nil } }
    #expect(texts.map(\.parameter) == ["seal.cycle", "seal.pressure"])
    #expect(texts.map(\.text) == ["recipe A", "POUCH 12"])
    line.store.close()
  }

  @Test(
    "leaves out limits of a chart that a later plan began anew, and keeps those it left alone",
    arguments: [true, false])
  func limitsOfFormerPlan(isOtherChart: Bool) throws {
    var options = LineFixture.Options()
    options.alarm = nil
    if isOtherChart { options.chart = ChartPlan(limits: .establish(points: 9), runLength: 4) }
    let plan = LineFixture.plan(options)
    let line = try Self.story { line in
      try line.perform(.applyPlan(plan, digest: "plan-2", changes: ["limits"]))
    }
    let second = try #require(try line.store.reader.evidence(of: "L-2"))
    #expect(second.events.map(\.event).established.count == (isOtherChart ? 0 : 1))
    line.store.close()
  }
}

/// An engine that keeps its groups in a real ledger; every step is one group, 100 ms after the one before.
struct RecordedLine {
  let folder: TemporaryFolder
  let store: LedgerStore
  private var line = LineFixture()
  private var engine = LineEngine()
  private var time: Int64 = 0

  init() throws {
    folder = try TemporaryFolder("evidence")
    store = try LedgerStore(path: folder.file("lotwire.sqlite").path)
    let parameters = LineFixture.plan().stations[0].parameters.map { (station: "sealer" as StationName, plan: $0) }
    engine.register(try store.register(parameters, devices: ["plc-1", "plc-2"]))
  }

  private mutating func take(_ commands: [Command], _ batches: [ReadingBatch]) throws {
    var input = LineEngine.Input(clock: LineFixture.clock(time))
    input.commands = commands.map { .init($0, actor: "person P-1", at: LineFixture.utc(time)) }
    input.batches = batches
    let output = engine.take(input)
    for answer in output.answers { #expect(answer.isAccepted) }
    var group = CommitGroup(clock: input.clock)
    group.batches = batches
    group.events = output.events
    _ = try store.commit(group)
    time += 100
  }

  mutating func perform(_ command: Command) throws { try take([command], []) }

  mutating func scan(_ text: String, at station: StationName = "sealer") throws {
    try perform(.scan(ScannedLabel(text: text), station: station))
  }

  mutating func poll(temperature: Double, isPressureBad: Bool = false, cycle: Bool = false) throws {
    let pressure =
      isPressureBad
      ? line.bad(LineFixture.pressure, .badTimeout, at: time) : line.reading(LineFixture.pressure, 3, at: time)
    try take(
      [],
      [
        line.batch(time, "plc-1", [line.reading(LineFixture.temperature, temperature, at: time), pressure]),
        line.batch(time, "plc-2", [line.reading(LineFixture.cycle, cycle ? 1 : 0, at: time)]),
      ])
  }

  mutating func say(_ text: String, _ parameter: ParameterIndex) throws {
    var batch = line.batch(time, "plc-1", [])
    batch.texts = [TextReading(parameter: parameter, time: LineFixture.utc(time), text: text, words: [])]
    try take([], [batch])
  }

  mutating func seal() throws {
    try poll(temperature: 180)
    for _ in 0..<5 { try poll(temperature: 180, cycle: true) }
    try poll(temperature: 180)
  }
}
