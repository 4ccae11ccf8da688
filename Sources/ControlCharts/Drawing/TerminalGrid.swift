/// Cells of a terminal, each with one narrow character and a colour.
struct TerminalGrid {
  /// Colours by their SGR codes (ECMA-48).
  enum Colour: String {
    case plain = "0"
    case faint = "2"
    case limit = "31"
    case center = "32"
    case point = "36"
    case violation = "1;31"
    case warning = "1;33"
  }

  private struct Cell {
    var character: Character = " "
    var colour = Colour.plain
  }

  let columns: Int
  let rows: Int
  private var cells: [Cell]

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Cell(), count: max(0, columns) * max(0, rows))
  }

  /// Nothing happens outside the grid.
  mutating func set(_ character: Character, column: Int, row: Int, _ colour: Colour = .plain) {
    guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
    cells[row * columns + column] = Cell(character: character, colour: colour)
  }

  func line(_ row: Int, hasColour: Bool) -> String {
    var text = ""
    var colour = Colour.plain
    for cell in cells[(row * columns)..<((row + 1) * columns)] {
      if hasColour, cell.colour != colour {
        text += "\u{1B}[\(cell.colour == .plain ? "0" : "0;\(cell.colour.rawValue)")m"
        colour = cell.colour
      }
      text.append(cell.character)
    }
    return colour == .plain ? text : text + "\u{1B}[0m"
  }
}
