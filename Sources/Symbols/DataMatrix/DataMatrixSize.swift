/// A square Data Matrix ECC 200 symbol size (ISO/IEC 16022, table 7).
struct DataMatrixSize: Hashable, Sendable {
  /// Modules of a side, with finder and alignment patterns.
  var side: Int
  var dataCodewords: Int
  var errorCodewords: Int
  /// Reed-Solomon blocks that take turns in the stream of codewords.
  var blocks: Int
  /// Data regions of a side.
  var regions: Int

  /// Modules of a side that carry data: each region gives two to its finder and alignment pattern.
  var mappingSide: Int { side - 2 * regions }
  var regionSide: Int { mappingSide / regions }

  /// All square sizes but 144 x 144, whose blocks differ in length.
  static let all: [DataMatrixSize] = [
    .init(side: 10, dataCodewords: 3, errorCodewords: 5, blocks: 1, regions: 1),
    .init(side: 12, dataCodewords: 5, errorCodewords: 7, blocks: 1, regions: 1),
    .init(side: 14, dataCodewords: 8, errorCodewords: 10, blocks: 1, regions: 1),
    .init(side: 16, dataCodewords: 12, errorCodewords: 12, blocks: 1, regions: 1),
    .init(side: 18, dataCodewords: 18, errorCodewords: 14, blocks: 1, regions: 1),
    .init(side: 20, dataCodewords: 22, errorCodewords: 18, blocks: 1, regions: 1),
    .init(side: 22, dataCodewords: 30, errorCodewords: 20, blocks: 1, regions: 1),
    .init(side: 24, dataCodewords: 36, errorCodewords: 24, blocks: 1, regions: 1),
    .init(side: 26, dataCodewords: 44, errorCodewords: 28, blocks: 1, regions: 1),
    .init(side: 32, dataCodewords: 62, errorCodewords: 36, blocks: 1, regions: 2),
    .init(side: 36, dataCodewords: 86, errorCodewords: 42, blocks: 1, regions: 2),
    .init(side: 40, dataCodewords: 114, errorCodewords: 48, blocks: 1, regions: 2),
    .init(side: 44, dataCodewords: 144, errorCodewords: 56, blocks: 1, regions: 2),
    .init(side: 48, dataCodewords: 174, errorCodewords: 68, blocks: 1, regions: 2),
    .init(side: 52, dataCodewords: 204, errorCodewords: 84, blocks: 2, regions: 2),
    .init(side: 64, dataCodewords: 280, errorCodewords: 112, blocks: 2, regions: 4),
    .init(side: 72, dataCodewords: 368, errorCodewords: 144, blocks: 4, regions: 4),
    .init(side: 80, dataCodewords: 456, errorCodewords: 192, blocks: 4, regions: 4),
    .init(side: 88, dataCodewords: 576, errorCodewords: 224, blocks: 4, regions: 4),
    .init(side: 96, dataCodewords: 696, errorCodewords: 272, blocks: 4, regions: 4),
    .init(side: 104, dataCodewords: 816, errorCodewords: 336, blocks: 6, regions: 4),
    .init(side: 120, dataCodewords: 1_050, errorCodewords: 408, blocks: 6, regions: 6),
    .init(side: 132, dataCodewords: 1_304, errorCodewords: 496, blocks: 8, regions: 6),
  ]

  static let maximumDataCodewords = 1_304

  /// The smallest size that holds so many.
  static func holding(_ codewords: Int) -> DataMatrixSize? { all.first { $0.dataCodewords >= codewords } }
}
