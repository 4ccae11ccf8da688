import ControlCharts

/// Pieces of a report, in its language.
struct ReportWords {
  let language: ChartLanguage

  func choose(_ english: String, _ chinese: String) -> String { language == .chinese ? chinese : english }

  func rule(_ rule: RunRule) -> String { choose(rule.english, rule.chinese) }

  func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// Rows of a table, their columns two blanks apart; ideographs count twice.
  static func table(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? ChartText.width($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      row.indices.map { $0 == row.count - 1 ? row[$0] : ChartText.padded(row[$0], to: widths[$0]) }
        .joined(separator: "  ")
    }
  }
}
