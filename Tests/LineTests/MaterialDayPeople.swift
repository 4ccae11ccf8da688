import Foundation
import Synchronization

/// What people at the three stations know of each other's work.
final class MaterialDayWarehouse: Sendable {
  /// A container, piece or lot that somebody may take.
  struct Goods: Hashable, Sendable {
    var label: String
    var supplierLot: String
    var quantity: Int
    var isFilm: Bool
  }

  struct State: Sendable {
    /// Received and, as far as its people know, not used.
    var there: [Goods] = []
    /// Picked, by work order.
    var picked: [String: [Goods]] = [:]
    /// Supplier's lots that quality has released, and our numbers of them.
    var numbers: [String: String] = [:]
    var orderAtHand = 1
    var answeredScans = 0
    var failures: [String] = []
  }

  private let state = Mutex(State())

  func with<Value: Sendable>(_ body: (inout State) throws -> sending Value) rethrows -> Value {
    try state.withLock { try body(&$0) }
  }
}

/// A person at one station who works, and errs, by a seeded plan.
class MaterialDayPerson: @unchecked Sendable {  // works on one thread
  let scanner: MaterialDayScanner
  let warehouse: MaterialDayWarehouse
  var random: SplitMix
  private let total: Int

  init(_ scanner: MaterialDayScanner, _ warehouse: MaterialDayWarehouse, seed: UInt64, scans: Int) {
    self.scanner = scanner
    self.warehouse = warehouse
    random = SplitMix(seed: seed)
    total = scans
  }

  /// Works until so many scans are answered.
  final func work() {
    do {
      try scan("BADGE-1")
      while scanner.entries.count < total {
        try step()
        if chance(12) { try err() }
      }
    } catch {
      warehouse.with { $0.failures.append("\(scanner.station): \(error)") }
    }
  }

  /// One piece of work.
  func step() throws {}

  /// One mistake of the station.
  func err() throws {
    switch Int.random(in: 0..<7, using: &random) {
    case 0: try scan("hello")
    case 1:
      // A digit was misread.
      let label = MaterialDayLabels.roll(1, lot: "X", meters: 5, expires: "290630")
      try scan(label.replacingOccurrences(of: MaterialDayLabels.film, with: "09521234543219"))
    case 2: try scan("LOTWIRE:" + one(of: ["START", "UNPICK", "BLIND", "QUANTITY:0", "CLEARANCE"]).description)
    case 3: try scan("LOTWIRE:CANCEL")
    case 4: try scan("VISITOR-7")
    case 5: try scan("ML-999999")
    default:
      // The answer was not heard.
      if let last = scanner.entries.last?.text { try scan(last) }
    }
    try scan("LOTWIRE:CANCEL")
  }

  @discardableResult
  final func scan(_ text: String) throws -> Bool {
    let isAccepted = try scanner.scan(text)
    warehouse.with { $0.answeredScans += 1 }
    return isAccepted
  }

  final func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  final func one<Element>(of list: [Element]) -> Element { list[Int.random(in: 0..<list.count, using: &random)] }
}
