/// Reed-Solomon error correction over GF(256) with the polynomial x^8 + x^5 + x^3 + x^2 + 1 (ISO/IEC 16022, annex E).
enum ReedSolomon {
  private static let polynomial = 0x12D

  private static let powers: [Int] = {
    var powers: [Int] = []
    var value = 1
    for _ in 0..<255 {
      powers.append(value)
      value <<= 1
      if value > 255 { value ^= polynomial }
    }
    return powers
  }()

  private static let logarithms: [Int] = {
    var logarithms = Array(repeating: 0, count: 256)
    for (exponent, value) in powers.enumerated() { logarithms[value] = exponent }
    return logarithms
  }()

  static func product(_ one: Int, _ other: Int) -> Int {
    one == 0 || other == 0 ? 0 : powers[(logarithms[one] + logarithms[other]) % 255]
  }

  /// The generator (x - 2^1)(x - 2^2)…(x - 2^count): coefficients without the leading 1, highest power first.
  static func generator(_ count: Int) -> [Int] {
    var coefficients = [1]
    for exponent in 1...count {
      var next = coefficients + [0]
      for (index, coefficient) in coefficients.enumerated() {
        next[index + 1] ^= product(coefficient, powers[exponent % 255])
      }
      coefficients = next
    }
    return Array(coefficients.dropFirst())
  }

  /// The error codewords of a block.
  static func errorCodewords(_ data: [Int], count: Int) -> [Int] {
    let generator = generator(count)
    var remainder = Array(repeating: 0, count: count)
    for codeword in data {
      let factor = codeword ^ remainder[0]
      for index in 0..<count {
        let next = index + 1 < count ? remainder[index + 1] : 0
        remainder[index] = next ^ product(factor, generator[index])
      }
    }
    return remainder
  }

  /// Data followed by error codewords; the blocks take turns in both (ISO/IEC 16022, clause 5.6.2).
  static func protected(_ data: [Int], size: DataMatrixSize) -> [Int] {
    let perBlock = size.errorCodewords / size.blocks
    var errors = Array(repeating: 0, count: size.errorCodewords)
    for block in 0..<size.blocks {
      let ofBlock = stride(from: block, to: data.count, by: size.blocks).map { data[$0] }
      for (index, codeword) in errorCodewords(ofBlock, count: perBlock).enumerated() {
        errors[index * size.blocks + block] = codeword
      }
    }
    return data + errors
  }
}
