import PlainCFloor

/// The plain-C loop, with a row a reading or a row for 500 of them.
enum FloorContestant {
  static func run(_ workload: Workload, path: String, inBlobs: Bool = false) throws(BenchFault) -> Outcome {
    defer { Disk.removeDatabase(path) }
    let emptyBytes = try emptySize(path)
    let store = try open(path)
    var seconds = [Double](repeating: 0, count: workload.commits.count)
    let watch = Stopwatch()
    let insert = inBlobs ? floor_insert_blobs : floor_insert
    let result = insert(
      store, workload.rows, Int64(workload.readingCount), Int64(workload.readingsPerCommit), &seconds)
    let passed = watch.passed()
    floor_close(store)
    guard result == 0 else { throw BenchFault("the floor failed with SQLite error \(result)") }
    return Outcome(
      readings: workload.readingCount, seconds: passed.seconds, cpuSeconds: passed.cpuSeconds,
      bytes: try Disk.size(ofDatabase: path) - emptyBytes, commitSeconds: seconds)
  }

  private static func emptySize(_ path: String) throws(BenchFault) -> Int64 {
    floor_close(try open(path))
    defer { Disk.removeDatabase(path) }
    return try Disk.size(ofDatabase: path)
  }

  private static func open(_ path: String) throws(BenchFault) -> OpaquePointer {
    var message = [CChar](repeating: 0, count: 256)
    guard let store = floor_open(path, &message, Int32(message.count)) else {
      throw BenchFault("the floor cannot open \(path): \(message.withUnsafeBufferPointer { text(of: $0) })")
    }
    return store
  }

  private static func text(of buffer: UnsafeBufferPointer<CChar>) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
