/// What the labels of one container have said so far. Suppliers spread item, lot and expiry over several symbols.
public struct PendingReceipt: Hashable, Sendable, Codable {
  public var item: ItemCode?
  public var supplierLot: String?
  public var unusableFrom: Timestamp?
  /// As printed on the labels.
  public var quantity: Quantity?
  /// As a person counted it; outweighs what is printed.
  public var countedQuantity: Quantity?
  /// A person said that it is a further container.
  public var isAnother = false
  public var container: String?
  public var serial: String?
  /// The link character of HIBC: a primary and a secondary label belong together where it is the same.
  public var link: String?

  public init() {}

  public var amount: Quantity? { countedQuantity ?? quantity }
}
