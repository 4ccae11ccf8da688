import Foundation

/// Rows of text under headings, aligned: words to the left, numbers to the right.
struct Table {
  var columns: [String]
  /// Columns that hold words.
  var wordColumns: Set<Int>
  var rows: [[String]] = []

  var text: String {
    let all = [columns] + rows
    let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return wordColumns.contains(column) ? cell + padding : padding + cell
      }
      return cells.joined(separator: "  ") + "\n"
    }.joined()
  }
}

func number(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }
