/// A convention by which devices write messages; found from topic and payload, where no mapping says more.
public enum MessageFamily: String, Hashable, Sendable, CaseIterable {
  case empty
  case plainNumber = "plain number"
  case plainText = "plain text"
  case availability
  case json = "JSON"
  case valueAndTime = "value and time"
  case tasmota = "Tasmota"
  case shelly = "Shelly Gen2"
  case zigbee2MQTT = "Zigbee2MQTT"
  case chirpStack = "ChirpStack v4"
  case theThingsStack = "TTN v3"
  case ifmIOLink = "ifm IO-Link"
  case homeAssistant = "Home Assistant discovery"
  case sparkplug = "Sparkplug B"
  case unreadable
  case tooLarge = "too large"
}

/// One value that a message holds.
public struct RecognisedValue: Hashable, Sendable {
  /// A `JSONPath`; nil: the whole payload.
  public var path: String?
  /// As the message writes it, at most ``maximumSampleCharacters``.
  public var sample: String
  /// Only where the message or its convention says it.
  public var unit: String?
  public var isNumber: Bool

  public static let maximumSampleCharacters = 40

  public init(path: String?, sample: String, unit: String? = nil, isNumber: Bool = true) {
    self.path = path
    self.sample = sample
    self.unit = unit
    self.isNumber = isNumber
  }
}

/// What somebody who knows the usual conventions sees in one message.
public struct RecognisedMessage: Hashable, Sendable {
  public var family: MessageFamily
  /// In the order of the message; numbers, and texts that are one.
  public var values: [RecognisedValue]
  /// Values beyond the bounds, which are not listed.
  public var furtherValues: Int
  public var timePath: String?
  /// What names the message and no other, as its convention defines it.
  public var keyPaths: [String]
  /// What a person should know: why it is unreadable, what to decide.
  public var note: String?

  public init(
    _ family: MessageFamily, values: [RecognisedValue] = [], furtherValues: Int = 0, timePath: String? = nil,
    keyPaths: [String] = [], note: String? = nil
  ) {
    self.family = family
    self.values = values
    self.furtherValues = furtherValues
    self.timePath = timePath
    self.keyPaths = keyPaths
    self.note = note
  }
}
