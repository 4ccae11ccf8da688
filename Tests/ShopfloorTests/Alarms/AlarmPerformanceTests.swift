import Shopfloor
import Testing

@Suite("How alarms serve people")
struct AlarmPerformanceTests {
  static let second: Int64 = 1_000_000
  static let hour: Int64 = 3_600 * second
  static let from = AlarmFixture.begin
  static let until = from.advanced(byMicroseconds: 24 * hour)

  /// An alarm with the events of its life, in seconds from the beginning.
  struct Story {
    var events: [Event] = []
    private var count = 0

    static func at(_ seconds: Double) -> Timestamp {
      AlarmPerformanceTests.from.advanced(byMicroseconds: Int64(seconds * Double(AlarmPerformanceTests.second)))
    }

    @discardableResult
    mutating func alarm(
      _ seconds: Double, source: String = "a", station: StationName = "sealer", priority: AlarmPriority = .medium,
      acknowledged: Double? = nil, returned: Double? = nil, outOfService: Bool = false
    ) -> AlarmID {
      count += 1
      var alarm = Alarm(
        id: AlarmID(stringLiteral: "A-\(count)"), kind: .controlSignal, station: station, source: source,
        rule: Words("r", "r"), side: .high, value: 1, limit: 0, unit: "", run: nil, raisedAt: Self.at(seconds))
      alarm.priority = priority
      alarm.isOutOfService = outOfService ? true : nil
      events.append(.alarmRaised(alarm))
      if let acknowledged {
        events.append(
          .alarmAcknowledged(
            AlarmAcknowledged(alarm: alarm.id, person: "P-2", cause: "c", at: Self.at(acknowledged))))
      }
      if let returned {
        events.append(.alarmReturned(AlarmReturned(alarm: alarm.id, at: Self.at(returned), value: nil)))
      }
      return alarm.id
    }

    func measured(stations: [StationName] = ["sealer"]) -> AlarmPerformance {
      AlarmPerformance(
        AlarmEpisode.episodes(in: events), stations: stations, from: AlarmPerformanceTests.from,
        until: AlarmPerformanceTests.until)
    }
  }

  @Test("rates are per station, over the whole stretch")
  func rates() {
    var story = Story()
    for index in 0..<48 { story.alarm(Double(index) * 1_800) }
    story.alarm(10, station: "oven")
    // The end does not belong to the stretch, nor what was before.
    story.alarm(86_400)
    story.alarm(-1)
    let figures = story.measured(stations: ["press", "sealer"])
    #expect(figures.stations.map(\.station) == ["press", "sealer", "oven"])
    #expect(figures.stations.map(\.raised) == [0, 48, 1] && figures.raised == 49)
    #expect(figures.stations[1].perHour == 2 && figures.stations[1].perDay == 48)
    #expect(figures.stations[1].peakInTenMinutes == 1 && figures.stations[0].peakInTenMinutes == 0)
  }

