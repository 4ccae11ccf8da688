import Devices
import Shopfloor

/// Holds every topic of every device to the rule: a token bucket that is full after a second of silence. Pure; the time
/// comes with the messages.
struct TopicThinner {
  struct Place: Hashable {
    /// The device's place in the plan.
    var device: Int
    var topic: String
  }

  /// What became of a message.
  struct Admission: Hashable {
    var isOver: Bool
    /// The same for all messages of one place, other for every other one.
    var slot: Int
  }

  /// Most topics that are watched; beyond, those that were quiet longest are given up and begin anew.
  static let maximumTopics = 10_000
  /// While a topic goes on sending too much, one note in this time, in microseconds.
  static let noteMicroseconds: Int64 = 60_000_000
  /// Without a message over the rule for this time it is over, in microseconds.
  static let quietMicroseconds: Int64 = 60_000_000

  private struct Bucket {
    let slot: Int
    /// Millionths of a message.
    var tokens: Int64
    /// By the monotonic clock, in microseconds.
    var lastMessage: Int64
    var isThinned = false
  }

  private let rule: ThinningRule
  private let devices: [DeviceName]
  private let capacity: Int64
  private var buckets: [Place: Bucket] = [:]
  private var episodes: [Place: ThinningEpisode] = [:]
  private var nextSlot = 0
  private var waitingNotes: [MessageNote] = []

  /// How many topics were given up because too many were watched.
  private(set) var givenUp = 0
  var watched: Int { buckets.count }

  init(_ rule: ThinningRule, devices: [DeviceName]) {
    let rate = min(max(rule.maximumMessagesPerSecond, 1), ThinningRule.mostMessagesPerSecond)
    self.rule = ThinningRule(maximumMessagesPerSecond: rate)
    self.devices = devices
    capacity = Int64(rate) * 1_000_000
  }

  // MARK: Messages

  mutating func admit(_ place: Place, at time: ClockReading) -> Admission {
    if buckets[place] == nil { addBucket(place, at: time.monotonicMicroseconds) }
    guard let admission = take(place, at: time.monotonicMicroseconds) else {
      preconditionFailure("the bucket was just made")
    }
    if admission.isOver, episodes[place] == nil {
      episodes[place] = ThinningEpisode()
      buckets[place]?.isThinned = true
    }
    if admission.isOver || buckets[place]?.isThinned == true {
      episodes[place]?.note(isOver: admission.isOver, at: time)
    }
    return admission
  }

  private mutating func take(_ place: Place, at now: Int64) -> Admission? {
    guard let index = buckets.index(forKey: place) else { return nil }
    let bucket = buckets.values[index]
    // A clock that steps back, which a monotonic one does not, refills nothing.
    let elapsed = min(max(now &- bucket.lastMessage, 0), 1_000_000)
    var tokens = min(bucket.tokens + elapsed * Int64(rule.maximumMessagesPerSecond), capacity)
    let isOver = tokens < 1_000_000
    if !isOver { tokens -= 1_000_000 }
    buckets.values[index].tokens = tokens
    buckets.values[index].lastMessage = max(now, bucket.lastMessage)
    return Admission(isOver: isOver, slot: bucket.slot)
  }

  /// Something of a message over the rule was kept.
  mutating func keep(_ place: Place) { episodes[place]?.keep() }

  private mutating func addBucket(_ place: Place, at now: Int64) {
    if buckets.count >= Self.maximumTopics { giveUpOldest() }
    buckets[place] = Bucket(slot: nextSlot, tokens: capacity, lastMessage: now)
    nextSlot += 1
  }

  /// A quarter at once, so that the search is rarely done.
  private mutating func giveUpOldest() {
    let oldest = buckets.sorted { ($0.value.lastMessage, $0.value.slot) < ($1.value.lastMessage, $1.value.slot) }
      .prefix(Self.maximumTopics / 4)
    for (place, _) in oldest {
      buckets[place] = nil
      givenUp += 1
      end(place)
    }
  }

  // MARK: Notes

  /// What is to be told after a round: every topic that began to be thinned in it, and those that still are after a
  /// minute.
  mutating func takeNotes(at now: Int64) -> [MessageNote] {
    let due = episodes.filter { $0.value.isDue(at: now) || $0.value.isQuiet(at: now) }.keys
      .sorted { ($0.device, $0.topic) < ($1.device, $1.topic) }
    for place in due {
      if episodes[place]?.isQuiet(at: now) == true {
        end(place)
      } else if let told = episodes[place]?.take(at: now) {
        waitingNotes.append(note(told, place))
      }
    }
    defer { waitingNotes = [] }
    return waitingNotes
  }

  /// What has not been told yet, of every topic.
  mutating func end(at now: Int64) -> [MessageNote] {
    for place in episodes.keys.sorted(by: { ($0.device, $0.topic) < ($1.device, $1.topic) }) { end(place) }
    return takeNotes(at: now)
  }

  private mutating func end(_ place: Place) {
    buckets[place]?.isThinned = false
    guard var episode = episodes.removeValue(forKey: place), let told = episode.take(at: 0) else { return }
    waitingNotes.append(note(told, place))
  }

  private func note(_ told: ThinningEpisode.Stretch, _ place: Place) -> MessageNote {
    let rate = rule.maximumMessagesPerSecond
    return .thinned(
      MessagesThinned(
        device: devices[place.device], topic: place.topic, from: told.from, until: told.until,
        received: told.received, kept: told.kept, rule: rate == 1 ? "1 message a second" : "\(rate) messages a second"
      ))
  }
}
