import Console
import Shopfloor
import Testing

@testable import lotwire

/// A floor with one station of each role.
private struct Stations {
  var floor = Floor()
  var time = Timestamp(microseconds: 1_795_000_000_000_000)
  var writer = FeedbackWriter()

  static let plan = LinePlan(
    site: "Suzhou", line: "Pouches",
    stations: [
      StationPlan(name: "sealer", operation: "seal", lineClearance: true),
      StationPlan(name: "oven", operation: "cure", loadCapacityLots: 3),
      StationPlan(name: "dock", operation: "receive", role: .receipt),
      StationPlan(name: "store", operation: "pick", role: .picking),
    ])

  init() {
    perform(.applyPlan(Self.plan, digest: "plan-1", changes: []))
    perform(
      .updatePeople([
        Person(id: "P-1", name: "李伟", badge: "badge-1", rights: [.operate], language: .chinese),
        Person(id: "P-2", name: "Ana", badge: "badge-2", rights: [.operate, .disposition]),
      ]))
    perform(
      .updateWork(
        WorkChange(
          orders: [
            WorkOrder(
              number: "WO-1", product: "pouch", productName: "Pouch", quantity: 10, unit: "pcs",
              operations: ["seal", "cure"], lots: ["L-1", "L-2"],
              materials: [BillOfMaterialsLine(item: "film", quantityPerUnit: 1)])
          ], items: [Item(code: "film", name: "Film", unit: "m")])))
  }

  @discardableResult
  mutating func perform(_ command: Command) -> Decision {
    time = time.advanced(byMicroseconds: 1_000_000)
    let decision = floor.decide(command, at: time)
    for event in decision.events { floor.apply(event) }
    return decision
  }

  /// What the station says to a scan.
  mutating func scan(_ text: String, at station: StationName) throws -> StationFeedback {
    let label = ScannedLabel(text: text)
    let answer = perform(.scan(label, station: station)).answer
    return try told(.answered(label, station, answer, at: time))
  }

  mutating func told(_ news: FeedbackBoard.News) throws -> StationFeedback {
    let feedback = writer.feedback(on: news, floor, at: time)
    return try #require(feedback.first)
  }
}

@Suite("Words of feedback")
struct FeedbackWriterTests {
  @Test("an answer says who, what, and what comes next, in the person's language")
  func answers() throws {
    var stations = Stations()
    let refused = try stations.scan("L-1", at: "sealer")
    #expect(refused.tone == .refuse && refused.colour == .red && refused.icon == .cross)
    #expect(refused.code == "person.missing" && refused.read == "L-1" && refused.language == .english)
    #expect(refused.awaited?.english == "Your badge")

    let welcome = try stations.scan("badge-1", at: "sealer")
    #expect(welcome.tone == .accept && welcome.person == "李伟" && welcome.language == .chinese)
    // The text of a badge is a secret.
    #expect(welcome.read == nil)
    #expect(welcome.mode == "idle" && welcome.awaited?.chinese == "请扫描批次")

    let started = try stations.scan("L-1", at: "sealer")
    #expect(started.tone == .accept && started.mode == "run" && started.lots == ["L-1"] && started.run != nil)
    #expect(started.awaited?.english == "Material, or the card COMPLETE, or the card PAUSE")

    let ended = try stations.scan("LOTWIRE:END", at: "sealer")
    #expect(ended.mode == "idle")
    let gone = try stations.scan("LOTWIRE:LEAVE", at: "sealer")
    // Who has just left reads it in the own language.
    #expect(gone.person == nil && gone.language == .chinese)
  }

  @Test("a load, a receipt and a picking say what they wait for")
  func modes() throws {
    var stations = Stations()
    _ = try stations.scan("badge-2", at: "oven")
    let arrived = try stations.scan("badge-2", at: "dock")
    #expect(arrived.awaited?.english == "A delivery note, or the card BLIND RECEIPT")
    let blind = try stations.scan("LOTWIRE:BLIND", at: "dock")
    #expect(blind.mode == "receipt" && blind.awaited?.english == "The label of a container, or the card COMPLETE")
    let item = try stations.scan("film", at: "dock")
    #expect(item.awaited?.english == "The other label of this container: lot, quantity")
    let atStore = try stations.scan("badge-2", at: "store")
    #expect(atStore.awaited?.english == "A work order")
    let order = try stations.scan("WO-1", at: "store")
    #expect(order.mode == "picking")
    let prepared = try stations.scan("LOTWIRE:UNPICK", at: "store")
    #expect(prepared.awaited == Words("The material label for: PUT BACK", "请扫描物料标签：退回库存"))
  }

  @Test("a recorder that does not record is an alarm, not a wrong label")
  func notRecording() throws {
    var stations = Stations()
    let refusal = Refusal(.recorderStopped, read: "", why: Words("full", "满"), remedy: Words("Stop", "停"))
    let feedback = try stations.told(
      .answered(ScannedLabel(text: "L-1"), "sealer", .refused(refusal), at: stations.time))
    #expect(feedback.tone == .alarm && feedback.read == "L-1")
  }

  @Test("alarms and holds are told where they matter")
  func alarmsAndHolds() throws {
    var stations = Stations()
    _ = try stations.scan("badge-1", at: "sealer")
    _ = try stations.scan("L-1", at: "sealer")
    let alarm = Alarm(
      id: "A-1", kind: .alarmLimit, station: "sealer", source: "seal.temperature", rule: Words("above 190", "高于 190"),
      side: .high, value: 191.5, limit: 190, unit: "°C", run: nil, raisedAt: stations.time)
    func told(_ news: FeedbackBoard.News) -> [StationFeedback] {
      stations.writer.feedback(on: news, stations.floor, at: stations.time)
    }
    // Nobody knows where an alarm was that was never raised here.
    let returned = Event.alarmReturned(AlarmReturned(alarm: "A-1", at: stations.time, value: 189))
    let unknown = told(.alarm(returned, at: stations.time))
    #expect(unknown.isEmpty)
    let raised = told(.alarm(.alarmRaised(alarm), at: stations.time))
    #expect(raised.map(\.tone) == [.alarm])
    #expect(raised.map(\.words.english) == ["Alarm A-1: seal.temperature = 191.5 °C, above 190"])
    let over = told(.alarm(returned, at: stations.time))
    #expect(over.map(\.tone) == [.silent])
    let held = told(.hold(LotHeld(lot: "L-1", person: "P-2", reason: "drift"), isLifted: false))
    #expect(held.map(\.station) == ["sealer"] && held.map(\.tone) == [.attention])
    let elsewhere = told(.hold(LotHeld(lot: "L-2", person: "P-2", reason: "drift"), isLifted: false))
    #expect(elsewhere.isEmpty)
  }

  /// The floor decides what a card means; the sheet must not print others, nor leave any out.
  @Test("the sheet of a station has the cards that the floor takes there", arguments: CommandCard.allCases)
  func cards(card: CommandCard) throws {
    for plan in Stations.plan.stations {
      var stations = Stations()
      _ = try stations.scan("badge-2", at: plan.name)
      let code = try stations.scan(card.rawValue, at: plan.name).code
      let isTaken = code != Refusal.Code.stationRole.rawValue
      if card.isUsed(at: plan) {
        #expect(isTaken, "\(card) at \(plan.name)")
      } else {
        // At a station for one lot nothing is loaded, and without line clearance nothing is cleared.
        let isIdle = [.start, .unload, .clearance].contains(card) && plan.work == .production
        #expect(!isTaken || isIdle, "\(card) at \(plan.name)")
      }
    }
  }
}

@Suite("Feedback in a terminal")
struct FeedbackTextTests {
  private static let feedback = StationFeedback(
    station: "seal", at: Timestamp(microseconds: 0), tone: .refuse, code: "lot.on_hold",
    words: Words("the lot is on hold", "批次已扣留"), language: .chinese, read: "L-1\u{7}", person: "李伟", run: "R-1",
    lots: ["L-1"], mode: "run", awaited: Words("A lot", "请扫描批次"))

  @Test("plain text has no escape sequence and no bell; control characters of a label are shown, not sent")
  func plain() {
    let text = FeedbackText(language: nil, style: .plain).lines(Self.feedback)
    #expect(text.contains("[ ✘ 拒绝 ] 批次已扣留"))
    #expect(text.contains("seal · 李伟 · R-1 · L-1"))
    #expect(text.contains("下一步：请扫描批次"))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
  }

  @Test("in a terminal: colour, and a bell on refusal and alarm only", arguments: StationFeedback.Tone.allCases)
  func colour(tone: StationFeedback.Tone) {
    let feedback = StationFeedback(station: "seal", at: Timestamp(microseconds: 0), tone: tone, words: Words("a", "一"))
    let text = FeedbackText(language: .english, style: .colour).lines(feedback)
    #expect(text.contains("\u{1B}[") && text.contains("\u{1B}[0m"))
    #expect(text.contains("\u{7}") == [.refuse, .alarm].contains(tone))
  }
}
