/// The check digit of GTIN, SSCC, GLN and the other numeric keys: modulo 10 with the weights 3, 1, 3 … from the digit
/// left of the check digit (GS1 General Specifications, standard check digit calculations).
enum CheckDigit {
  static func isRight(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count > 1 else { return false }
    var sum = 0
    var weight = 3
    var index = range.upperBound - 2
    while index >= range.lowerBound {
      guard isDigit(bytes[index]) else { return false }
      sum += weight * Int(bytes[index] - 0x30)
      weight = 4 - weight
      index -= 1
    }
    let last = bytes[range.upperBound - 1]
    return isDigit(last) && (10 - sum % 10) % 10 == Int(last - 0x30)
  }

  static func isRight(_ digits: [UInt8]) -> Bool { isRight(digits.span, 0..<digits.count) }
}

/// The pair of check characters of the Global Model Number: characters weighted with ascending primes from the right,
/// modulo 1021, in two characters of a set of 32 (GS1 General Specifications, check character pair calculation).
enum CheckPair {
  private static let primes = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
  ]
  private static let pairCharacters = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)
  /// Character set 82 in the order of its values.
  private static let set82 = Array(
    "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz".utf8)
  private static let values: [Int16] = {
    var values = [Int16](repeating: -1, count: 256)
    for (value, byte) in set82.enumerated() { values[Int(byte)] = Int16(value) }
    return values
  }()

  static func isRight(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard range.count >= 2, range.count - 2 <= primes.count else { return false }
    var sum = 0
    for (place, index) in range.dropLast(2).reversed().enumerated() {
      guard values[Int(bytes[index])] >= 0 else { return false }
      sum += Int(values[Int(bytes[index])]) * primes[place]
    }
    sum %= 1021
    return bytes[range.upperBound - 2] == pairCharacters[sum >> 5]
      && bytes[range.upperBound - 1] == pairCharacters[sum & 31]
  }
}
