/// An HIBC supplier label taken apart and checked (ANSI/HIBC 2.6, sections 2.2 and 2.3): a primary label names the item,
/// a secondary label its lot, serial and dates, a combined label both.
///
///     +A123BJC5D6E71G                             primary
///     +$$52001510X3GD                             secondary: link character G, check character D
///     +A99912345/$$52001510X3/16D20111212/S77DEFG457   combined
public struct HIBCLabel: Hashable, Sendable {
  /// The item that a primary label names.
  public struct Item: Hashable, Sendable {
    /// Labeller identification code: a letter and three letters or digits.
    public internal(set) var labeller: String
    /// The labeller's product or catalogue number, 1 to 18 letters and digits.
    public internal(set) var reference: String
    /// Packaging level 0 to 9; 0 is the single unit, 9 a container of varying quantity.
    public internal(set) var unitOfMeasure: UInt8

    /// Labeller code, reference and unit of measure as written, without separators.
    public var text: String { "\(labeller)\(reference)\(unitOfMeasure)" }
  }

  /// Nil for a secondary label.
  public internal(set) var item: Item?
  public internal(set) var lot: String?
  public internal(set) var serial: String?
  public internal(set) var expiry: LabelDate?
  public internal(set) var made: LabelDate?
  public internal(set) var quantity: LabelQuantity?
  /// The check character of the primary label that a secondary label belongs to, as ASCII code; nil otherwise.
  public internal(set) var linkCharacter: UInt8?
  /// The label's own check character, as ASCII code.
  public internal(set) var checkCharacter: UInt8
  /// It names its item and nothing else.
  public var isPrimaryAlone: Bool {
    item != nil && lot == nil && serial == nil && expiry == nil && made == nil && quantity == nil
  }
  /// A year was written with two digits.
  var hasInferredCentury = false

  /// Reads a label.
  ///
  /// - Parameters:
  ///   - text: the bytes as read, nothing trimmed: a space at the end may be the check character. The print under the
  ///     bars is accepted too: between two `*`, and there `_` at the end means a space as check or link character.
  ///   - referenceYear: year of the scan, from which the century of two-digit years follows.
  /// - Throws: the first fault with its place in the text.
  public init(_ text: ArraySlice<UInt8>, referenceYear: Int) throws(LabelFault) {
    var parser = try HIBCParser(text, referenceYear: referenceYear)
    checkCharacter = parser.checkCharacter
    try parser.parse(into: &self)
  }
}
