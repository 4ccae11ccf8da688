/// Places codewords in the mapping matrix of a Data Matrix symbol (ISO/IEC 16022, annex F): each codeword in the shape
/// "utah", along diagonals, with four special corners.
struct DataMatrixPlacement {
  let side: Int
  /// Row by row; nil where nothing was placed yet.
  private var modules: [Bool?]
  private let codewords: [Int]
  private var next = 0

  static func place(_ codewords: [Int], side: Int) -> [Bool] {
    var placement = DataMatrixPlacement(codewords, side: side)
    placement.run()
    return placement.modules.map { $0 ?? false }
  }

  private init(_ codewords: [Int], side: Int) {
    self.codewords = codewords
    self.side = side
    modules = Array(repeating: nil, count: side * side)
  }

  private mutating func run() {
    var row = 4
    var column = 0
    repeat {
      corners(row, column)
      // Up to the right, then two right and one down; down to the left, then the other way round.
      repeat {
        if row < side, column >= 0, isFree(row, column) { placeUtah(row, column) }
        row -= 2
        column += 2
      } while row >= 0 && column < side
      row += 1
      column += 3
      repeat {
        if row >= 0, column < side, isFree(row, column) { placeUtah(row, column) }
        row += 2
        column -= 2
      } while row < side && column >= 0
      row += 3
      column += 1
    } while row < side || column < side
    // The lower right corner of some sizes stays over: a fixed pattern.
    if isFree(side - 1, side - 1) {
      modules[side * side - 1] = true
      modules[(side - 2) * side + side - 2] = true
    }
  }

  private func isFree(_ row: Int, _ column: Int) -> Bool { modules[row * side + column] == nil }

  private mutating func placeUtah(_ row: Int, _ column: Int) {
    let places = [(-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0)]
    place(places.map { (row + $0.0, column + $0.1) })
  }

  private mutating func corners(_ row: Int, _ column: Int) {
    let last = side - 1
    if row == side, column == 0 {
      place([
        (last, 0), (last, 1), (last, 2), (0, last - 1), (0, last), (1, last), (2, last), (3, last),
      ])
    }
    if row == side - 2, column == 0, !side.isMultiple(of: 4) {
      place([
        (last - 2, 0), (last - 1, 0), (last, 0), (0, last - 3), (0, last - 2), (0, last - 1), (0, last), (1, last),
      ])
    }
    if row == side - 2, column == 0, side % 8 == 4 {
      place([
        (last - 2, 0), (last - 1, 0), (last, 0), (0, last - 1), (0, last), (1, last), (2, last), (3, last),
      ])
    }
    if row == side + 4, column == 2, side.isMultiple(of: 8) {
      place([
        (last, 0), (last, last), (0, last - 2), (0, last - 1), (0, last), (1, last - 2), (1, last - 1), (1, last),
      ])
    }
  }

  /// The bits of the next codeword, most significant first; places beyond an edge come in again at the other side.
  private mutating func place(_ places: [(row: Int, column: Int)]) {
    let codeword = codewords[next]
    next += 1
    for (bit, place) in places.enumerated() {
      var (row, column) = place
      if row < 0 {
        row += side
        column += 4 - (side + 4) % 8
      }
      if column < 0 {
        column += side
        row += 4 - (side + 4) % 8
      }
      modules[row * side + column] = codeword >> (7 - bit) & 1 == 1
    }
  }
}
