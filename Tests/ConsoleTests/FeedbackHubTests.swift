import Console
import Shopfloor
import Testing

@Suite struct FeedbackHubTests {
  static func feedback(_ text: String, at station: StationName = "seal") -> StationFeedback {
    StationFeedback(station: station, at: Timestamp(microseconds: 7), tone: .accept, words: Words(text, text))
  }

  static func hub() -> FeedbackHub {
    FeedbackHub(stations: ["seal", "oven"], startedAt: Timestamp(microseconds: 5_000))
  }

  /// Everything that waits in an ended subscription.
  static func texts(_ subscription: FeedbackSubscription) async -> [String] {
    var texts: [String] = []
    for await item in subscription.items {
      if case .feedback(let feedback) = item { texts.append(feedback.words.english) }
    }
    return texts
  }

  @Test func numbersBeginAtTheStartAndGrowByOne() async throws {
    let hub = Self.hub()
    let subscription = try hub.subscribe(to: "seal").get()
    for text in ["a", "b"] { hub.publish(Self.feedback(text)) }
    hub.end()
    var numbers: [Int64] = []
    for await case .feedback(let feedback) in subscription.items { numbers.append(feedback.sequence) }
    #expect(numbers == [5, 6])
  }

  @Test func aStationHearsOnlyItself() async throws {
    let hub = Self.hub()
    let subscription = try hub.subscribe(to: "oven").get()
    hub.publish(Self.feedback("seal"))
    hub.publish(Self.feedback("oven", at: "oven"))
    hub.publish(Self.feedback("nowhere", at: "nowhere"))
    hub.end()
    #expect(await Self.texts(subscription) == ["oven"])
    #expect(hub.counters.published == 2)
  }

  @Test(
    arguments: [
      // Without a number, and with one that was never given: only the latest.
      (nil, ["e"]), (900, ["e"]),
      (6, ["c", "d", "e"]), (9, []), (1, ["a", "b", "c", "d", "e"]),
    ] as [(Int64?, [String])])
  func whatWasMissedComesFirst(after: Int64?, texts: [String]) async throws {
    let hub = Self.hub()
    for text in ["a", "b", "c", "d", "e"] { hub.publish(Self.feedback(text)) }
    let subscription = try hub.subscribe(to: "seal", after: after).get()
    hub.end()
    #expect(await Self.texts(subscription) == texts)
  }

  @Test func theRingKeepsTheLatest() async throws {
    let hub = Self.hub()
    for number in 0..<200 { hub.publish(Self.feedback("\(number)")) }
    let subscription = try hub.subscribe(to: "seal", after: 5).get()
    hub.end()
    let kept = await Self.texts(subscription)
    #expect(kept.count == FeedbackHub.keptPerStation && kept.last == "199")
  }

  @Test func aSlowSubscriberIsDroppedAndCountedAndLosesNothingThatWaited() async throws {
    let hub = Self.hub()
    let slow = try hub.subscribe(to: "seal").get()
    for number in 0...FeedbackHub.maximumWaiting { hub.publish(Self.feedback("\(number)")) }
    #expect(hub.counters.droppedSubscribers == 1)
    #expect(slow.wasDropped)
    #expect(await Self.texts(slow).count == FeedbackHub.maximumWaiting)
  }

  @Test func placesAreBounded() throws {
    let hub = Self.hub()
    var held: [FeedbackSubscription] = []
    for _ in 0..<FeedbackHub.maximumSubscribersPerStation { held.append(try hub.subscribe(to: "seal").get()) }
    #expect(throws: FeedbackHub.Refusal.tooManySubscribers) { try hub.subscribe(to: "seal").get() }
    #expect(throws: Never.self) { try hub.subscribe(to: "oven").get() }
    hub.unsubscribe(held[3])
    #expect(throws: Never.self) { try hub.subscribe(to: "seal").get() }
    #expect(hub.counters.turnedAwaySubscribers == 1)
  }

  @Test func aStationThatIsGoneEndsItsStreams() async throws {
    let hub = Self.hub()
    let gone = try hub.subscribe(to: "oven").get()
    let stays = try hub.subscribe(to: "seal").get()
    hub.setStations(["seal", "press"])
    #expect(await Self.texts(gone).isEmpty)
    #expect(throws: FeedbackHub.Refusal.unknownStation(known: ["press", "seal"])) {
      try hub.subscribe(to: "oven").get()
    }
    hub.publish(Self.feedback("still"))
    hub.end()
    #expect(await Self.texts(stays) == ["still"])
    #expect(throws: FeedbackHub.Refusal.tooManySubscribers) { try hub.subscribe(to: "seal").get() }
  }

  @Test func everyToneHasAColourAndAShapeOfItsOwn() {
    let tones = StationFeedback.Tone.allCases
    #expect(Set(tones.map(\.icon)).count == tones.count)
    #expect(tones.filter { $0.colour == .red } == [.refuse, .alarm])
  }
}
