import Devices

/// Makes devices out of what was seen on topics: where values stand, when, by which key, what says that the device is
/// there. Units only where messages say them; a person decides the rest. Pure.
public struct CensusProposal: Sendable {
  /// Most devices that are proposed; topics beyond it are listed as left.
  public static let maximumDevices = 500

  public private(set) var devices: [ProposedDevice] = []
  public private(set) var left: [TopicLeft] = []
  /// Topics that the configuration reads already.
  public private(set) var readAlready = 0
  private let topics: Set<String>
  private let taken: [String]

  /// - Parameter names: names that devices of the configuration have.
  public init(_ census: TopicCensus, besides names: [String] = []) {
    topics = Set(census.sightings.keys)
    taken = names
    for sighting in census.inOrder {
      if census.reads(sighting.topic) { readAlready += 1 } else { propose(sighting) }
    }
    attachAvailability(census)
  }

  private mutating func leave(_ sighting: TopicSighting, _ reason: String) {
    left.append(TopicLeft(topic: sighting.topic, reason: reason))
  }

  private mutating func propose(_ sighting: TopicSighting) {
    let seen = sighting.recognised
    let levels = sighting.topic.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    switch seen.family {
    case .plainNumber: single(sighting, levels, path: nil)
    case .valueAndTime: namespace(sighting, levels)
    case .tasmota: tasmota(sighting, levels)
    case .shelly: shelly(sighting, levels)
    case .json, .zigbee2MQTT, .chirpStack, .theThingsStack:
      guard !seen.values.isEmpty else { return leave(sighting, seen.note ?? "JSON without a number") }
      let first = seen.family == .zigbee2MQTT || seen.family == .json ? 0 : 1
      device(levels.dropFirst(seen.family == .zigbee2MQTT ? 1 : first), sighting)
    case .ifmIOLink, .unreadable, .tooLarge, .homeAssistant, .sparkplug:
      leave(sighting, seen.note ?? seen.family.rawValue)
    case .plainText: leave(sighting, "a text; map it with text: true where it is wanted")
    case .empty: leave(sighting, "empty messages")
    case .availability: break
    }
  }

  // MARK: Conventions

  /// A topic of one value: its last level is the name of the point, what stands before it the device.
  private mutating func single(_ sighting: TopicSighting, _ levels: [String], path: String?) {
    let device = levels.count > 1 ? levels.dropLast() : levels[...]
    add(device, sighting) { seen in
      seen.values.prefix(1).map { ProposedPoint(ProposedNames.plain(levels.last ?? "", otherwise: "value"), $0) }
    }
  }

  private mutating func namespace(_ sighting: TopicSighting, _ levels: [String]) {
    let name = ProposedNames.plain(levels.last ?? "", otherwise: "value")
    add(levels.count > 1 ? levels.dropLast() : levels[...], sighting) { seen in
      seen.values.map { value in
        let isValue = ["value", "v", "val"].contains(value.path?.lowercased() ?? "")
        return ProposedPoint(isValue ? name : "\(name)-\(ProposedNames.plain(value.path ?? "", otherwise: "x"))", value)
      }
    }
  }

  /// Every number of a message is a point of one device.
  private mutating func device(_ name: ArraySlice<String>, _ sighting: TopicSighting, below prefixes: [String] = []) {
    let prefixes = prefixes + ["object.", "uplink_message.decoded_payload.", "params."]
    add(name, sighting) { seen in
      seen.values.map { value in
        let path = value.path ?? ""
        let prefix = prefixes.first { path.hasPrefix($0) } ?? ""
        let short = Self.elementName(path) ?? String(path.dropFirst(prefix.count))
        return ProposedPoint(ProposedNames.plain(short, otherwise: "value"), value)
      }
    }
  }

