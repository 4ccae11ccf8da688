/// The byte form of a column of whole numbers. The shortest of five forms is taken:
///
/// ```
/// column    := 0x00 value:zigzag                                         every number is the same
///            | 0x01 runs:variable (length-1:variable value:zigzag(delta))*
///            | 0x02 frames                                               of the numbers
///            | 0x03 first:zigzag frames                                  of their differences
///            | 0x04 first:zigzag difference:zigzag frames                of the differences of their differences
/// frames    := frame*                                                    of 128 numbers each, the last one of fewer
/// frame     := base:zigzag(to the frame before) width:byte exceptions:byte packed exception*
/// exception := place:byte above:variable
/// ```
/// `packed` holds number - base in `width` bits each, the lowest bit of the first number first, filled up to a whole byte;
/// an exception adds the bits above. Differences wrap around at 64 bits. How many numbers there are is told elsewhere.
///
/// Frames with exceptions: M. Zukowski, S. Héman, N. Nes, P. Boncz, "Super-Scalar RAM-CPU Cache Compression", ICDE 2006;
/// differences of differences for times: T. Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time Series Database",
/// VLDB 2015.
enum IntegerColumn {
  static let frameLength = 128

  enum Form: UInt8 {
    case constant = 0
    case runs = 1
    case frames = 2
    case differences = 3
    case secondDifferences = 4
  }

  // MARK: Writing

  static func encode(_ numbers: [Int64], into writer: inout ByteWriter) {
    guard let first = numbers.first else { return writer.byte(Form.constant.rawValue) }
    var runs = 1
    for index in 1..<max(numbers.count, 1) where numbers[index] != numbers[index - 1] { runs += 1 }
    if runs == 1 {
      writer.byte(Form.constant.rawValue)
      return writer.zigzag(first)
    }
    var candidates = [plain(numbers), differences(numbers)]
    if numbers.count > 2 { candidates.append(secondDifferences(numbers)) }
    if runs <= numbers.count / 4 { candidates.append(inRuns(numbers, runs)) }
    // There are always two of them.
    writer.append(candidates.min { $0.count < $1.count } ?? [])
  }

  private static func inRuns(_ numbers: [Int64], _ runs: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(Form.runs.rawValue)
    writer.variable(UInt64(runs))
    var previous: Int64 = 0
    var start = 0
    while start < numbers.count {
      var end = start + 1
      while end < numbers.count, numbers[end] == numbers[start] { end += 1 }
      writer.variable(UInt64(end - start - 1))
      writer.zigzag(numbers[start] &- previous)
      previous = numbers[start]
      start = end
    }
    return writer.bytes
  }

  private static func plain(_ numbers: [Int64]) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(Form.frames.rawValue)
    appendFrames(numbers[...], to: &writer)
    return writer.bytes
  }

  private static func differences(_ numbers: [Int64]) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(Form.differences.rawValue)
    writer.zigzag(numbers[0])
    var steps: [Int64] = []
    steps.reserveCapacity(numbers.count)
    for index in 1..<numbers.count { steps.append(numbers[index] &- numbers[index - 1]) }
    appendFrames(steps[...], to: &writer)
    return writer.bytes
  }

  private static func secondDifferences(_ numbers: [Int64]) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(Form.secondDifferences.rawValue)
    writer.zigzag(numbers[0])
    var step = numbers[1] &- numbers[0]
    writer.zigzag(step)
    var bends: [Int64] = []
    bends.reserveCapacity(numbers.count)
    for index in 2..<numbers.count {
      let next = numbers[index] &- numbers[index - 1]
      bends.append(next &- step)
      step = next
    }
    appendFrames(bends[...], to: &writer)
    return writer.bytes
  }

  private static func appendFrames(_ numbers: ArraySlice<Int64>, to writer: inout ByteWriter) {
    var rest = numbers
    var previousBase: Int64 = 0
    while !rest.isEmpty {
      let frame = rest.prefix(frameLength)
      rest = rest.dropFirst(frameLength)
      let base = appendFrame(frame, previousBase, to: &writer)
      previousBase = base
    }
  }

  private static func appendFrame(
    _ frame: ArraySlice<Int64>, _ previousBase: Int64, to writer: inout ByteWriter
  ) -> Int64 {
    let base = frame.min() ?? 0
    var lengths = [Int](repeating: 0, count: 65)
    for number in frame { lengths[64 - UInt64(bitPattern: number &- base).leadingZeroBitCount] += 1 }
    let (width, exceptions) = cheapest(lengths, frame.count)
    writer.zigzag(base &- previousBase)
    writer.byte(UInt8(width))
    writer.byte(UInt8(exceptions))
    var pending: UInt64 = 0
    var pendingBits = 0
    let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
    for number in frame {
      let bits = UInt64(bitPattern: number &- base) & mask
      pending |= bits << UInt64(pendingBits)
      let free = 64 - pendingBits
      if width >= free {
        writer.fixed64(pending)
        pending = free == 64 ? 0 : bits >> UInt64(free)
        pendingBits = width - free
      } else {
        pendingBits += width
      }
    }
    while pendingBits > 0 {
      writer.byte(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingBits -= 8
    }
    if exceptions > 0 {
      for (place, number) in frame.enumerated() {
        let above = UInt64(bitPattern: number &- base) >> UInt64(width)
        guard above != 0 else { continue }
        writer.byte(UInt8(place))
        writer.variable(above)
      }
    }
    return base
  }

  /// The width with the fewest bytes, and how many numbers do not fit into it.
  private static func cheapest(_ lengths: [Int], _ count: Int) -> (width: Int, exceptions: Int) {
    var best = (width: 64, exceptions: 0)
    var bestBytes = count * 8
    var exceptions = 0
    // Bytes that the exceptions take: a place, and seven bits a byte.
    for width in stride(from: 63, through: 0, by: -1) {
      exceptions += lengths[width + 1]
      guard exceptions < count else { break }
      var bytes = (count * width + 7) / 8 + exceptions
      for length in (width + 1)..<65 where lengths[length] > 0 { bytes += lengths[length] * ((length - width + 6) / 7) }
      if bytes < bestBytes { (best, bestBytes) = ((width, exceptions), bytes) }
    }
    return best
  }
}
