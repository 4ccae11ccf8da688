import Shopfloor

/// What each location of goods has of one lot, in the unit of its product, as Tryton counts it today.
struct LotStock: Sendable {
  struct Place: Hashable, Sendable {
    var name: String
    var parent: Int64?
    var quantity: Quantity
  }

  let places: [Int64: Place]

  init(places: [Int64: Place]) { self.places = places }

  init(_ lot: TrytonDesk.Lot, _ desk: TrytonDesk) async throws(DeliveryStop) {
    let rows = try await desk.rows(
      "stock.location", [.clause("type", "in", .texts(["storage", "view", "warehouse"]))],
      ["name", "parent", "quantity"],
      context: [
        "product": .integer(lot.product), "lot": .integer(lot.id), "with_childs": .flag(false),
        // Without it, Tryton counts all lots of the product where ours is deactivated.
        "active_test": .flag(false),
      ])
    var places: [Int64: Place] = [:]
    for row in rows {
      guard let quantity = row.quantity("quantity") else {
        throw .unexpected("the ERP does not show what \(row.text("name") ?? "a location") has of \(lot.number)")
      }
      places[row.id] = Place(name: row.text("name") ?? "-", parent: row.integer("parent"), quantity: quantity)
    }
    self.places = places
  }

  /// A location and what lies below it.
  func tree(_ root: Int64) -> Set<Int64> {
    Set(
      places.keys.filter { place in
        var seen: Set<Int64> = []
        var next: Int64? = place
        while let current = next, seen.insert(current).inserted {
          if current == root { return true }
          next = places[current]?.parent
        }
        return false
      })
  }

  func total(of locations: Set<Int64>) -> Quantity {
    locations.compactMap { places[$0]?.quantity }.filter(\.isPositive).reduce(.zero, +)
  }

  /// "30 in Shelf 7, 5 in Output Zone": where some of it stands outside the locations.
  func words(outside locations: Set<Int64>) -> String? {
    let rest = places.filter { !locations.contains($0.key) && $0.value.quantity.isPositive }
      .sorted { $0.key < $1.key }.map { "\($0.value.quantity) in \($0.value.name)" }
    return rest.isEmpty ? nil : rest.joined(separator: ", ")
  }
}
