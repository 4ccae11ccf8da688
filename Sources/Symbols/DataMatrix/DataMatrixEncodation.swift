/// Writes a text as data codewords: ASCII encodation with pairs of digits, and Base 256 for stretches of bytes beyond
/// ASCII (ISO/IEC 16022, clause 5.2). Every division into stretches is compared; the shortest is taken.
enum DataMatrixEncodation {
  static let pad = 129
  static let base256Latch = 231
  static let functionOne = 232
  static let upperShift = 235
  /// Extended channel interpretation 26, UTF-8: the indicator and the designator, which is 26 + 1 (clause 5.4).
  static let utf8Interpretation = [241, 27]

  /// - Returns: nil where the text is longer than any symbol.
  static func codewords(_ text: SymbolText) -> [Int]? {
    // Two digits share a codeword: a text that is longer than this fits nowhere.
    guard text.elements.count <= 2 * DataMatrixSize.maximumDataCodewords else { return nil }
    var written = text.isUnicode ? utf8Interpretation : []
    for stretch in stretches(text.elements) {
      if stretch.isBase256 {
        appendBase256(text.elements[stretch.range], to: &written)
      } else {
        appendASCII(Array(text.elements[stretch.range]), to: &written)
      }
    }
    return written.count <= DataMatrixSize.maximumDataCodewords ? written : nil
  }

  /// Fills up to the capacity of a size: the pad character, then pad characters by the 253-state algorithm (annex B.1).
  static func padded(_ codewords: [Int], to capacity: Int) -> [Int] {
    var filled = codewords
    if filled.count < capacity { filled.append(pad) }
    while filled.count < capacity {
      let random = (149 * (filled.count + 1)) % 253 + 1
      let value = pad + random
      filled.append(value <= 254 ? value : value - 254)
    }
    return filled
  }

  // MARK: Stretches

  struct Stretch: Hashable {
    var range: Range<Int>
    var isBase256: Bool
  }

  /// Longest stretch of Base 256 that is looked at; one of this length costs four codewords of overhead.
  private static let longestBase256 = 1_555

  private struct Way {
    var cost: Int
    var from: Int
    var isBase256: Bool
  }

  static func stretches(_ elements: [SymbolText.Element]) -> [Stretch] {
    var best: [Way?] = Array(repeating: nil, count: elements.count + 1)
    best[0] = Way(cost: 0, from: 0, isBase256: false)
    func offer(_ way: Way, at end: Int) {
      if let known = best[end], known.cost <= way.cost { return }
      best[end] = way
    }
    for position in elements.indices {
      guard let here = best[position] else { continue }
      let (cost, length) = asciiStep(elements, position)
      offer(Way(cost: here.cost + cost, from: position, isBase256: false), at: position + length)
      if length == 2 {
        offer(Way(cost: here.cost + 1, from: position, isBase256: false), at: position + 1)
      }
      // Base 256 pays only where a byte beyond ASCII begins it: any other byte is as short in ASCII.
      guard case .byte(let first) = elements[position], first > 127 else { continue }
      var end = position
      while end < elements.count, end - position < longestBase256, case .byte = elements[end] {
        end += 1
        let bytes = end - position
        offer(Way(cost: here.cost + 2 + bytes + (bytes > 249 ? 1 : 0), from: position, isBase256: true), at: end)
      }
    }
    return joined(best)
  }

  private static func joined(_ best: [Way?]) -> [Stretch] {
    var stretches: [Stretch] = []
    var end = best.count - 1
    while end > 0, let way = best[end] {
      if let last = stretches.last, !last.isBase256, !way.isBase256 {
        stretches[stretches.count - 1].range = way.from..<last.range.upperBound
      } else {
        stretches.append(Stretch(range: way.from..<end, isBase256: way.isBase256))
      }
      end = way.from
    }
    return stretches.reversed()
  }

  /// Codewords and elements of one step in ASCII encodation.
  private static func asciiStep(_ elements: [SymbolText.Element], _ position: Int) -> (cost: Int, length: Int) {
    guard case .byte(let byte) = elements[position] else { return (1, 1) }
    if byte > 127 { return (2, 1) }
    return pair(elements, position) == nil ? (1, 1) : (1, 2)
  }

  // MARK: Writing

  private static func appendASCII(_ elements: [SymbolText.Element], to written: inout [Int]) {
    var position = 0
    while position < elements.count {
      if let pair = pair(elements, position) {
        written.append(130 + pair)
        position += 2
        continue
      }
      switch elements[position] {
      case .functionOne: written.append(functionOne)
      case .byte(let byte) where byte > 127: written += [upperShift, Int(byte) - 127]
      case .byte(let byte): written.append(Int(byte) + 1)
      }
      position += 1
    }
  }

  /// The value of two digits from here.
  private static func pair(_ elements: [SymbolText.Element], _ position: Int) -> Int? {
    guard position + 1 < elements.count, case .byte(let first) = elements[position],
      case .byte(let second) = elements[position + 1], (48...57).contains(first), (48...57).contains(second)
    else { return nil }
    return Int(first - 48) * 10 + Int(second - 48)
  }

  /// Latch, length, bytes; length and bytes are disguised by the 255-state algorithm (annex B.2). After the announced
  /// length the encodation is ASCII again.
  private static func appendBase256(_ elements: ArraySlice<SymbolText.Element>, to written: inout [Int]) {
    let bytes = elements.compactMap { element -> Int? in
      if case .byte(let byte) = element { Int(byte) } else { nil }
    }
    let length = bytes.count <= 249 ? [bytes.count] : [bytes.count / 250 + 249, bytes.count % 250]
    written.append(base256Latch)
    for value in length + bytes {
      let random = (149 * (written.count + 1)) % 255 + 1
      written.append((value + random) % 256)
    }
  }
}
