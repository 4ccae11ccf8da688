import Crypto

/// Checksums of what no chain covers: the columns beside a commit's readings, and the recorder's kept state.
enum RowDigest {
  /// Of a commit's columns: enough to see damage of the disk; the readings have a whole digest of their own.
  static let commitByteCount = 8

  /// The first 8 bytes of SHA-256 over the columns as 64-bit numbers, little-endian; absent times as the least number.
  static func commit(
    id: Int64, time: Int64, monotonic: Int64, lastEvent: Int64, readingCount: Int64, firstReading: Int64?,
    lastReading: Int64?, outOfWindow: Bool
  ) -> [UInt8] {
    var writer = ByteWriter()
    let numbers: [Int64] = [
      id, time, monotonic, lastEvent, readingCount, firstReading ?? .min, lastReading ?? .min, outOfWindow ? 1 : 0,
    ]
    for number in numbers { writer.fixed64(UInt64(bitPattern: number)) }
    return Array(SHA256.hash(data: writer.bytes).prefix(commitByteCount))
  }

  /// SHA-256 over the commit it stands after, 64 bits little-endian, and its bytes.
  static func checkpoint(group: Int64, body: [UInt8]) -> [UInt8] {
    var writer = ByteWriter()
    writer.fixed64(UInt64(bitPattern: group))
    var hasher = SHA256()
    hasher.update(data: writer.bytes)
    hasher.update(data: body)
    return Array(hasher.finalize())
  }
}
