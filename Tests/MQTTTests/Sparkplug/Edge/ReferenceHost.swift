import Testing

@testable import MQTT

/// A host application reduced to what the specification makes it do with one edge node: aliases from births, sequence
/// numbers, deaths by bdSeq, history apart from the values of now. It writes down what it sees.
struct ReferenceHost {
  struct Name: Hashable {
    var device: String?
    var metric: String
  }

  struct Sample: Hashable {
    var milliseconds: UInt64
    var value: SparkplugValue?
  }

  /// The edge node as the host sees it; nil: not born, or dead.
  struct Session {
    var birthDeathSequence: SparkplugValue?
    var nextSequence: UInt64 = 1
    var names: [UInt64: Name] = [:]
    var devices: Set<String> = []
    /// The latest history of each metric in this session.
    var lastHistory: [Name: UInt64] = [:]
  }

  private(set) var session: Session?
  private(set) var current: [Name: Sample] = [:]
  /// Every value seen, with the metric's name, whether in a birth, live or as history.
  private(set) var seen: [Name: Set<Sample>] = [:]
  private(set) var lastLive: [Name: UInt64] = [:]
  private(set) var wantsRebirth = false
  private(set) var deathsIgnored = 0
  private(set) var rebirthsAsked = 0

  mutating func receive(_ message: EdgeDriver.Message) {
    switch message.kind {
    case .nodeBirth: nodeBirth(message)
    case .nodeDeath: nodeDeath(message)
    case .deviceBirth, .nodeData, .deviceData: sessionMessage(message)
    default: Issue.record("an edge node does not publish \(message.topic)")
    }
  }

  /// A restart: what it knew of the session is gone, what it has written down stays.
  mutating func restart() {
    session = nil
    wantsRebirth = false
  }

  mutating func takeRebirthRequest() -> Bool {
    guard wantsRebirth else { return false }
    wantsRebirth = false
    rebirthsAsked += 1
    return true
  }

  private mutating func nodeBirth(_ message: EdgeDriver.Message) {
    #expect(message.payload.sequence == 0)
    session = Session(birthDeathSequence: message.metric("bdSeq")?.value)
    wantsRebirth = false
    note(birth: message)
  }

  private mutating func nodeDeath(_ message: EdgeDriver.Message) {
    guard let session, session.birthDeathSequence == message.metric("bdSeq")?.value else {
      deathsIgnored += 1
      return
    }
    self.session = nil
  }

  private mutating func sessionMessage(_ message: EdgeDriver.Message) {
    guard session != nil else {
      wantsRebirth = true
      return
    }
    // TCP and one broker lose nothing in the middle of a session.
    #expect(message.payload.sequence == session?.nextSequence)
    session?.nextSequence = ((message.payload.sequence ?? 0) + 1) % 256
    if message.kind == .deviceBirth { note(birth: message) } else { note(data: message) }
  }

  private mutating func note(birth message: EdgeDriver.Message) {
    if let device = message.device { session?.devices.insert(device) }
    for metric in message.payload.metrics {
      guard let alias = metric.alias, let text = metric.name, let time = metric.timestamp else { continue }
      let name = Name(device: message.device, metric: text)
      #expect(session?.names[alias] == nil, "an alias is used once")
      session?.names[alias] = name
      let sample = Sample(milliseconds: time, value: metric.value)
      current[name] = sample
      seen[name, default: []].insert(sample)
    }
  }

  private mutating func note(data message: EdgeDriver.Message) {
    if let device = message.device { #expect(session?.devices.contains(device) == true, "no DDATA before the DBIRTH") }
    for metric in message.payload.metrics {
      guard let alias = metric.alias, let name = session?.names[alias], let time = metric.timestamp else {
        Issue.record("a metric that no birth announced: \(metric)")
        continue
      }
      #expect(name.device == message.device && metric.name == nil)
      let sample = Sample(milliseconds: time, value: metric.value)
      seen[name, default: []].insert(sample)
      if metric.isHistorical {
        session?.lastHistory[name] = time
      } else {
        #expect(time >= lastLive[name] ?? 0, "live values come in the order of time")
        // A metric that had no value yet was born with the time of the birth.
        if let known = current[name], known.value != nil {
          #expect(time >= known.milliseconds, "a live value is not older than the value of now")
        }
        lastLive[name] = time
        current[name] = sample
      }
    }
  }
}
