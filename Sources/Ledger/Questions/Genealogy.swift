public import Shopfloor

/// What came from what, over any number of levels, with the shape of the tree kept: material → product lots → what was made
/// from those. A lot that is reached over several ways stands in it once, with every way that leads to it.
public struct Genealogy: Hashable, Sendable, Codable {
  public enum Direction: String, Hashable, Sendable, Codable, CaseIterable {
    /// What became of it.
    case forward
    /// What it was made of.
    case backward
  }

  public enum Kind: String, Hashable, Sendable, Codable {
    case materialLot, productLot
  }

  public struct Node: Hashable, Sendable, Codable {
    public var kind: Kind
    public var number: String
    /// Steps from the beginning, the shortest way; 0: it begins here.
    public var level: Int
    public var item: ItemCode?
    public var supplierLot: String?
    public var status: MaterialLot.Status?
    public var customer: String?
    public var completedAt: Timestamp?
    public var hold: String?

    public init(kind: Kind, number: String, level: Int) {
      self.kind = kind
      self.number = number
      self.level = level
    }
  }

  /// One step of a way, from the beginning outward.
  public struct Link: Hashable, Sendable, Codable {
    /// Places in `nodes`.
    public var from: Int
    public var to: Int
    /// The runs in which the material was consumed; none where a product lot was taken in as material under its number.
    public var runs: [RunID]

    public init(from: Int, to: Int, runs: [RunID]) {
      self.from = from
      self.to = to
      self.runs = runs
    }
  }

  public var direction: Direction
  /// Level by level; the first is the beginning.
  public var nodes: [Node] = []
  /// In the order of `from`, then `to`.
  public var links: [Link] = []
  /// A bound was reached: there is more than is told here.
  public var isCutOff = false

  public init(direction: Direction) { self.direction = direction }

  /// Most lots of one tree.
  public static let maximumNodes = 20_000
  /// Most levels of one tree.
  public static let maximumLevels = 64

  /// The lots that a lot leads to directly.
  public func children(of node: Int) -> [Link] {
    // The links stand in the order of `from`.
    var low = 0
    var high = links.count
    while low < high {
      let middle = (low + high) / 2
      if links[middle].from < node { low = middle + 1 } else { high = middle }
    }
    return Array(links[low...].prefix { $0.from == node })
  }
}

/// From where a genealogy begins.
public enum GenealogyStart: Hashable, Sendable {
  case lot(LotNumber)
  case material(MaterialLotNumber)
}
