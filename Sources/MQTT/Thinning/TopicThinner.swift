import Devices
import Shopfloor

/// Holds every topic of every device to the rule, and all topics of a device together to ten times as much: token buckets
/// that are full after a second of silence. Pure; the time comes with the messages.
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
    /// Its topic is within the rule; all topics of its device together are over theirs.
    var isOverOfDevice = false
  }

  /// What stands for all topics of a device in the place of one; no topic is called so.
  static let allTopics = "#"
  /// All topics of a device together may send as much as so many: a device that puts a counter into its topic would else
  /// never be held to anything.
  static let topicsOfDevice = 10

  /// Most topics that are watched; beyond, those that were quiet longest are given up and begin anew.
  static let maximumTopics = 10_000
  /// While a topic goes on sending too much, one note in this time, in microseconds.
  static let noteMicroseconds: Int64 = 60_000_000
  /// Without a message over the rule for this time it is over, in microseconds.
  static let quietMicroseconds: Int64 = 60_000_000

  private struct Bucket {
    let slot: Int
    /// Messages a second.
    let rate: Int64
    /// Millionths of a message.
    var tokens: Int64
    /// By the monotonic clock, in microseconds.
    var lastMessage: Int64
    var isThinned = false

    init(slot: Int, rate: Int, fullAt now: Int64) {
      self.slot = slot
      self.rate = Int64(rate)
      tokens = self.rate * 1_000_000
      lastMessage = now
    }

    /// - Returns: whether there was something left for one more message.
    mutating func take(at now: Int64) -> Bool {
      // A clock that steps back, which a monotonic one does not, refills nothing.
      let elapsed = min(max(now &- lastMessage, 0), 1_000_000)
      tokens = min(tokens + elapsed * rate, rate * 1_000_000)
      lastMessage = max(now, lastMessage)
      guard tokens >= 1_000_000 else { return false }
      tokens -= 1_000_000
      return true
    }
  }

  private let rule: ThinningRule
  private let devices: [DeviceName]
  private var buckets: [Place: Bucket] = [:]
  private var deviceBuckets: [Bucket]
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
    deviceBuckets = devices.indices.map { Bucket(slot: -1 - $0, rate: rate * Self.topicsOfDevice, fullAt: 0) }
  }

  // MARK: Messages

  mutating func admit(_ place: Place, at time: ClockReading) -> Admission {
    let now = time.monotonicMicroseconds
    if buckets[place] == nil { addBucket(place, at: now) }
    guard let index = buckets.index(forKey: place) else { preconditionFailure("the bucket was just made") }
    let isOver = !buckets.values[index].take(at: now)
    let isOverOfDevice = !isOver && !deviceBuckets[place.device].take(at: now)
    if isOver { buckets.values[index].isThinned = true }
    if isOverOfDevice { deviceBuckets[place.device].isThinned = true }
    if deviceBuckets[place.device].isThinned, !isOver {
      note(Place(device: place.device, topic: Self.allTopics), isOver: isOverOfDevice, time)
    }
    if buckets.values[index].isThinned, !isOverOfDevice { note(place, isOver: isOver, time) }
    return Admission(
      isOver: isOver || isOverOfDevice,
      slot: isOverOfDevice ? deviceBuckets[place.device].slot : buckets.values[index].slot,
      isOverOfDevice: isOverOfDevice)
  }

  private mutating func note(_ place: Place, isOver: Bool, _ time: ClockReading) {
    episodes[place, default: ThinningEpisode()].note(isOver: isOver, at: time)
  }

  /// Something of a message over the rule was kept.
  mutating func keep(_ place: Place, _ admission: Admission? = nil) {
    let isOfDevice = admission?.isOverOfDevice ?? false
    episodes[isOfDevice ? Place(device: place.device, topic: Self.allTopics) : place]?.keep()
  }

  private mutating func addBucket(_ place: Place, at now: Int64) {
    if buckets.count >= Self.maximumTopics { giveUpOldest() }
    buckets[place] = Bucket(slot: nextSlot, rate: rule.maximumMessagesPerSecond, fullAt: now)
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
    if place.topic == Self.allTopics {
      deviceBuckets[place.device].isThinned = false
    } else {
      buckets[place]?.isThinned = false
    }
    guard var episode = episodes.removeValue(forKey: place), let told = episode.take(at: 0) else { return }
    waitingNotes.append(note(told, place))
  }

  private func note(_ told: ThinningEpisode.Stretch, _ place: Place) -> MessageNote {
    let isOfDevice = place.topic == Self.allTopics
    let rate = rule.maximumMessagesPerSecond * (isOfDevice ? Self.topicsOfDevice : 1)
    let words = (rate == 1 ? "1 message" : "\(rate) messages") + " a second"
    return .thinned(
      MessagesThinned(
        device: devices[place.device], topic: place.topic, from: told.from, until: told.until,
        received: told.received, kept: told.kept, rule: isOfDevice ? words + " of all topics together" : words))
  }
}
