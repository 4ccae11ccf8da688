import BatchRecord
import Ledger
import Shopfloor
import Synchronization

@testable import ERP

/// Tryton as tables in memory, as far as flows read, create, write and press. A field of another record stands in an object
/// under its name and a full stop, as Tryton answers it.
final class TableTryton: TrytonCalls {
  typealias Row = [String: TrytonValue]

  private let tables: Mutex<[String: [Row]]>
  private let acts = Mutex<[String]>([])

  /// State that a button brings.
  static let buttons = [
    "assign_try": "assigned", "run": "running", "do": "done", "process": "passed", "pass_": "passed",
  ]

  init(_ tables: [String: [Row]]) { self.tables = Mutex(tables) }

  /// What changed something, in order: "stock.lot.write".
  var changes: [String] { acts.withLock { $0 } }

  func rows(_ model: String) -> [Row] { tables.withLock { $0[model] ?? [] } }

  func edit(_ model: String, _ change: (inout [Row]) -> Void) { tables.withLock { change(&$0[model, default: []]) } }

  func desk(journal: KeptNotes = KeptNotes(), recordKey: VerifyingKey? = nil) -> TrytonDesk {
    TrytonDesk(calls: self, options: TrytonDeliveryOptions(recordKey: recordKey), journal: journal, row: nil)
  }

  func call(
    _ method: String, _ parameters: [TrytonValue], context: [String: TrytonValue]
  ) async throws(ERPFailure) -> TrytonAnswer {
    let end = method.lastIndex(of: ".") ?? method.startIndex
    let model = String(method[..<end])
    let action = String(method[method.index(after: end)...])
    if action == "search_read" {
      return .value(
        .list(
          rows(model).filter { row in parameters[0].elements.allSatisfy { Self.holds($0, row) } }
            .map { .object($0) }))
    }
    acts.withLock { $0.append(method) }
    switch action {
    case "create":
      edit(model) { rows in
        for record in parameters[0].elements {
          var row = record.members
          row["id"] = .integer(Int64(rows.count + 1_000))
          (row["create_uid"], row["write_date"]) = (.integer(7), .null)
          if case .bytes(let bytes)? = row["data"] { row["data_size"] = .integer(Int64(bytes.count)) }
          rows.append(row)
        }
      }
    case "write":
      for part in stride(from: 0, to: parameters.count, by: 2) {
        change(model, parameters[part].elements, parameters[part + 1].members)
      }
    case "delete": edit(model) { rows in rows.removeAll { parameters[0].elements.contains($0["id"] ?? .null) } }
    default: change(model, parameters[0].elements, ["state": .text(Self.buttons[action] ?? action)])
    }
    return .value(.null)
  }

  private func change(_ model: String, _ ids: [TrytonValue], _ values: Row) {
    edit(model) { rows in
      for place in rows.indices where ids.contains(rows[place]["id"] ?? .null) {
        rows[place].merge(values) { _, new in new }
      }
    }
  }

  private static func holds(_ clause: TrytonValue, _ row: Row) -> Bool {
    let parts = clause.elements
    if parts.first == .text("OR") { return parts.dropFirst().contains { holds($0, row) } }
    if parts.allSatisfy({ !$0.elements.isEmpty }) { return parts.allSatisfy { holds($0, row) } }
    guard parts.count > 2, case .text(let path) = parts[0], case .text(let condition) = parts[1] else { return true }
    var value = TrytonValue.object(row)
    let names = path.split(separator: ".").map(String.init)
    for (place, name) in names.enumerated() {
      value = value.members[place + 1 < names.count ? name + "." : name] ?? .null
    }
    switch condition {
    case "=": return value == parts[2] || value.elements.contains(parts[2])
    case "!=": return value != parts[2]
    case "in":
      return parts[2].elements.contains(value) || value.elements.contains { parts[2].elements.contains($0) }
        || value == parts[2]
        || value.elements.contains(parts[2])
    case "like":
      guard case .text(let text) = value, case .text(let pattern) = parts[2] else { return false }
      return text.hasPrefix(pattern.prefix { $0 != "%" })
    default: return true
    }
  }
}

extension TrytonValue {
  var elements: [TrytonValue] { if case .list(let elements) = self { elements } else { [] } }
  var members: [String: TrytonValue] { if case .object(let members) = self { members } else { [:] } }
}
