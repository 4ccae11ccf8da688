/// A material or product as the ERP's item master knows it.
public struct Item: Hashable, Sendable, Codable {
  public var code: ItemCode
  public var name: String
  public var unit: String
  /// What labels call the item: GTINs in 14 digits, numbers of suppliers and customers, HIBC codes of labeler and
  /// reference. Compared exactly.
  public var otherCodes: [String]
  /// Days that must be left before the expiry at receipt; nil: what the line's rules say.
  public var minimumRemainingLifeDays: Int?
  /// A container without an expiry date is not received.
  public var requiresExpiry: Bool

  public init(
    code: ItemCode, name: String, unit: String, otherCodes: [String] = [], minimumRemainingLifeDays: Int? = nil,
    requiresExpiry: Bool = false
  ) {
    self.code = code
    self.name = name
    self.unit = unit
    self.otherCodes = otherCodes
    self.minimumRemainingLifeDays = minimumRemainingLifeDays
    self.requiresExpiry = requiresExpiry
  }

  /// Units in which one serial number is one piece (UN/ECE Recommendation 20: C62, EA, H87, and what people write).
  static let pieceUnits: Set<String> = [
    "pcs", "pc", "piece", "pieces", "ea", "each", "c62", "h87", "unit", "个", "件", "只", "支",
  ]

  public func isCalled(_ text: String) -> Bool { code.text == text || otherCodes.contains(text) }
}
