/// What a label says, whatever scheme it was written in. The bytes as read are always kept beside the interpretation.
public struct LabelReading: Hashable, Sendable {
  /// How the text was understood.
  public enum Scheme: String, Sendable, Hashable, CaseIterable { case gs1, plain }

  /// What a site rule says a plain code is.
  public enum Meaning: String, Sendable, Hashable, CaseIterable { case unknown, badge, lot, material, card }

  public var scheme: Scheme
  /// The AIM identifier as received ("]C1"), or nil (ISO/IEC 15424).
  public var aimIdentifier: String?
  /// Exactly the bytes that came, the AIM identifier included where it stood in the text.
  public var raw: [UInt8]
  /// The text without AIM identifier and without the prefix that a site rule strips; empty where the bytes are no text.
  public var text = ""
  public var meaning = Meaning.unknown
  public var keys: [LabelKey] = []
  /// Batch or lot (AI 10), exactly as written.
  public var lot: String?
  /// Serial number (AI 21), exactly as written.
  public var serial: String?
  /// Expiry (AI 17, else AI 7003).
  public var expiry: LabelDate?
  /// Count of items (AI 30, else AI 37).
  public var quantity: Int?
  /// Every element that none of the fields above holds, in the order of the label.
  public var other: [LabelElement] = []
  public var flags: [LabelFlag] = []
  /// The first fault; a label with a fault must not be used, whatever else was understood.
  public var fault: LabelFault?

  init(scheme: Scheme, aimIdentifier: String?, raw: [UInt8]) {
    self.scheme = scheme
    self.aimIdentifier = aimIdentifier
    self.raw = raw
  }

  /// The value of the first key of a kind.
  public func key(_ kind: LabelKey.Kind) -> String? { keys.first { $0.kind == kind }?.value }
}

/// A key that names a thing: an item, a package, a place.
public struct LabelKey: Hashable, Sendable {
  public enum Kind: String, Sendable, Hashable {
    /// AI 01: the item itself.
    case gtin
    /// AI 02: the items contained in a logistic unit.
    case contentGTIN
    /// AI 00: a logistic unit.
    case sscc
  }

  public var kind: Kind
  public var value: String
}

/// One element of a label: an application identifier and its value as written.
public struct LabelElement: Hashable, Sendable {
  public var identifier: String
  public var value: String
}

/// A remark that does not make the label unusable.
public enum LabelFlag: String, Sendable, Hashable, CaseIterable {
  /// No AIM identifier said so: the content was recognised as GS1.
  case guessed
  /// Read from the human-readable form with brackets.
  case brackets
  /// No separator came although a variable field may have swallowed the fields behind it.
  case noSeparatorSeen = "no_separator_seen"
  /// A separator stood behind a field that needs none.
  case needlessSeparator = "needless_separator"
  /// The day was 00: the last day of the month is meant.
  case dayZero = "day_00"
}

/// A calendar date on a label; GS1 dates carry no time zone.
public struct LabelDate: Hashable, Sendable {
  public var year: Int
  public var month: Int
  public var day: Int
  /// Minutes after midnight where the label gives a time (AI 7003), else nil: the whole day.
  public var minuteOfDay: Int?
}

/// One sentence for people, in both languages of the floor.
public struct LabelWords: Hashable, Sendable {
  public var english: String
  public var chinese: String

  init(_ english: String, _ chinese: String) {
    self.english = english
    self.chinese = chinese
  }
}
