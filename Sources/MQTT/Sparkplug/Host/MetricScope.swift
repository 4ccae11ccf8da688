import Devices
import Shopfloor

/// What the birth of an edge node or of one of its devices said about its metrics.
struct MetricScope {
  enum Life: Hashable {
    /// No birth was seen on this connection.
    case unborn
    case born(at: Timestamp)
    case dead
  }

  /// A metric as a message means it.
  enum Meaning: Hashable {
    case metric(name: String, type: UInt32)
    /// No birth has this name or alias, and the message does not say enough by itself.
    case unknown
    /// The alias may mean something else since messages were lost.
    case inDoubt
    /// Name and alias, or type and birth, say different things.
    case contradicting(name: String?)
  }

  var life = Life.unborn
  /// Time stamp of the birth, in milliseconds, and when it came by the monotonic clock.
  private(set) var bornTimestamp: UInt64?
  private(set) var bornMonotonic: Int64 = 0
  /// The bdSeq of the birth of the node after which this one came.
  var deathSequence: UInt64?
  /// A birth may be among the messages that were lost: aliases are not believed until the next one.
  var isInDoubt = false
  private(set) var names: [UInt64: String] = [:]
  private(set) var types: [String: UInt32] = [:]
  /// Aliases that the birth gave to two metrics.
  private(set) var ambiguous: Set<UInt64> = []

  /// - Returns: whether every metric had a name and a type, and every alias one metric.
  mutating func birth(_ message: NodeMessage) -> Bool {
    self = MetricScope()
    life = .born(at: message.receivedAt.utc)
    bornTimestamp = message.payload.timestamp
    bornMonotonic = message.receivedAt.monotonicMicroseconds
    var isSound = true
    for metric in message.payload.metrics {
      guard let name = metric.name, let type = metric.datatype else {
        isSound = false
        continue
      }
      types[name] = type
      guard let alias = metric.alias else { continue }
      if let other = names[alias], other != name {
        ambiguous.insert(alias)
        isSound = false
      }
      names[alias] = name
    }
    return isSound
  }

  /// Whether an alias had no other meaning before.
  func agrees(with former: MetricScope, on alias: UInt64) -> Bool {
    guard let before = former.names[alias] else { return true }
    return before == names[alias] && !former.ambiguous.contains(alias)
  }

  func meaning(of metric: SparkplugMetric) -> Meaning {
    let named = metric.name.flatMap { $0.isEmpty ? nil : $0 }
    guard let alias = metric.alias, !names.isEmpty, !isInDoubt || named == nil else {
      return named.map { meaning(of: $0, metric.datatype) } ?? (isInDoubt ? .inDoubt : .unknown)
    }
    if isInDoubt { return .inDoubt }
    guard let name = names[alias], !ambiguous.contains(alias) else {
      return named.map { meaning(of: $0, metric.datatype) } ?? .unknown
    }
    guard named == nil || named == name else { return .contradicting(name: nil) }
    return meaning(of: name, metric.datatype)
  }

  private func meaning(of name: String, _ type: UInt32?) -> Meaning {
    switch (types[name], type) {
    case (let known?, let said?) where known != said && said != 0: .contradicting(name: name)
    case (let known?, _): .metric(name: name, type: known)
    case (nil, let said?): .metric(name: name, type: said)
    case (nil, nil): .unknown
    }
  }
}
