import Shopfloor

/// What one piece of a comparison found.
struct PieceFindings: Hashable {
  var comparedRows: [Int64] = []
  var drifts: [DeliveryDrift] = []
  var passedOver: [ComparisonAccount.PassedOver] = []

  /// Drifts of one event: a piece with more is told in several. Each is at most some kilobytes.
  static let maximumDriftsTogether = 200
  /// Longest text of a drift, in characters: what comes from the ERP may be anything.
  static let maximumTextCharacters = 500

  var differingRows: Int { Set(drifts.map(\.outboxRow)).count }

  /// What the connector found, so that it fits into events: long texts are cut, and of a row with more drifts than one
  /// event holds the rest is told as their number.
  init(compared rows: [Int64], drifts: [DeliveryDrift]) {
    comparedRows = rows
    let byRow = Dictionary(grouping: drifts, by: \.outboxRow)
    self.drifts = byRow.sorted { $0.key < $1.key }.flatMap { Self.bounded($0.value) }
  }

  private static func bounded(_ drifts: [DeliveryDrift]) -> [DeliveryDrift] {
    var bounded = drifts.prefix(maximumDriftsTogether).map { drift in
      var drift = drift
      drift.field = cut(drift.field)
      drift.delivered = cut(drift.delivered)
      drift.found = cut(drift.found)
      return drift
    }
    if drifts.count > bounded.count, var last = bounded.popLast() {
      last.field = "further fields"
      last.delivered = "0"
      last.found = "\(drifts.count - bounded.count)"
      bounded.append(last)
    }
    return bounded
  }

  private static func cut(_ text: String) -> String {
    guard text.utf8.count > maximumTextCharacters, text.count > maximumTextCharacters else { return text }
    return text.prefix(maximumTextCharacters - 1) + "…"
  }

  /// As the floor is told of it: all rows without drifts with the first part, and no row in two parts.
  func reports(connector: String, at time: Timestamp, begunAt: Timestamp?) -> [DeliveryComparison] {
    func report(_ rows: [Int64], _ drifts: [DeliveryDrift]) -> DeliveryComparison {
      DeliveryComparison(connector: connector, comparedRows: rows, drifts: drifts, at: time, begunAt: begunAt)
    }
    let byRow = Dictionary(grouping: drifts, by: \.outboxRow)
    var reports: [DeliveryComparison] = []
    var (rows, together) = (comparedRows.filter { byRow[$0] == nil }, [DeliveryDrift]())
    for row in comparedRows {
      guard let found = byRow[row] else { continue }
      if together.count + found.count > Self.maximumDriftsTogether {
        reports.append(report(rows.sorted(), together))
        (rows, together) = ([], [])
      }
      rows.append(row)
      together += found
    }
    return reports + [report(rows.sorted(), together)]
  }
}
