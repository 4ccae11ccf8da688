import Devices
import ERP
import Foundation

/// Reads `erp:`.
struct ERPReader {
  let node: DocumentNode
  /// A path as the configuration means it: relative ones lie beside it.
  let path: (String) -> String

  private static let ways = ["http", "files", "tryton"]

  func read() -> ERPEntry? {
    node.allowKeys(Self.ways + ["poll_seconds", "drain_per_second", "compare_every_hours", "compare_days"])
    let poll = node["poll_seconds"]?.seconds(in: 0.2...86_400, "Write seconds, such as 30") ?? 30_000_000
    let days = node["compare_days"]?.integer(in: 1...4_000, "Write days, such as 400") ?? 400
    let drain = drainPerSecond()
    let hours = compareEveryHours()
    let named = Self.ways.filter { node[$0] != nil }
    guard named.count < 2 else {
      node.fault("the ERP has several connectors: \(named.joined(separator: ", "))", "Keep one of them")
      return nil
    }
    guard let way = way() else { return nil }
    return ERPEntry(
      way: way, pollMicroseconds: poll, drainPerSecond: drain, compareEveryHours: hours, compareDays: days)
  }

  private func way() -> ERPEntry.Way? {
    if let http = node["http"] { return readHTTP(http).map { .http($0) } }
    if let files = node["files"] { return readFiles(files).map { .files($0) } }
    if let tryton = node["tryton"] { return readTryton(tryton).map { .tryton($0) } }
    node.fault(
      "the ERP has no connector", "Write tryton: {url: …, database: …}, http: {url: …} or files: {outbound: …}")
    return nil
  }

  private func drainPerSecond() -> Double? {
    guard let found = node["drain_per_second"] else { return nil }
    let remedy = "Write rows per second, from 0.01 to 1000, such as 20"
    guard let number = found.number(remedy) else { return nil }
    guard (0.01...1_000).contains(number) else {
      found.fault("\(number) is not between 0.01 and 1000 rows per second", remedy)
      return nil
    }
    return number
  }

  private func compareEveryHours() -> Double {
    guard let found = node["compare_every_hours"] else { return 24 }
    let remedy = "Write hours from 1 to 720, such as 24, or 0 for never"
    guard let number = found.number(remedy) else { return 24 }
    guard number == 0 || (1...720).contains(number) else {
      found.fault("\(number) is not between 1 and 720 hours, nor 0", remedy)
      return 24
    }
    return number
  }
}
