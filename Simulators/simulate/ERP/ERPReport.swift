import Foundation
import Shopfloor

/// What the simulated ERP reads of a production report: the interface of Sources/ERP/README.md, "Production reports".
struct ERPReport: Decodable, Hashable {
  struct Rejected: Decodable, Hashable {
    var quantity: Quantity
    var reason: String
  }

  enum Kind: String, Decodable {
    case operation, quantities, hold
    case holdLifted = "hold_lifted"
  }

  var report: Kind
  var lot: String
  var work_order: String
  var event: Int64
  var operation: String?
  var station: String?
  var run: String?
  var started_at: String?
  var ended_at: String?
  var completed_operation: Bool?
  var good: Quantity?
  var scrap: [Rejected]?
  var rework: [Rejected]?
  var unit: String?
  var reason: String?
  var alarm: String?
  var person: String?

  static let kind = "production-report"

  /// Nil where the content is no report, or lacks what a report of its kind must say.
  init?(_ content: Data) {
    // The only thing to say of a failure is that this is no report.
    guard let read = try? JSONDecoder().decode(ERPReport.self, from: content), read.isWhole else { return nil }
    self = read
  }

  private var isWhole: Bool {
    switch report {
    case .operation: operation != nil && run != nil && started_at != nil && ended_at != nil
    case .quantities: operation != nil && (good != nil || scrap != nil || rework != nil)
    case .hold, .holdLifted: true
    }
  }

  /// One line for people.
  var line: String {
    let head = "\(lot) of \(work_order): "
    switch report {
    case .operation:
      let end = completed_operation == false ? "paused" : "done"
      return head + "\(operation ?? "") \(end) at \(station ?? "?"), \(started_at ?? "?") to \(ended_at ?? "?")"
        + (quantities.isEmpty ? "" : ": " + quantities)
    case .quantities: return head + "\(operation ?? "") counted: \(quantities)"
    case .hold: return head + "on hold" + (because.isEmpty ? "" : ": " + because)
    case .holdLifted: return head + "hold lifted" + (because.isEmpty ? "" : ": " + because)
    }
  }

  private var because: String { [reason, alarm.map { "alarm \($0)" }].compactMap(\.self).joined(separator: ", ") }

  private var quantities: String {
    let unit = unit.map { " \($0)" } ?? ""
    func rejected(_ what: String, _ list: [Rejected]?) -> [String] {
      (list ?? []).map { "\($0.quantity)\(unit) \(what) (\($0.reason))" }
    }
    return ((good.map { ["\($0)\(unit) good"] } ?? []) + rejected("scrap", scrap) + rejected("rework", rework))
      .joined(separator: ", ")
  }
}

/// What the reports say of each lot: nothing known of keys, so that a report that was delivered twice counts twice.
struct ReportBook: Encodable {
  struct Line: Encodable, Hashable {
    var reports = 0
    var runs = 0
    /// The latest count of each operation.
    var good: [String: Quantity] = [:]
    var scrap: [String: Quantity] = [:]
    var isOnHold = false
    /// Reports that came after a later one.
    var outOfOrder = 0
    var lastEvent: Int64 = 0
  }

  private(set) var lots: [String: Line] = [:]

  mutating func take(_ report: ERPReport) {
    var line = lots[report.lot, default: Line()]
    line.reports += 1
    if report.event <= line.lastEvent { line.outOfOrder += 1 }
    line.lastEvent = max(line.lastEvent, report.event)
    if let operation = report.operation {
      if let good = report.good { line.good[operation] = good }
      if let scrap = report.scrap { line.scrap[operation] = scrap.reduce(.zero) { $0 + $1.quantity } }
    }
    switch report.report {
    case .operation: line.runs += 1
    case .quantities: break
    case .hold: line.isOnHold = true
    case .holdLifted: line.isOnHold = false
    }
    lots[report.lot] = line
  }
}
