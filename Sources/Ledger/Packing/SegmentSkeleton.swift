/// What a segment holds beside the readings: its commits, their batches, and what cannot be made again from columns.
///
/// ```
/// skeleton := 0x01 first:zigzag commits:variable batches:variable keys:variable shapes verbatim columns
/// shapes   := count:variable (length:variable parameter:zigzag(delta)*)*
/// verbatim := count:variable (commit:variable(delta) damaged:byte length:variable byte* hash:32 bytes where damaged)*
/// columns  := of the commits: batches+1 (0: no readings), last event, time, monotonic
///             of the batches: device, shape, received, monotonic, has a key
///             key:fixed64*
/// ```
/// Times stand close to what they are near to: `received` to the batch's first reading, or to the batch before where it has
/// none; a commit's time to its last batch's, or to the commit before where it has none; `monotonic` to the UTC time beside
/// it. A damaged commit did not give its hash when it was packed: its bytes and its hash stay as they were, and its readings
/// are in no block.
struct SegmentSkeleton: Hashable {
  static let version: UInt8 = 1
  /// Bounds of one segment.
  static let maximumCommits = 1 << 20
  static let maximumBatches = 1 << 21
  static let maximumShapes = 1 << 20
  static let maximumShapeReadings = 1 << 22

  struct Verbatim: Hashable {
    /// From the first commit on.
    var commit: Int
    var body: [UInt8]
    /// Where the commit is damaged: its stored hash.
    var damagedHash: [UInt8]?
  }

  var firstBatch: Int64
  var batchCounts: [Int64] = []
  var lastEvents: [Int64] = []
  var times: [Int64] = []
  var monotonics: [Int64] = []
  var devices: [Int64] = []
  var shapes: [Int64] = []
  var received: [Int64] = []
  var batchMonotonics: [Int64] = []
  var hasKey: [Int64] = []
  var keys: [UInt64] = []
  /// Lists of parameters, one reading each.
  var shapeTable: [[UInt32]] = []
  var verbatim: [Verbatim] = []

  init(firstBatch: Int64) { self.firstBatch = firstBatch }

  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.byte(Self.version)
    writer.zigzag(firstBatch)
    writer.variable(UInt64(batchCounts.count))
    writer.variable(UInt64(devices.count))
    writer.variable(UInt64(keys.count))
    writer.variable(UInt64(shapeTable.count))
    for shape in shapeTable {
      writer.variable(UInt64(shape.count))
      var previous: Int64 = 0
      for parameter in shape {
        writer.zigzag(Int64(parameter) - previous)
        previous = Int64(parameter)
      }
    }
    writer.variable(UInt64(verbatim.count))
    var previous = 0
    for commit in verbatim {
      writer.variable(UInt64(commit.commit - previous))
      previous = commit.commit
      writer.byte(commit.damagedHash == nil ? 0 : 1)
      writer.variable(UInt64(commit.body.count))
      writer.append(commit.body)
      if let hash = commit.damagedHash { writer.append(hash) }
    }
    for column in [batchCounts, lastEvents, times, monotonics, devices, shapes, received, batchMonotonics, hasKey] {
      IntegerColumn.encode(column, into: &writer)
    }
    for key in keys { writer.fixed64(key) }
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws(ByteReader.Damage) {
    var reader = ByteReader(bytes)
    guard try reader.byte() == Self.version else {
      throw ByteReader.Damage(offset: 0, reason: "the form of this skeleton is not known")
    }
    firstBatch = try reader.zigzag()
    let commits = try reader.count(atMost: Self.maximumCommits)
    let batches = try reader.count(atMost: Self.maximumBatches)
    let keyCount = try reader.count(atMost: batches)
    var listed = 0
    for _ in 0..<(try reader.count(atMost: Self.maximumShapes)) {
      let length = try reader.count(atMost: Self.maximumShapeReadings - listed)
      listed += length
      var shape: [UInt32] = []
      var parameter: Int64 = 0
      for _ in 0..<length {
        parameter &+= try reader.zigzag()
        guard let number = UInt32(exactly: parameter) else {
          throw ByteReader.Damage(offset: reader.offset, reason: "parameter number \(parameter) cannot be")
        }
        shape.append(number)
      }
      shapeTable.append(shape)
    }
    var commit = 0
    for _ in 0..<(try reader.count(atMost: commits)) {
      commit += try reader.count(atMost: commits)
      guard commit < commits else {
        throw ByteReader.Damage(offset: reader.offset, reason: "commit \(commit) of \(commits) is kept as it was")
      }
      let isDamaged = try reader.byte() == 1
      let body = Array(try reader.take(try reader.count(atMost: bytes.count)))
      verbatim.append(Verbatim(commit: commit, body: body, damagedHash: isDamaged ? Array(try reader.take(32)) : nil))
    }
    batchCounts = try IntegerColumn.decode(&reader, count: commits)
    lastEvents = try IntegerColumn.decode(&reader, count: commits)
    times = try IntegerColumn.decode(&reader, count: commits)
    monotonics = try IntegerColumn.decode(&reader, count: commits)
    devices = try IntegerColumn.decode(&reader, count: batches)
    shapes = try IntegerColumn.decode(&reader, count: batches)
    received = try IntegerColumn.decode(&reader, count: batches)
    batchMonotonics = try IntegerColumn.decode(&reader, count: batches)
    hasKey = try IntegerColumn.decode(&reader, count: batches)
    for _ in 0..<keyCount { keys.append(try reader.fixed64()) }
    guard reader.isAtEnd else {
      throw ByteReader.Damage(offset: reader.offset, reason: "there are bytes after the last key")
    }
    try check()
  }

  /// What the columns say of each other holds, so that whoever goes through them meets no end too early.
  private func check() throws(ByteReader.Damage) {
    var sum = 0
    for count in batchCounts {
      guard count >= 0, count <= Int64(devices.count) + 1 else {
        throw ByteReader.Damage(offset: 0, reason: "a commit of \(count) batches")
      }
      sum += max(Int(count) - 1, 0)
    }
    guard sum == devices.count else {
      throw ByteReader.Damage(offset: 0, reason: "\(sum) batches of commits are \(devices.count) batches")
    }
    guard shapes.allSatisfy({ $0 >= 0 && $0 < Int64(shapeTable.count) }),
      devices.allSatisfy({ $0 >= 0 && $0 <= Int64(UInt32.max) })
    else { throw ByteReader.Damage(offset: 0, reason: "a batch of unknown parameters or of no device") }
    guard hasKey.reduce(0, { $0 + ($1 == 0 ? 0 : 1) }) == keys.count else {
      throw ByteReader.Damage(offset: 0, reason: "there are \(keys.count) keys")
    }
  }
}
