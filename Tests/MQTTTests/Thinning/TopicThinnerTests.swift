import Devices
import Shopfloor
import Testing

@testable import MQTT

@Suite struct TopicThinnerTests {
  static func time(_ microseconds: Int64) -> ClockReading {
    ClockReading(
      utc: DecodingBench.start.advanced(byMicroseconds: microseconds), monotonicMicroseconds: 5_000_000 + microseconds)
  }

  static let place = TopicThinner.Place(device: 0, topic: "t")

  static func thinner(_ rate: Int) -> TopicThinner {
    TopicThinner(ThinningRule(maximumMessagesPerSecond: rate), devices: ["sensor"])
  }

  @Test func aBucketHoldsASecond() {
    var thinner = Self.thinner(10)
    let atOnce = (0..<25).map { _ in thinner.admit(Self.place, at: Self.time(0)).isOver }
    #expect(atOnce == Array(repeating: false, count: 10) + Array(repeating: true, count: 15))
    // A tenth of a second is one message.
    #expect(!thinner.admit(Self.place, at: Self.time(100_000)).isOver)
    #expect(thinner.admit(Self.place, at: Self.time(100_000)).isOver)
    #expect(thinner.admit(Self.place, at: Self.time(199_999)).isOver)
    #expect(!thinner.admit(Self.place, at: Self.time(200_000)).isOver)
    // After a long silence it is full, and no fuller.
    let later = (0..<25).filter { _ in !thinner.admit(Self.place, at: Self.time(90_000_000)).isOver }
    #expect(later.count == 10)
  }

  @Test(arguments: [1, 7, 100, 10_000])
  func theRateIsKept(_ rate: Int) {
    var thinner = Self.thinner(rate)
    var generator = SeededGenerator(seed: UInt64(rate))
    var (now, admitted): (Int64, Int) = (0, 0)
    for _ in 0..<20_000 {
      now += Int64.random(in: 0...100, using: &generator)
      if !thinner.admit(Self.place, at: Self.time(now)).isOver { admitted += 1 }
    }
    // What the bucket held, and what ran in since; a message is never admitted before it is whole.
    let most = Double(rate) + Double(now) * Double(rate) / 1_000_000
    #expect(Double(admitted) <= most && admitted >= min(20_000, Int(most) - 1))
  }

  @Test func oneTopicTakesNothingFromAnother() {
    var thinner = Self.thinner(5)
    for _ in 0..<100 { _ = thinner.admit(Self.place, at: Self.time(0)) }
    let other = TopicThinner.Place(device: 0, topic: "u")
    #expect(!thinner.admit(other, at: Self.time(0)).isOver)
    #expect(thinner.admit(other, at: Self.time(0)).slot != thinner.admit(Self.place, at: Self.time(0)).slot)
  }

