/// How the messages of one topic filter become values: declared in a device profile or in `lotwire.yaml`, interpreted
/// by the message room. Plain values; placeholders are replaced before.
public struct MessageMapping: Hashable, Sendable {
  public enum Shape: Hashable, Sendable {
    /// Every message has all values: a path that leads nowhere is a bad reading.
    case whole
    /// A message tells what changed (RFC 7396 style): a value that is not in it has no reading. Units and conditions that
    /// are not in it are those of the messages before; its time and its key are its own or missing.
    case delta
  }

  public var topic: TopicFilter
  public var shape: Shape
  /// Messages that do not meet all of these are no concern of the mapping; they are neither bad nor missed.
  public var conditions: [MessageCondition]
  /// Each element of the list at this path is read as if it were a message; the paths of time, key, conditions and points
  /// begin there. Nil: the message itself.
  public var each: JSONPath?
  /// Nil: the time of receipt.
  public var time: MessageTime?
  /// The values at these paths together name the message, beside its own credible time or else its content: a counter
  /// may begin again. Empty: source time and content do, where there is a credible time.
  public var key: [JSONPath]
  public var points: [MessagePoint]

  public init(
    topic: TopicFilter, shape: Shape = .whole, conditions: [MessageCondition] = [], each: JSONPath? = nil,
    time: MessageTime? = nil, key: [JSONPath] = [], points: [MessagePoint]
  ) {
    self.topic = topic
    self.shape = shape
    self.conditions = conditions
    self.each = each
    self.time = time
    self.key = key
    self.points = points
  }
}

/// What must stand at a path so that a message is meant.
public struct MessageCondition: Hashable, Sendable {
  public var path: JSONPath
  /// One of these, compared as text: numbers as written, `true` and `false`. Empty: anything at all.
  public var texts: [String]

  public init(path: JSONPath, texts: [String]) {
    self.path = path
    self.texts = texts
  }
}

/// Where a message says its own time, and how.
public struct MessageTime: Hashable, Sendable {
  public enum Form: Hashable, Sendable {
    /// ISO 8601 with a zone, or a Unix time in seconds or milliseconds, told apart by size.
    case automatic
    case unixSeconds
    case unixMilliseconds
    case unixMicroseconds
    case unixNanoseconds
    /// ISO 8601 without a zone, in the zone of this name of the IANA database ("Europe/Berlin"). The hour that comes
    /// twice a year is not believed: its readings are `uncertainDeviceTime`.
    case local(zone: String)
  }

  public var path: JSONPath
  public var form: Form

  public init(path: JSONPath, form: Form = .automatic) {
    self.path = path
    self.form = form
  }
}

/// One value out of a message.
public struct MessagePoint: Hashable, Sendable {
  public enum Form: Hashable, Sendable {
    /// A number, a text that is one ("21,5"), ON/OFF, true/false; or one of these words.
    case number(words: [String: Double])
    /// The text itself.
    case text
    /// A part of bytes that are written as text, or of the payload itself.
    case slice(ByteSlice)
  }

  /// What `lotwire.yaml` maps to a parameter.
  public var name: String
  /// Nil: the whole payload is the value.
  public var path: JSONPath?
  public var form: Form
  /// The value is what was read × scale + offset, after ``units``.
  public var scale: Double
  public var offset: Double
  /// Raw numbers that mean "no value".
  public var sentinels: [Double]
  /// Allowed values after scaling, both ends included.
  public var range: ClosedRange<Double>?
  /// The unit of the value.
  public var unit: String
  public var units: UnitSource?
  public var quality: SourceQuality?
  /// How often it is expected, in microseconds; 0: nothing is expected.
  public var everyMicroseconds: Int64
  public var note: String?

  public init(
    name: String, path: JSONPath? = nil, form: Form = .number(words: [:]), scale: Double = 1, offset: Double = 0,
    sentinels: [Double] = [], range: ClosedRange<Double>? = nil, unit: String = "", units: UnitSource? = nil,
    quality: SourceQuality? = nil, everyMicroseconds: Int64 = 0, note: String? = nil
  ) {
    self.name = name
    self.path = path
    self.form = form
    self.scale = scale
    self.offset = offset
    self.sentinels = sentinels
    self.range = range
    self.unit = unit
    self.units = units
    self.quality = quality
    self.everyMicroseconds = everyMicroseconds
    self.note = note
  }
}

/// Where a message says the unit of a value. A unit that is not listed gives no value.
public struct UnitSource: Hashable, Sendable {
  public struct Conversion: Hashable, Sendable {
    public var scale: Double
    public var offset: Double

    public init(scale: Double = 1, offset: Double = 0) {
      self.scale = scale
      self.offset = offset
    }
  }

  public var path: JSONPath
  /// From the text of the unit, as written, to the point's own unit.
  public var conversions: [String: Conversion]

