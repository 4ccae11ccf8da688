/// A Data Matrix symbol with error correction ECC 200, square (ISO/IEC 16022): small, and readable when damaged.
public struct DataMatrix: Hashable, Sendable {
  /// Data codewords with padding, before error correction.
  public let dataCodewords: [Int]
  public let matrix: ModuleMatrix

  /// Takes the smallest square that holds the text.
  ///
  /// - Throws: `.empty`, `.tooMuchData`.
  public init(_ text: SymbolText) throws(SymbolFault) {
    guard !text.elements.isEmpty else { throw .empty }
    guard let written = DataMatrixEncodation.codewords(text), let size = DataMatrixSize.holding(written.count) else {
      throw .tooMuchData(codewords: text.elements.count, maximum: DataMatrixSize.maximumDataCodewords)
    }
    dataCodewords = DataMatrixEncodation.padded(written, to: size.dataCodewords)
    matrix = Self.matrix(ReedSolomon.protected(dataCodewords, size: size), size)
  }

  /// - Throws: as above.
  public init(_ text: String) throws(SymbolFault) { try self.init(SymbolText(text)) }

  /// Each region in its frame: dark to the left and below, dark and light in turn above and to the right (clause 4.2.1).
  /// The quiet zone is one module on every side (clause 5.5.2).
  private static func matrix(_ codewords: [Int], _ size: DataMatrixSize) -> ModuleMatrix {
    let placed = DataMatrixPlacement.place(codewords, side: size.mappingSide)
    var matrix = ModuleMatrix(columns: size.side, rows: size.side, quietColumns: 1, quietRows: 1)
    let framed = size.regionSide + 2
    for row in 0..<size.side {
      for column in 0..<size.side {
        let (regionRow, inRow) = (row / framed, row % framed)
        let (regionColumn, inColumn) = (column / framed, column % framed)
        matrix[column, row] =
          if inColumn == 0 || inRow == framed - 1 {
            true
          } else if inRow == 0 {
            inColumn.isMultiple(of: 2)
          } else if inColumn == framed - 1 {
            !inRow.isMultiple(of: 2)
          } else {
            placed[
              (regionRow * size.regionSide + inRow - 1) * size.mappingSide
                + regionColumn * size.regionSide + inColumn - 1]
          }
      }
    }
    return matrix
  }
}