  /// A counter in the topic makes every message the first one of its topic.
  @Test func allTopicsOfADeviceTogetherAreHeldToo() {
    var thinner = TopicThinner(ThinningRule(maximumMessagesPerSecond: 5), devices: ["sensor", "other"])
    func place(_ number: Int, device: Int = 0) -> TopicThinner.Place {
      TopicThinner.Place(device: device, topic: "t/\(number)")
    }
    let first = (0..<200).map { thinner.admit(place($0), at: Self.time(0)) }
    #expect(first.map(\.isOver) == (0..<200).map { $0 >= 50 } && first.map(\.isOver) == first.map(\.isOverOfDevice))
    // They are one place, so that of all of them together the lowest and the highest are kept.
    #expect(Set(first.dropFirst(50).map(\.slot)).count == 1 && Set(first.map(\.slot)).count == 51)
    let ofAnother = (0..<50).map { thinner.admit(place($0, device: 1), at: Self.time(0)) }
    #expect(ofAnother.map(\.isOver) == Array(repeating: false, count: 50))
    thinner.keep(place(60), first[60])
    thinner.keep(place(2), first[2])
    // A fiftieth of a second is one message.
    #expect(!thinner.admit(place(0), at: Self.time(20_000)).isOver)
    #expect(thinner.admit(place(0), at: Self.time(20_000)).isOverOfDevice)
    let notes = Self.thinned(thinner.takeNotes(at: 5_020_000))
    #expect(
      notes.map(\.topic) == ["#"] && notes[0].device == "sensor"
        && notes[0].rule == "50 messages a second of all topics together")
    #expect(notes[0].received == 152 && notes[0].kept == 2)
    // Quiet for a minute: it is over.
    #expect(Self.thinned(thinner.takeNotes(at: 70_000_000)).isEmpty)
    #expect(!thinner.admit(place(0), at: Self.time(70_000_000)).isOver)
    #expect(Self.thinned(thinner.end(at: 80_000_000)).isEmpty)
  }

  /// What is over the rule of its own topic takes nothing from the other topics of its device.
  @Test func aFloodingTopicDoesNotUseUpItsDevice() {
    var thinner = Self.thinner(5)
    let flood = (0..<1_000).map { _ in thinner.admit(Self.place, at: Self.time(0)) }
    let whole = flood.filter { !$0.isOver }
    #expect(whole.count == 5 && Set(flood.map(\.isOverOfDevice)) == [false])
    let others = (0..<45).map { thinner.admit(TopicThinner.Place(device: 0, topic: "u/\($0)"), at: Self.time(0)) }
    #expect(others.map(\.isOver) == Array(repeating: false, count: 45))
  }

  static func thinned(_ notes: [MessageNote]) -> [MessagesThinned] {
    notes.compactMap { if case .thinned(let thinned) = $0 { thinned } else { nil } }
  }

  /// The first message over the rule is told at once, what follows once a minute, and the end: after 1, 61, 121 and 240
  /// seconds or a little more.
  @Test func whatIsToldAddsUp() throws {
    var thinner = Self.thinner(10)
    var notes: [MessagesThinned] = []
    var (received, kept) = (0, 0)
    // 20 a second for three minutes, in rounds of a second.
    for second in 0..<180 {
      for part in 0..<20 {
        let time = Self.time(Int64(second) * 1_000_000 + Int64(part) * 50_000)
        let isOver = thinner.admit(Self.place, at: time).isOver
        if isOver, part % 4 == 3 { thinner.keep(Self.place) }
        received += 1
        if !isOver || part % 4 == 3 { kept += 1 }
      }
      notes += Self.thinned(thinner.takeNotes(at: Self.time(Int64(second + 1) * 1_000_000).monotonicMicroseconds))
    }
    for second in 180..<400 {
      notes += Self.thinned(thinner.takeNotes(at: Self.time(Int64(second) * 1_000_000).monotonicMicroseconds))
    }
    #expect(notes.count == 4)
    #expect(notes[0].from == notes[0].until || notes[0].until < DecodingBench.start.advanced(byMicroseconds: 2_000_000))
    for (before, after) in zip(notes, notes.dropFirst()) { #expect(before.until < after.from) }
    for note in notes {
      #expect(note.device == "sensor" && note.topic == "t" && note.rule == "10 messages a second" && note.runs.isEmpty)
      #expect(note.kept <= note.received && note.from <= note.until)
    }
    // Messages within the rule between two stretches belong to none of them.
    let told = notes.reduce(0) { $0 + $1.received }
    #expect(told <= received && told > received - 40)
    #expect(notes.reduce(0) { $0 + $1.kept } <= kept && kept < received)
    #expect(Self.thinned(thinner.takeNotes(at: 1_000_000_000)).isEmpty)
  }

  @Test func theTopicsWatchedAreBounded() {
    var thinner = Self.thinner(1)
    for _ in 0..<3 { _ = thinner.admit(Self.place, at: Self.time(0)) }
    for number in 0..<30_000 {
      _ = thinner.admit(TopicThinner.Place(device: 0, topic: "t/\(number)"), at: Self.time(Int64(number) + 1))
      #expect(thinner.watched <= TopicThinner.maximumTopics)
    }
    #expect(thinner.givenUp + thinner.watched == 30_001)
    // The oldest were given up, and what was still to be told of them was told.
    let notes = Self.thinned(thinner.takeNotes(at: 0))
    #expect(notes.map(\.topic) == ["t", TopicThinner.allTopics] && notes[0].received == 2 && notes[0].kept == 0)
    #expect(!thinner.admit(Self.place, at: Self.time(2_000_000)).isOver)
  }
}
