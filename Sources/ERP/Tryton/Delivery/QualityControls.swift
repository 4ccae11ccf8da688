import Shopfloor

/// The quality controls that Tryton demands for one operation, such as "stock.shipment.in:do", with their points.
struct QualityControls: Sendable {
  struct Point: Hashable, Sendable {
    /// The key in an inspection; Tryton makes it from the title and drops dots.
    var name: String
    var title: String
    var kind: String
    var low: Double?
    var high: Double?
  }

  struct Control: Hashable, Sendable {
    var id: Int64
    var name: String
    var product: Int64?
    var category: Int64?
    var company: Int64?
    var points: [Point]
  }

  let controls: [Control]

  init(_ operation: String, _ desk: TrytonDesk) async throws(DeliveryStop) {
    let rows = try await desk.rows(
      "quality.control",
      [.clause("operations", "in", .text(operation)), .clause("frequency", ">", .number(0))],
      ["name", "product", "product_category", "company"])
    guard !rows.isEmpty else {
      controls = []
      return
    }
    let points = try await desk.rows(
      "quality.control.point", [.clause("control", "in", .integers(rows.map(\.id)))],
      ["name", "string", "type_", "tolerance_lower", "tolerance_upper", "control"])
    controls = rows.map { row in
      Control(
        id: row.id, name: row.text("name") ?? "", product: row.integer("product"),
        category: row.integer("product_category"), company: row.integer("company"),
        points: points.filter { $0.integer("control") == row.id }.map {
          Point(
            name: $0.text("name") ?? "", title: $0.text("string") ?? "", kind: $0.text("type_") ?? "",
            low: $0.number("tolerance_lower"), high: $0.number("tolerance_upper"))
        })
    }
  }

  /// As Tryton decides it: for a product, a category of one, or everything.
  func matching(products: Set<Int64>, categories: Set<Int64>) -> [Control] {
    controls.filter { control in
      if let product = control.product, !products.contains(product) { return false }
      if let category = control.category, !categories.contains(category) { return false }
      return true
    }
  }
}
