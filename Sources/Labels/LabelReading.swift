/// What a label says, whatever scheme it was written in. The bytes as read are always kept beside the interpretation.
public struct LabelReading: Hashable, Sendable {
  /// How the text was understood.
  public enum Scheme: String, Sendable, Hashable, CaseIterable {
    /// GS1 element string: application identifiers and their values.
    case gs1
    /// GS1 Digital Link URI.
    case digitalLink = "digital_link"
    /// HIBC supplier label (ANSI/HIBC 2).
    case hibc
    /// ISO/IEC 15434 envelope with data identifiers (ANSI MH10.8.2).
    case iso15434
    /// EPC binary word in hexadecimal digits (GS1 EPC Tag Data Standard).
    case epc
    /// A bare item number of an EAN or UPC symbol.
    case gtin
    /// Everything else: a code of the site or of nobody.
    case plain
  }

  /// What a site rule says a plain code is.
  public enum Meaning: String, Sendable, Hashable, CaseIterable { case unknown, badge, lot, material, card }

  /// How the text was understood.
  public var scheme: Scheme
  /// The AIM identifier as received ("]C1"), or nil (ISO/IEC 15424).
  public var aimIdentifier: String?
  /// Exactly the bytes that came, the AIM identifier included where it stood in the text.
  public var raw: [UInt8]
  /// The text without AIM identifier and without the prefix that a site rule strips; empty where the bytes are no text.
  public var text = ""
  /// What a site rule says the code is; unknown without a rule.
  public var meaning = Meaning.unknown
  /// The keys of the label, in its order. A label may name several things: a pallet and what is on it.
  public var keys: [LabelKey] = []
  /// Batch or lot, exactly as written: never re-cased, no zeros stripped.
  public var lot: String?
  /// Serial number, exactly as written.
  public var serial: String?
  /// Use by: the item must not be used after this date.
  public var expiry: LabelDate?
  /// Production.
  public var made: LabelDate?
  /// Best before: quality, not safety.
  public var bestBefore: LabelDate?
  /// How much there is, exactly as the digits say: the count of pieces where the label has one, else its net measure.
  public var quantity: LabelQuantity?
  /// The net measure of the item with its unit, also where a count stands beside it: 12 pieces, 4.500 kg. A second net
  /// measure is in `other`.
  public var measure: LabelQuantity?
  /// The logistic unit: its SSCC or its licence plate.
  public var container: String?
  /// HIBC: the character by which a primary and a secondary label belong together, the check character of the primary
  /// (`isPrimaryAlone`) or the link character of the secondary; nil for a combined label and for every other scheme. A
  /// space stands for what the print under the bars writes as `_`.
  public var linkCharacter: String?
  /// HIBC: the label names its item and nothing else, so that a secondary label may belong to it.
  public var isPrimaryAlone = false
  /// Every element that none of the fields above holds, in the order of the label.
  public var other: [LabelElement] = []
  /// Remarks that do not make the label unusable, in the order they were found, each once.
  public var flags: [LabelFlag] = []
  /// Everything found wrong; a label with a fault must not be used, whatever else was understood.
  public var faults: [LabelFault] = []

  /// The first fault.
  public var fault: LabelFault? { faults.first }

  init(scheme: Scheme, aimIdentifier: String?, raw: [UInt8]) {
    self.scheme = scheme
    self.aimIdentifier = aimIdentifier
    self.raw = raw
  }

  /// The value of the first key of a kind.
  public func key(_ kind: LabelKey.Kind) -> String? { keys.first { $0.kind == kind }?.value }

  /// Adds a remark once.
  mutating func note(_ flag: LabelFlag) {
    if !flags.contains(flag) { flags.append(flag) }
  }
}