  public init(path: JSONPath, conversions: [String: Conversion]) {
    self.path = path
    self.conversions = conversions
  }
}

/// Where a message says whether a value may be used. What is not among the good texts is a bad reading.
public struct SourceQuality: Hashable, Sendable {
  public var path: JSONPath
  /// Compared as text: numbers as written, `true` and `false`.
  public var good: [String]

  public init(path: JSONPath, good: [String]) {
    self.path = path
    self.good = good
  }
}

/// A number in some bytes.
public struct ByteSlice: Hashable, Sendable {
  /// How the bytes are written in the message.
  public enum Encoding: String, Hashable, Sendable, CaseIterable {
    case hexadecimal
    case base64
    /// The payload itself.
    case raw
  }

  public enum Place: Hashable, Sendable {
    /// As an IODD counts (IO-Link Interface and System Specification, process data): bit 0 is the least significant bit of
    /// the last byte.
    case bits(offset: Int, length: Int)
    /// From this byte on, counted from 0 at the beginning.
    case bytes(at: Int, count: Int)
  }

  public enum Number: String, Hashable, Sendable, CaseIterable {
    case unsigned
    /// Two's complement.
    case signed
    /// IEEE 754, of 16, 32 or 64 bits.
    case float
  }

  public var encoding: Encoding
  public var place: Place
  public var number: Number
  /// The least significant byte comes first; only for whole bytes.
  public var isLittleEndian: Bool

  public init(encoding: Encoding, place: Place, number: Number, isLittleEndian: Bool = false) {
    self.encoding = encoding
    self.place = place
    self.number = number
    self.isLittleEndian = isLittleEndian
  }
}

/// A topic, often a will, that says whether the device is there. Away, all its parameters are bad (`badDeviceOffline`).
public struct AvailabilityTopic: Hashable, Sendable {
  public var topic: TopicFilter
  /// Nil: the whole payload.
  public var path: JSONPath?
  /// Compared as text, letter case ignored. What is neither changes nothing.
  public var online: [String]
  public var offline: [String]

  public init(topic: TopicFilter, path: JSONPath? = nil, online: [String], offline: [String]) {
    self.topic = topic
    self.path = path
    self.online = online
    self.offline = offline
  }
}

/// How many messages of one topic are kept each second.
public struct ThinningRule: Hashable, Sendable {
  /// In any second, by the monotonic clock.
  public var maximumMessagesPerSecond: Int

  /// 1 to this many.
  public static let mostMessagesPerSecond = 10_000
  /// What holds where nothing is said.
  public static let standard = ThinningRule(maximumMessagesPerSecond: 100)
  /// The widest rule there is (``mostMessagesPerSecond``): for somebody who only looks on.
  public static let widest = ThinningRule(maximumMessagesPerSecond: mostMessagesPerSecond)

  public init(maximumMessagesPerSecond: Int) { self.maximumMessagesPerSecond = maximumMessagesPerSecond }
}

/// What is known of a device model that sends messages: read from `DeviceProfiles/<vendor>/<model>.yaml` with
/// `transport: mqtt`.
public struct MessageProfile: Hashable, Sendable {
  /// What an installation must say, because topics differ: stands as `{name}` in topics and paths.
  public struct Argument: Hashable, Sendable {
    /// What may be written for it.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// One level of a topic: without "/", "+" and "#".
      case level
      /// One or more levels of a topic: without "+" and "#".
      case levels
      /// The name of a time zone of the IANA database; not for topics.
      case zone
      /// Any text; not for topics.
      case text
    }

    public var name: String
    public var meaning: String
    /// What holds where the installation says nothing; nil: it must.
    public var standard: String?
    public var kind: Kind

    public init(name: String, meaning: String, standard: String? = nil, kind: Kind = .level) {
      self.name = name
      self.meaning = meaning
      self.standard = standard
      self.kind = kind
    }
  }

  public var name: String
  public var vendor: String
  public var model: String
  public var status: DeviceProfile.Status
  public var sources: [DeviceProfile.Source]
  public var notes: [String]
  public var arguments: [Argument]
  public var mappings: [MessageMapping]
  public var availability: [AvailabilityTopic]

  public init(
    name: String, vendor: String, model: String, status: DeviceProfile.Status,
    sources: [DeviceProfile.Source] = [], notes: [String] = [], arguments: [Argument] = [],
    mappings: [MessageMapping], availability: [AvailabilityTopic] = []
  ) {
    self.name = name
    self.vendor = vendor
    self.model = model
    self.status = status
    self.sources = sources
    self.notes = notes
    self.arguments = arguments
    self.mappings = mappings
    self.availability = availability
  }

  public var points: [MessagePoint] { mappings.flatMap(\.points) }

  public func point(_ name: String) -> MessagePoint? { points.first { $0.name == name } }
}