  /// `Oven.Temperature` of `values[id="Oven.Temperature"].v`; nil where the path names no element of a list.
  private static func elementName(_ path: String) -> String? {
    let parts = path.split(separator: "=\"", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let element = parts[1].split(separator: "\"]", maxSplits: 1, omittingEmptySubsequences: false)
    guard element.count == 2 else { return nil }
    return String(element[0]) + ([".v", ".value", ".val"].contains(element[1]) ? "" : String(element[1]))
  }

  private mutating func tasmota(_ sighting: TopicSighting, _ levels: [String]) {
    guard levels.last == "SENSOR" else { return leave(sighting, "the state of the module itself (Wi-Fi, uptime)") }
    let name = levels.dropLast().filter { $0 != "tele" }
    add(
      name[...], sighting, note: "its time has no zone; time: {path: Time, as: local, zone: Europe/Berlin} would use it"
    ) {
      seen in
      seen.timePath = nil
      return seen.values.map { ProposedPoint(ProposedNames.plain($0.path ?? "", otherwise: "value"), $0) }
    }
  }

  private mutating func shelly(_ sighting: TopicSighting, _ levels: [String]) {
    guard !sighting.recognised.values.isEmpty else {
      return leave(sighting, sighting.recognised.note ?? "no number has come yet")
    }
    if levels.suffix(2) == ["events", "rpc"] {
      device(levels.dropLast(2), sighting)
    } else if topics.contains(levels[0] + "/events/rpc") {
      leave(sighting, "the same values come on \(levels[0])/events/rpc with their time")
    } else {
      device(levels.prefix(1), sighting)
    }
  }

  // MARK: Adding

  private struct ProposedPoint {
    var name: String
    var value: RecognisedValue

    init(_ name: String, _ value: RecognisedValue) {
      self.name = name
      self.value = value
    }
  }

  private mutating func add(
    _ name: ArraySlice<String>, _ sighting: TopicSighting, note: String? = nil,
    points: (inout RecognisedMessage) -> [ProposedPoint]
  ) {
    var seen = sighting.recognised
    let made = points(&seen)
    guard !made.isEmpty else { return leave(sighting, "no number has come yet") }
    let topic: TopicFilter
    let mapping: MessageMapping
    do {
      topic = try TopicFilter(sighting.topic)
      mapping = try Self.mapping(topic, seen, isDelta: seen.family == .shelly && seen.timePath != nil)
    } catch {
      return leave(sighting, "\(error)")
    }
    let plain = ProposedNames.plain(name.joined(separator: "-"), otherwise: "device")
    var index = devices.firstIndex { $0.name == plain && seen.family != .json }
    if index == nil {
      guard devices.count < Self.maximumDevices else {
        return leave(sighting, "more than \(Self.maximumDevices) devices")
      }
      devices.append(
        ProposedDevice(name: ProposedNames.unused(plain, among: taken + devices.map(\.name)), mappings: []))
      index = devices.count - 1
    }
    guard let index else { return }
    for point in made {
      guard let path = Self.path(point.value) else { continue }
      devices[index].add(
        MessagePoint(name: point.name, path: path.path, unit: point.value.unit ?? ""), topic: topic, like: mapping)
    }
    devices[index].notes += Self.notes(sighting, seen) + [note].compactMap { $0 }
  }

  private static func path(_ value: RecognisedValue) -> (path: JSONPath?, Void)? {
    guard let text = value.path else { return (nil, ()) }
    do throws(JSONPathFault) {
      return (try JSONPath(text), ())
    } catch {
      return nil
    }
  }

  private static func mapping(
    _ topic: TopicFilter, _ seen: RecognisedMessage, isDelta: Bool
  ) throws -> MessageMapping {
    var mapping = MessageMapping(
      topic: topic, time: try seen.timePath.map { MessageTime(path: try JSONPath($0)) },
      key: try seen.keyPaths.map { try JSONPath($0) }, points: [])
    if isDelta {
      mapping.shape = .delta
      mapping.conditions = [
        MessageCondition(path: try JSONPath("method"), texts: ["NotifyStatus", "NotifyFullStatus"])
      ]
    }
    return mapping
  }

  private static func notes(_ sighting: TopicSighting, _ seen: RecognisedMessage) -> [String] {
    var notes = ["\(sighting.topic): \(seen.family.rawValue)"]
    if let rate = sighting.rate { notes[0] += ", about \(rounded(rate)) messages a second" }
    if sighting.retained == sighting.messages { notes[0] += ", seen only as a kept message" }
    if seen.furtherValues > 0 { notes.append("\(sighting.topic): \(seen.furtherValues) further values are not listed") }
    return notes
  }

  static func rounded(_ value: Double) -> String {
    let digits = value >= 10 ? 1.0 : 100.0
    let text = String((value * digits).rounded() / digits)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension CensusProposal {
  /// A topic that says whether a device is there belongs to the device that has the topics beside it.
  private mutating func attachAvailability(_ census: TopicCensus) {
    for sighting in census.inOrder where sighting.recognised.family == .availability && !census.reads(sighting.topic) {
      let levels = sighting.topic.split(separator: "/", omittingEmptySubsequences: false)
      let parent = levels.dropLast().joined(separator: "/")
      let index = devices.firstIndex { device in
        device.mappings.contains { $0.topic.text == parent || $0.topic.text.hasPrefix(parent + "/") }
      }
      guard let index, !parent.isEmpty else {
        leave(sighting, "says whether something is there: write it into availability: of the device that it means")
        continue
      }
      guard let topic = Self.availability(sighting) else { continue }
      devices[index].availability.append(topic)
    }
  }

  private static func availability(_ sighting: TopicSighting) -> AvailabilityTopic? {
    let value = sighting.recognised.values.first
    let words = MessageRecogniser.availabilityWords + [(online: "true", offline: "false")]
    let pair = words.first { $0.online == value?.sample || $0.offline == value?.sample } ?? words[0]
    do {
      return AvailabilityTopic(
        topic: try TopicFilter(sighting.topic), path: try value?.path.map { try JSONPath($0) },
        online: [pair.online], offline: [pair.offline])
    } catch {
      return nil
    }
  }
}
