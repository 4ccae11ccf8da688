import Testing

@testable import Shopfloor

/// Random comparisons beside a plain count of which alarms must stand.
@Suite("Alarms of the comparison beside a naive model")
struct CollectiveDriftModelTests {
  /// What differs in the ERP, and which alarms must stand: nothing but sets of "row field".
  struct Model {
    var single: [String: Int] = [:]
    var collective: (rows: Set<Int64>, since: Int)?
    /// Comparisons of everything are numbered.
    var number = 0

    mutating func piece(_ rows: [Int64], _ drifts: [DeliveryDrift]) {
      let found = Set(drifts.map { "\($0.outboxRow) \($0.field)" })
      for name in single.keys where rows.contains(Self.row(name)) && !found.contains(name) { single[name] = nil }
      let new = found.subtracting(single.keys)
      if var standing = collective {
        for row in rows { standing.rows.remove(row) }
        for name in new { standing.rows.insert(Self.row(name)) }
        collective = standing
      } else if !new.isEmpty {
        if single.values.count(where: { $0 == number }) + new.count > 20 {
          collective = (Set(new.map(Self.row)), number)
        } else {
          for name in new { single[name] = number }
        }
      }
    }

    mutating func end(_ drifts: [DeliveryDrift], isListed: Bool) {
      guard isListed else { return }
      let names = Set(drifts.map { "\($0.outboxRow) \($0.field)" })
      let isBelow = names.subtracting(single.keys).count <= 20
      let ends = collective.map { $0.since < number && isBelow } ?? false
      if ends {
        piece(Array(Set(drifts.map(\.outboxRow))), drifts.filter { single["\($0.outboxRow) \($0.field)"] != nil })
        collective = nil
        for name in names where single[name] == nil { single[name] = number }
      } else {
        piece(Array(Set(drifts.map(\.outboxRow))), drifts)
      }
    }

    static func row(_ name: String) -> Int64 { Int64(name.prefix { $0 != " " }) ?? 0 }
  }

  @Test("after any comparisons the same alarms stand", arguments: UInt64(1)...40)
  func agrees(seed: UInt64) {
    var luck = SeededGenerator(state: seed)
    var sweeps = CollectiveDriftTests.Sweeps()
    var model = Model()
    /// What the ERP shows otherwise now.
    var differing: [Int64: [String]] = [:]
    for _ in 0..<12 {
      change(&differing, &luck)
      sweeps.begin()
      model.number += 1
      var rows: [Int64] = Array(1...120)
      while !rows.isEmpty {
        let piece = Array(rows.prefix(Int.random(in: 1...50, using: &luck)))
        rows.removeFirst(piece.count)
        if Int.random(in: 0..<4, using: &luck) == 0 { change(&differing, &luck) }
        let found = drifts(piece, differing, &luck)
        sweeps.piece(piece, found)
        model.piece(piece, found)
        expectAgreement(sweeps, model)
      }
      let isListed = Int.random(in: 0..<4, using: &luck) > 0
      let left = drifts(Array(1...120), differing, &luck)
      sweeps.end(left, isListed: isListed)
      model.end(left, isListed: isListed)
      expectAgreement(sweeps, model)
      if Bool.random(using: &luck), let alarm = sweeps.standing.randomElement(using: &luck) {
        sweeps.plant.perform(.acknowledge(alarm: alarm.id, person: "P-2", cause: "looked at"))
      }
    }
    #expect(sweeps.plant.floor.alarms.values.count { $0.collected != nil && $0.returnedAt == nil } <= 1)
  }

  private func expectAgreement(_ sweeps: CollectiveDriftTests.Sweeps, _ model: Model) {
    #expect(sweeps.single == Set(model.single.keys))
    #expect(sweeps.collective?.collected.map { Set($0.rows) } == model.collective?.rows)
  }

  private func drifts(_ rows: [Int64], _ differing: [Int64: [String]], _ luck: inout SeededGenerator) -> [DeliveryDrift]
  {
    rows.flatMap { row in
      (differing[row] ?? []).map { field in
        CollectiveDriftTests.drift(row, field, found: Bool.random(using: &luck) ? "missing" : "other")
      }
    }
  }

  /// Now few, now many, now nothing.
  private func change(_ differing: inout [Int64: [String]], _ luck: inout SeededGenerator) {
    switch Int.random(in: 0..<5, using: &luck) {
    case 0: differing = [:]
    case 1: for row in Int64(1)...120 where Int.random(in: 0..<4, using: &luck) == 0 { differing[row] = ["record"] }
    case 2: for row in differing.keys.sorted() where Bool.random(using: &luck) { differing[row] = nil }
    default:
      for _ in 0..<Int.random(in: 1...8, using: &luck) {
        differing[Int64.random(in: 1...120, using: &luck)] =
          Bool.random(using: &luck) ? ["quantity"] : ["quantity", "state"]
      }
    }
  }
}
