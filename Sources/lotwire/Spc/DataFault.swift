import Glibc
import Shopfloor

/// What is wrong with a data file: where, what was read, what to do.
struct DataFault: Error, Hashable, CustomStringConvertible {
  var file: String
  /// From 1; nil where it is about the whole file.
  var line: Int?
  /// Position from 1 and name of the column, where it is about one.
  var column: Column?
  var problem: String
  var remedy: String

  struct Column: Hashable {
    /// From 1.
    var number: Int
    /// Nil in a file without a header.
    var name: String?

    var text: String { "column \(number)" + (name.map { " \"\(displayable($0))\"" } ?? "") }
  }

  var description: String {
    let place = displayable(file) + (line.map { ":\($0)" } ?? "")
    return place + ": " + (column.map { $0.text + ": " } ?? "") + problem + " " + remedy
  }

  /// Data refused.
  var failure: CommandFailure { CommandFailure(description, EX_DATAERR) }

  /// A path, for a message.
  static func quoted(_ path: String) -> String { "\"" + displayable(path) + "\"" }

  /// What stands in a cell, for a message: short, and unable to move the cursor.
  static func shown(_ cell: String) -> String {
    let longest = 40
    let text = displayable(cell)
    return "\"" + (text.count <= longest ? text : text.prefix(longest) + "…") + "\""
  }
}
