import Console
import Shopfloor
import Testing

@testable import lotwire

@Suite("What stations are told of alarms")
struct AlarmNewsTests {
  private static let at = Timestamp(microseconds: 1_795_000_000_000_000)

  private static func alarm(outOfService: Bool = false, acknowledged: Bool = false) -> Alarm {
    var alarm = Alarm(
      id: "A-1", kind: .alarmLimit, station: "sealer", source: "seal.temperature", rule: Words("above 190", "高于 190"),
      side: .high, value: 191.5, limit: 190, unit: "°C", run: nil, raisedAt: at)
    if outOfService { alarm.isOutOfService = true }
    if acknowledged { alarm.acknowledgement = .init(person: "P-2", at: at, cause: "c") }
    return alarm
  }

  private static func floor(_ alarm: Alarm) -> Floor {
    var floor = Floor()
    floor.apply(.personUpdated(Person(id: "P-2", name: "Ana", badge: "B-2", rights: [.acknowledge])))
    floor.apply(.alarmRaised(alarm))
    return floor
  }

  @Test("an alarm that nobody acknowledged calls again, and says who is told")
  func escalated() throws {
    let event = Event.alarmEscalated(AlarmEscalated(alarm: "A-1", level: 1, to: "shift leader", at: Self.at))
    var writer = FeedbackWriter()
    let floor = Self.floor(Self.alarm())
    let raised = writer.feedback(on: .alarm(.alarmRaised(Self.alarm()), at: Self.at), floor, at: Self.at)
    #expect(raised.map(\.tone) == [.alarm])
    let told = writer.feedback(on: .alarm(event, at: Self.at), floor, at: Self.at)
    #expect(told.map(\.station) == ["sealer"] && told.map(\.tone) == [.alarm] && told.map(\.icon) == [.bell])
    #expect(told.first?.words.english == "Alarm A-1 is not acknowledged and goes to shift leader")
    #expect(told.first?.words.chinese == "报警 A-1 无人确认，已上报 shift leader")
  }

  @Test("an alarm back from the shelf calls like a new one while nobody has acknowledged it")
  func unshelved() throws {
    let event = Event.alarmUnshelved(AlarmUnshelved(alarm: "A-1", person: nil, at: Self.at))
    #expect(AlarmNews(event, Self.floor(Self.alarm()))?.tone == .alarm)
    #expect(AlarmNews(event, Self.floor(Self.alarm(acknowledged: true)))?.tone == .attention)
    #expect(AlarmNews(event, Floor())?.words.chinese == "报警 A-1 已结束搁置")
  }

  @Test("an alarm out of service is shown and calls nobody; a shelved one says until when and why")
  func silent() throws {
    let raised = try #require(AlarmNews(.alarmRaised(Self.alarm(outOfService: true)), Floor()))
    #expect(raised.tone == .silent && raised.words.english.hasSuffix("(out of service)"))
    let shelved = AlarmShelved(alarm: "A-1", person: "P-2", reason: "检修", until: Self.at, at: Self.at)
    let news = try #require(AlarmNews(.alarmShelved(shelved), Self.floor(Self.alarm())))
    #expect(news.tone == .silent && news.words.english == "Alarm A-1 shelved by Ana until \(Self.at): 检修")
  }
}
