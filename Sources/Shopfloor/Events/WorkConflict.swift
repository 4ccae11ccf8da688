/// The ERP changed a work order that had begun in a way that contradicts what was made.
public struct WorkConflict: Hashable, Sendable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A lot that had begun is no longer in the order. It stays here.
    case lotRemoved
    /// Operations that had run are no longer in the routing, or stand in another order. The ERP's routing holds.
    case operationsChanged
    /// The order was closed or cancelled while a lot was not completed. Nothing runs for it any more.
    case ended
    /// The order makes another product, or counts in another unit. What was begun stays what it was.
    case otherProduct
  }

  public var kind: Kind
  public var order: WorkOrderNumber
  /// The begun lots that it is about.
  public var lots: [LotNumber]
  public var words: Words
  public var at: Timestamp

  public init(kind: Kind, order: WorkOrderNumber, lots: [LotNumber], words: Words, at: Timestamp) {
    self.kind = kind
    self.order = order
    self.lots = lots
    self.words = words
    self.at = at
  }

  /// What is noted once, as long as the ERP says the same.
  var key: String { "\(order)|\(kind.rawValue)" }
}
