import Crypto
public import Devices
public import Ledger

/// The digest and the statistics of a series while its readings pass: what ``BatchRecordFormat`` says of `digestSHA256`,
/// and the same bits as ``ReadingStatistics``.
public struct SeriesDigest: SeriesSummarizer {
  /// Handed to the hash in pieces of this many bytes.
  private static let pieceBytes = 16_384

  private var hash = SHA256()
  private var writer = ReadingWriter()
  private var piece = [UInt8](repeating: 0, count: pieceBytes + ReadingWriter.maximumBytes)
  private var filled = 1
  private var count = 0
  private var counts = [Int](repeating: 0, count: 256)
  private var goodCount = 0
  private var minimum: Double?
  private var maximum: Double?
  private var last: Double?
  private var sum = 0.0

  public init() { piece[0] = UInt8(ascii: "[") }

  public mutating func add(_ readings: ArraySlice<Reading>) {
    // Handed out for the loop and taken back: a closure over all of this value may not change one part beside another.
    var bytes: [UInt8] = []
    var writer = ReadingWriter.empty
    swap(&bytes, &piece)
    swap(&writer, &self.writer)
    var (filled, isFirst, hash) = (self.filled, count == 0, self.hash)
    bytes.withUnsafeMutableBufferPointer { bytes in
      for reading in readings {
        if !isFirst {
          bytes[filled] = UInt8(ascii: ",")
          filled += 1
        }
        isFirst = false
        filled = writer.write(reading, to: bytes, at: filled)
        if filled >= Self.pieceBytes {
          hash.update(bufferPointer: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[..<filled])))
          filled = 0
        }
      }
    }
    (self.filled, self.hash) = (filled, hash)
    swap(&bytes, &piece)
    swap(&writer, &self.writer)
    count += readings.count
    for reading in readings { note(reading) }
  }

  private mutating func note(_ reading: Reading) {
    counts[Int(reading.quality.rawValue)] += 1
    guard reading.quality.isGood else { return }
    let value = reading.value
    goodCount += 1
    sum += value
    minimum = minimum.map { min($0, value) } ?? value
    maximum = maximum.map { max($0, value) } ?? value
    last = value
  }

  public mutating func summary() -> SeriesAbstract {
    piece[filled] = UInt8(ascii: "]")
    hash.update(data: piece[...filled])
    var byQuality: [Quality: Int] = [:]
    for quality in Quality.allCases where counts[Int(quality.rawValue)] > 0 {
      byQuality[quality] = counts[Int(quality.rawValue)]
    }
    return SeriesAbstract(
      count: count, countsByQuality: byQuality, goodCount: goodCount, minimum: minimum,
      maximum: maximum, last: last, sum: sum, digestSHA256: Hexadecimal.text(of: hash.finalize()))
  }
}
