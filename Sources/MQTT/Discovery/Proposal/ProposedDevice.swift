public import Devices

/// A device that a person may take over into `lotwire.yaml`, as far as its messages say.
public struct ProposedDevice: Hashable, Sendable {
  public var name: String
  public var mappings: [MessageMapping]
  public var availability: [AvailabilityTopic]
  /// What it was made from, and what a person must decide; a line each.
  public var notes: [String]

  public init(
    name: String, mappings: [MessageMapping], availability: [AvailabilityTopic] = [], notes: [String] = []
  ) {
    self.name = name
    self.mappings = mappings
    self.availability = availability
    self.notes = notes
  }

  /// Adds a point under a name that no other point has, to the mapping of its topic.
  mutating func add(_ point: MessagePoint, topic: TopicFilter, like mapping: MessageMapping? = nil) {
    var point = point
    point.name = ProposedNames.unused(point.name, among: mappings.flatMap(\.points).map(\.name))
    if let index = mappings.firstIndex(where: { $0.topic == topic }) {
      mappings[index].points.append(point)
    } else {
      var new = mapping ?? MessageMapping(topic: topic, points: [])
      new.points = [point]
      mappings.append(new)
    }
  }
}

/// A topic of which nothing was proposed.
public struct TopicLeft: Hashable, Sendable {
  public var topic: String
  public var reason: String

  public init(topic: String, reason: String) {
    self.topic = topic
    self.reason = reason
  }
}

/// Names out of texts that come from devices.
enum ProposedNames {
  /// Longest proposed name, in characters.
  static let maximumCharacters = 40

  /// Letters, digits, "-" and "_"; every other run of characters becomes one "-".
  static func plain(_ text: String, otherwise fallback: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars {
      if scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        name.unicodeScalars.append(scalar)
      } else if !name.isEmpty, name.last != "-" {
        name += "-"
      }
      if name.count == maximumCharacters { break }
    }
    while name.last == "-" { name.removeLast() }
    return name.isEmpty ? fallback : name
  }

  /// The name itself, or with the first free number behind it.
  static func unused(_ name: String, among taken: some Sequence<String>) -> String {
    let taken = Set(taken)
    guard taken.contains(name) else { return name }
    var number = 2
    while taken.contains("\(name)-\(number)") { number += 1 }
    return "\(name)-\(number)"
  }
}
