import Shopfloor

/// Conditions of a search, as Tryton reads them.
enum TrytonDomain {
  static func clause(_ field: String, _ condition: String, _ value: TrytonValue) -> TrytonValue {
    .list([.text(field), .text(condition), value])
  }

  static func all(_ parts: [TrytonValue]) -> TrytonValue { .list([.text("AND")] + parts) }
  static func any(_ parts: [TrytonValue]) -> TrytonValue { .list([.text("OR")] + parts) }

  static func isOneOf(_ field: String, _ texts: [String]) -> TrytonValue {
    clause(field, "in", .list(texts.map { .text($0) }))
  }

  static func isOneOf(_ field: String, _ ids: some Sequence<Int64>) -> TrytonValue {
    clause(field, "in", .list(ids.map { .integer($0) }))
  }

  /// Written or created since, on the record itself ("") or records that it is reached through ("lines.").
  static func changed(_ paths: [String], since time: Timestamp) -> [TrytonValue] {
    paths.flatMap { path in
      ["write_date", "create_date"].map { clause(path + $0, ">=", .instant(time)) }
    }
  }
}
