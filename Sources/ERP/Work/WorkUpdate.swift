public import Shopfloor

/// What an ERP had to say about work and materials since a cursor.
public struct WorkUpdate: Hashable, Sendable {
  /// Where the next question begins; nil where the ERP gave none.
  public var cursor: String?
  public var change: WorkChange
  /// What was not taken over, at most ``maximumRefusalsListed``.
  public var refusals: [WorkRefusal]
  /// All refusals, also those beyond the list.
  public var refusalCount: Int
  /// Names of the inbound documents this came from, where the connector has such.
  public var sources: [String]

  public init(
    cursor: String? = nil, change: WorkChange = WorkChange(), refusals: [WorkRefusal] = [], refusalCount: Int? = nil,
    sources: [String] = []
  ) {
    self.cursor = cursor
    self.change = change
    self.refusals = refusals
    self.refusalCount = refusalCount ?? refusals.count
    self.sources = sources
  }
}

/// An order, material lot, item or delivery that was refused as a whole: which, where, why.
public struct WorkRefusal: Hashable, Sendable, Codable {
  /// "order WO-4711", or its place in the document where it has no usable number.
  public var subject: String
  /// "lots[3]".
  public var field: String
  public var why: String

  public init(subject: String, field: String, why: String) {
    self.subject = subject
    self.field = field
    self.why = why
  }
}

extension WorkRefusal: CustomStringConvertible {
  public var description: String { "\(subject): \(field): \(why)" }
}

/// Most refusals of one update that are kept word by word.
public let maximumRefusalsListed = 100