  @Test(
    "a flood begins with ten alarms in ten minutes and ends when fewer than five came in ten",
    arguments: [
      // Nine are none; so are ten of which the last comes just too late.
      ((0..<9).map { Double($0) * 60 }, []),
      ((0..<9).map { Double($0) * 60 } + [600], []),
      // Ten, then silence: five of them leave the window one by one, the sixth-last at 5 × 60 + 600.
      ((0..<10).map { Double($0) * 60 }, [(0, 900, 10)]),
      // A slow tail of one in two minutes keeps it up; the pause ends it.
      ((0..<10).map { Double($0) * 60 } + [660, 780, 900, 1_020], [(0, 1_140, 14)]),
      // Two floods with calm between them.
      ((0..<10).map { Double($0) } + (0..<10).map { 2_000 + Double($0) }, [(0, 605, 10), (2_000, 2_605, 10)]),
      // Cut at the end of the stretch.
      ((0..<12).map { 86_300 + Double($0) }, [(86_300, 86_400, 12)]),
    ] as [([Double], [(Double, Double, Int)])])
  func floods(times: [Double], expected: [(Double, Double, Int)]) {
    var story = Story()
    for time in times { story.alarm(time) }
    let floods = story.measured().stations[0].floods
    #expect(
      floods
        == expected.map { AlarmFlood(from: Story.at($0.0), until: Story.at($0.1), alarms: $0.2) })
  }

  @Test("floods and peaks are those that counting every instant finds", arguments: UInt64(1)...40)
  func floodsByCounting(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    var times: [Int] = []
    var time = 0
    for _ in 0..<Int.random(in: 0...120, using: &random) {
      time += Int.random(in: 0...(Bool.random(using: &random) ? 60 : 400), using: &random)
      times.append(time)
    }
    func count(_ end: Int, _ length: Int) -> Int { times.count { $0 > end - length && $0 <= end } }
    // Second by second, as the definition says it.
    var floods: [(from: Int, until: Int, alarms: Int)] = []
    var begin: Int?
    var unused = 0
    for second in 0...(time + 1_000) {
      if let began = begin, count(second - 1, 600) >= 5, times.count(where: { $0 > second - 600 && $0 < second }) < 5 {
        let members = times[unused...].filter { $0 >= began && $0 < second }
        floods.append((began, second, members.count))
        unused = times.firstIndex { $0 >= second } ?? times.count
        begin = nil
      }
      let recent = times[unused...].filter { $0 > second - 600 && $0 <= second }
      if begin == nil, recent.count >= 10 { begin = recent.first }
    }
    var story = Story()
    for time in times { story.alarm(Double(time)) }
    let found = story.measured().stations[0]
    #expect(
      found.floods
        == floods.map {
          AlarmFlood(from: Story.at(Double($0.from)), until: Story.at(Double($0.until)), alarms: $0.alarms)
        }, "seed \(seed)")
    #expect(found.peakInTenMinutes == times.map { count($0, 600) }.max() ?? 0)
  }

  @Test("chattering, fleeting, stale, standing and the busiest sources")
  func nuisances() {
    var story = Story()
    for index in 0..<3 { story.alarm(100 + Double(index) * 29, source: "door", returned: 101 + Double(index) * 29) }
    for index in 0..<3 { story.alarm(100 + Double(index) * 30, source: "fan", returned: 120 + Double(index) * 30) }
    story.alarm(7_000, source: "acknowledged", acknowledged: 7_001, returned: 7_002)
    let stale = story.alarm(-3_600, source: "old", returned: 82_801)
    story.alarm(-3_600, source: "not yet", returned: 82_800)
    story.alarm(50_000, source: "stands")
    let figures = story.measured()
    #expect(figures.chattering.map(\.source.source) == ["door"] && figures.chattering.map(\.mostInOneMinute) == [3])
    #expect(figures.fleeting == 3 && figures.stale == [stale] && figures.standing == 1)
    #expect(figures.topSources.map(\.source.source) == ["door", "fan", "acknowledged", "stands"])
    #expect(figures.topSources[0].percent == 37.5 && figures.topSourcesPercent == 100)
  }

  @Test("priorities beside what is aimed at, and how quickly people answer")
  func people() {
    var story = Story()
    for index in 0..<20 {
      let time = Double(index) * 1_000
      let priority: AlarmPriority = index < 1 ? .high : index < 4 ? .medium : .low
      story.alarm(time, priority: priority, acknowledged: time + Double(index + 1))
    }
    // Acknowledged after the stretch: it waited all the while.
    story.alarm(86_399, priority: .low, acknowledged: 86_401)
    let figures = story.measured()
    #expect(figures.priorities.map(\.raised) == [1, 3, 17])
    #expect(figures.priorities.map(\.aimedPercent) == [5, 15, 80])
    #expect(figures.acknowledgement.acknowledged == 20 && figures.acknowledgement.waiting == 1)
    #expect(figures.acknowledgement.medianSeconds == 10.5)
    #expect(figures.acknowledgement.percentile95Seconds == 19)
    let none = Story().measured()
    #expect(none.acknowledgement.medianSeconds == nil && none.priorities.allSatisfy { $0.percent == 0 })
  }

  @Test("what was out of service or shelved is counted apart")
  func apart() {
    var line = AlarmFixture()
    _ = line.service(out: true)
    let silent = line.raise()
    let shelved = line.raise(.specification, source: "seal.temperature")
    _ = line.shelve(shelved, minutes: 10)
    line.pass(minutes: 12)
    line.acknowledge(silent)
    line.comeBack(silent)
    let episodes = AlarmEpisode.episodes(in: line.events)
    #expect(episodes.map(\.closedAt) == [line.time, nil])
    #expect(episodes[1].shelvings.map(\.until) == [line.time] && episodes[1].escalations.map(\.level) == [1, 2])
    let figures = AlarmPerformance(
      episodes, stations: [], from: AlarmFixture.begin, until: line.time.advanced(byMicroseconds: 1))
    #expect(figures.raised == 1 && figures.raisedOutOfService == 1 && figures.shelved == 1)
    #expect(figures.escalated == 2 && figures.standing == 1)
  }
}
