import Testing

@testable import Shopfloor

@Suite("Floor")
struct FloorTests {
  @Test("badge, lot, material and END make a run, a consumption and a completed operation")
  func oneRun() throws {
    var plant = FloorFixture()
    #expect(plant.scan("badge-1").isAccepted)
    #expect(plant.scan("L-1").isAccepted)
    let run = try #require(plant.floor.station("sealer").activeRun)
    #expect(run.lots == ["L-1"])
    #expect(run.startedAt == plant.time)
    #expect(plant.scan("M-1").isAccepted)
    #expect(plant.floor.station("sealer").consumed.map(\.materialLot) == ["M-1"])
    #expect(plant.scan("LOTWIRE:END").isAccepted)
    #expect(plant.floor.station("sealer").activeRun == nil)
    #expect(plant.floor.lots["L-1"]?.completedOperations == ["seal"])
    #expect(plant.floor.lots["L-1"]?.completedAt == nil)
  }

  @Test("the last operation completes the lot; a load holds several")
  func load() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    for lot in ["L-1", "L-2"] {
      plant.scan(lot)
      plant.scan("LOTWIRE:END")
    }
    plant.scan("badge-2", at: "oven")
    #expect(plant.scan("L-1", at: "oven").isAccepted)
    #expect(plant.scan("L-2", at: "oven").isAccepted)
    #expect(plant.floor.station("oven").activeRun == nil)
    #expect(plant.scan("LOTWIRE:START", at: "oven").isAccepted)
    #expect(plant.floor.station("oven").activeRun?.lots == ["L-1", "L-2"])
    #expect(plant.scan("LOTWIRE:END", at: "oven").isAccepted)
    let completed = plant.events.compactMap { event in
      if case .lotCompleted(let done) = event { done.lot } else { nil }
    }
    #expect(completed == ["L-1", "L-2"])
  }

  @Test("a pause keeps the operation open")
  func pause() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    plant.scan("LOTWIRE:PAUSE")
    #expect(plant.floor.lots["L-1"]?.completedOperations == [])
    #expect(plant.scan("L-1").isAccepted)
    #expect(plant.floor.station("sealer").activeRun?.id == "R-000002")
  }

  @Test("a scan that was acknowledged but repeated changes nothing")
  func repeated() {
    var plant = FloorFixture()
    for text in ["badge-1", "badge-1", "L-1", "L-1", "M-1", "M-1"] { #expect(plant.scan(text).isAccepted) }
    #expect(plant.floor.runCount == 1)
    #expect(plant.floor.station("sealer").consumed.count == 1)
  }

  @Test("the label of a run that was not ended here starts another one", arguments: [nil, "A-000001"] as [AlarmID?])
  func repeatedAfterEnd(alarm: AlarmID?) {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    plant.floor.apply(
      .runEnded(
        RunEnded(
          run: "R-000001", person: alarm == nil ? "P-2" : nil, at: plant.time.advanced(byMicroseconds: 10),
          completedOperation: false, alarm: alarm)))
    #expect(plant.scan("L-1").isAccepted)
    #expect(plant.floor.station("sealer").activeRun?.id == "R-000002")
    plant.scan("LOTWIRE:END")
    #expect(plant.scan("LOTWIRE:END").isAccepted, "the card that ended it is answered as before")
  }

  @Test(
    "refuses with a code, and the refusal is an event",
    arguments: [
      (["nonsense"], Refusal.Code.scanUnknown),
      (["L-1"], .personMissing),
      (["badge-3"], .personRight),
      (["badge-1", "LOTWIRE:END"], .runMissing),
      (["badge-1", "M-1"], .runMissing),
      (["badge-1", "L-1", "L-2"], .lotOther),
      (["badge-1", "L-1", "badge-2"], .personSecondInRun),
      (["badge-1", "L-1", "M-2"], .materialNotReleased),
      (["badge-1", "L-1", "M-3"], .materialExpired),
      (["badge-1", "L-1", "M-4"], .materialForeign),
      (["badge-1", "L-9"], .orderNotReleased),
      (["badge-1", "L-1", "LOTWIRE:END", "L-1"], .operationDone),
      (["badge-1", "LOTWIRE:START"], .loadEmpty),
      (["lot\n1"], .scanUnreadable),
      (["lot\u{202E}1"], .scanUnreadable),
    ])
  func refusals(scans: [String], code: Refusal.Code) throws {
    var plant = FloorFixture()
    for text in scans.dropLast() { #expect(plant.scan(text).isAccepted) }
    var before = plant.floor
    let refused = plant.refusal(scans[scans.count - 1])
    // The refused label itself is remembered as no longer the accepted one; nothing else moves.
    before.stations["sealer"]?.lastAccepted = nil
    var after = plant.floor
    if before.stations["sealer"] == nil { after.stations["sealer"] = nil }
    after.stations["sealer"]?.lastAccepted = nil
    let refusal = try #require(refused)
    #expect(refusal.code == code)
    #expect(!refusal.why.english.isEmpty && !refusal.why.chinese.isEmpty)
    #expect(!refusal.remedy.english.isEmpty && !refusal.remedy.chinese.isEmpty)
    #expect(after == before)
    guard case .commandRefused(let recorded) = plant.events.last else {
      Issue.record("the refusal was not recorded")
      return
    }
    #expect(recorded.refusal == refusal)
  }

  @Test("a lot on hold is refused until someone with the right lifts it")
  func hold() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    #expect(!plant.perform(.hold(lot: "L-1", person: "P-1", reason: "dropped")).isAccepted)
    #expect(plant.perform(.hold(lot: "L-1", person: "P-2", reason: "dropped")).isAccepted)
    #expect(plant.refusal("L-1")?.code == .lotOnHold)
    #expect(!plant.perform(.liftHold(lot: "L-1", person: "P-2", reason: "")).isAccepted)
    #expect(plant.perform(.liftHold(lot: "L-1", person: "P-2", reason: "inspected")).isAccepted)
    #expect(plant.scan("L-1").isAccepted)
  }

  @Test("operations come in their order")
  func order() {
    var plant = FloorFixture()
    plant.scan("badge-1", at: "oven")
    #expect(plant.refusal("L-1", at: "oven")?.code == .operationOrder)
  }

  @Test("a lot does not run at two stations")
  func elsewhere() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    plant.scan("LOTWIRE:PAUSE")
    plant.scan("L-1")
    plant.scan("badge-2", at: "oven")
    #expect(plant.refusal("L-1", at: "oven")?.code == .lotElsewhere)
  }

  @Test("LEAVE hands the station over in mid-run")
  func handover() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    #expect(plant.scan("LOTWIRE:LEAVE").isAccepted)
    #expect(plant.refusal("LOTWIRE:END")?.code == .personMissing)
    #expect(plant.scan("badge-2").isAccepted)
    #expect(plant.scan("LOTWIRE:END").isAccepted)
  }

  @Test("one label for two things is refused, not guessed")
  func ambiguous() {
    var plant = FloorFixture()
    plant.perform(
      .updateWork(WorkChange(materials: [MaterialLot(number: "L-1", item: "film", status: .released)])))
    plant.scan("badge-1")
    #expect(plant.refusal("L-1")?.code == .scanAmbiguous)
  }

  @Test("a badge never shows in a refusal")
  func badgeIsSecret() {
    var plant = FloorFixture()
    plant.perform(.scan(ScannedLabel(text: "secret-77", kind: .badge), station: "sealer"))
    guard case .commandRefused(let recorded) = plant.events.last else {
      Issue.record("the refusal was not recorded")
      return
    }
    #expect(!recorded.refusal.words.english.contains("secret-77"))
  }

  @Test("runs of a station never overlap, whatever the clock does")
  func clockBackwards() throws {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    plant.scan("LOTWIRE:END")
    plant.time = plant.time.advanced(byMicroseconds: -3_600_000_000)
    plant.scan("L-2")
    let ended = try #require(plant.floor.station("sealer").endedRuns.last?.endedAt)
    #expect(plant.floor.station("sealer").activeRun?.startedAt == ended)
  }

  @Test("a configuration that takes the station of an active run is refused")
  func planUnderRun() {
    var plant = FloorFixture()
    plant.scan("badge-1")
    plant.scan("L-1")
    let answer = plant.perform(.applyPlan(LinePlan(site: "", line: "", stations: []), digest: "plan-2", changes: []))
    #expect(!answer.isAccepted)
    #expect(plant.floor.planDigest == "plan-1")
  }

  @Test("the same events give the same floor")
  func fold() {
    var plant = FloorFixture()
    for text in ["badge-1", "L-1", "M-1", "M-2", "LOTWIRE:END", "L-2"] { plant.scan(text) }
    var again = Floor()
    for event in plant.events { again.apply(event) }
    #expect(again == plant.floor)
  }
}
