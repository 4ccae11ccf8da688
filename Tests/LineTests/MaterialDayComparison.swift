import Testing

/// What the ledger tells of all material, brought into the form of the recount.
struct MaterialDayAccount {
  /// By station, in the order of the ledger.
  var movements: [String: [MaterialDayMovement]] = [:]
  /// The ledger's events that the ERP must learn of.
  var events: Set<Int> = []
  /// The supplier's lot of each of our numbers.
  var supplierLots: [String: String] = [:]
  var isCutOff = false

  /// Asks for our numbers one after the other until there is none.
  init(_ shell: MaterialDayShell) throws {
    var found: [String: [(sequence: Int, movement: MaterialDayMovement)]] = [:]
    var number = 1
    while let trace = try shell.trace(["--material", Self.number(number)]) {
      isCutOff = isCutOff || trace.isCutOff
      let runs = Dictionary(trace.runs.map { ($0.id, $0) }) { first, _ in first }
      for material in trace.materials where material.number == Self.number(number) {
        let lot = material.supplierLot ?? "?"
        supplierLots[material.number] = lot
        let bySequence = Dictionary(material.movements.map { ($0.sequence, $0) }) { first, _ in first }
        for told in material.movements {
          events.insert(told.sequence)
          let step = told.undoes.flatMap { bySequence[$0] } ?? told
          guard let kind = MaterialDayMovement.Kind(rawValue: told.movement) else { continue }
          let run = step.run.flatMap { runs[$0] }
          let movement = MaterialDayMovement(
            kind: kind, supplierLot: lot, unit: step.container ?? step.serial,
            quantity: step.quantity.flatMap(Int.init) ?? .min,
            // A consumption names its work order too.
            destination: step.run == nil ? step.order : (step.undoneBy == nil ? run?.lots.first : nil),
            person: told.person, isUndone: told.undoneBy != nil)
          found[step.station ?? (step.run == nil ? "?" : "filler"), default: []].append((told.sequence, movement))
        }
      }
      number += 1
    }
    movements = found.mapValues { $0.sorted { $0.sequence < $1.sequence }.map(\.movement) }
  }

  static func number(_ number: Int) -> String {
    let digits = String(number)
    return "ML-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}

/// Sums of movements.
enum MaterialDaySums {
  /// What is received, picked and consumed of every supplier's lot, without what was taken back.
  static func stock(_ movements: [MaterialDayMovement]) -> [String: MaterialDayStock] {
    var sums: [String: MaterialDayStock] = [:]
    for movement in movements {
      var sum = sums[movement.supplierLot] ?? MaterialDayStock()
      let amount = movement.isUndone ? 0 : movement.quantity
      switch movement.kind {
      case .receipt: sum.received += amount
      case .pick: sum.picked += amount
      case .unpick: sum.picked -= amount
      case .consumption: sum.consumed += amount
      case .undo: break
      }
      sum.movements += 1
      sums[movement.supplierLot] = sum
    }
    return sums
  }

  /// The suppliers' lots that are in each product lot.
  static func genealogy(_ movements: [MaterialDayMovement]) -> [String: Set<String>] {
    var found: [String: Set<String>] = [:]
    for use in movements where use.kind == .consumption && !use.isUndone {
      found[use.destination ?? "?", default: []].insert(use.supplierLot)
    }
    return found
  }
}
