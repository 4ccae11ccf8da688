/// What became of the ledger itself: whether it takes anything, how it is proven, packed, copied and kept.

/// The ledger could not keep what came: nothing is acknowledged from here on.
public struct RecordingSuspended: Hashable, Sendable, Codable {
  /// What the operating system or SQLite said, in words.
  public var reason: String
  public var at: Timestamp

  public init(reason: String, at: Timestamp) {
    self.reason = reason
    self.at = at
  }
}

/// The ledger takes everything again.
public struct RecordingResumed: Hashable, Sendable, Codable {
  public var suspendedAt: Timestamp
  public var reason: String
  /// Readings that waited in the recorder's bounded inbox and are kept now.
  public var heldReadings: Int
  /// Batches that found the inbox full meanwhile and are lost.
  public var lostBatches: Int
  /// Commits whose outcome was unknown, and whether the ledger held them when it was opened again.
  public var undecidedCommitWasKept: Bool?
  public var at: Timestamp

  public init(
    suspendedAt: Timestamp, reason: String, heldReadings: Int, lostBatches: Int, undecidedCommitWasKept: Bool?,
    at: Timestamp
  ) {
    self.suspendedAt = suspendedAt
    self.reason = reason
    self.heldReadings = heldReadings
    self.lostBatches = lostBatches
    self.undecidedCommitWasKept = undecidedCommitWasKept
    self.at = at
  }
}

/// The file system of the ledger crossed a level of free space.
public struct StorageLow: Hashable, Sendable, Codable {
  public enum Level: String, Hashable, Sendable, Codable, CaseIterable {
    case enough
    /// Below 20 %, 10 % and 5 % of the file system.
    case low, lower, critical
  }

  public var level: Level
  public var freeBytes: Int64
  public var capacityBytes: Int64
  public var at: Timestamp

  public init(level: Level, freeBytes: Int64, capacityBytes: Int64, at: Timestamp) {
    self.level = level
    self.freeBytes = freeBytes
    self.capacityBytes = capacityBytes
    self.at = at
  }
}

/// A signed statement of what the ledger held: nothing before it can be changed or cut off unseen by whoever has a copy.
public struct LedgerCheckpointed: Hashable, Sendable, Codable {
  public enum Occasion: String, Hashable, Sendable, Codable {
    case time, lotClosed, stop
  }

  /// The Merkle tree of one lot alone (RFC 9162, 2.1).
  public struct LotRoot: Hashable, Sendable, Codable {
    public var lot: LotNumber
    public var leaves: Int
    public var rootSHA256: String

    public init(lot: LotNumber, leaves: Int, rootSHA256: String) {
      self.lot = lot
      self.leaves = leaves
      self.rootSHA256 = rootSHA256
    }
  }

  public var occasion: Occasion
  /// The Merkle tree over the canonical bytes of the events 1 to `treeSize` (RFC 9162, 2.1): its root in hexadecimal.
  public var treeSize: Int64
  public var rootSHA256: String
  /// The head of the readings' hash chain at that event.
  public var throughBatch: Int64
  public var readingsHeadSHA256: String
  public var lot: LotRoot?
  /// The text that is signed, a checkpoint in the form of C2SP tlog-checkpoint, with its signature line.
  public var note: String
  public var keyID: String

  public init(
    occasion: Occasion, treeSize: Int64, rootSHA256: String, throughBatch: Int64, readingsHeadSHA256: String,
    lot: LotRoot?, note: String, keyID: String
  ) {
    self.occasion = occasion
    self.treeSize = treeSize
    self.rootSHA256 = rootSHA256
    self.throughBatch = throughBatch
    self.readingsHeadSHA256 = readingsHeadSHA256
    self.lot = lot
    self.note = note
    self.keyID = keyID
  }
}

/// Commits of readings were packed into blocks by parameter; nothing of them was lost.
public struct ReadingsPacked: Hashable, Sendable, Codable {
  public var segment: Int64
  public var firstBatch: Int64
  public var lastBatch: Int64
  public var readings: Int64
  /// Bytes of the commits before, and of the segment.
  public var bytesBefore: Int64
  public var bytesAfter: Int64
  /// The Merkle root over the digests of the segment's parts, in their order (RFC 9162, 2.1).
  public var rootSHA256: String

  public init(
    segment: Int64, firstBatch: Int64, lastBatch: Int64, readings: Int64, bytesBefore: Int64, bytesAfter: Int64,
    rootSHA256: String
  ) {
    self.segment = segment
    self.firstBatch = firstBatch
    self.lastBatch = lastBatch
    self.readings = readings
    self.bytesBefore = bytesBefore
    self.bytesAfter = bytesAfter
    self.rootSHA256 = rootSHA256
  }
}

/// Readings whose time of keeping is over were removed by a rule; their digests stay.
public struct ReadingsRetired: Hashable, Sendable, Codable {
  public var segment: Int64
  public var from: Timestamp
  public var until: Timestamp
  public var readings: Int64
  /// The rule in words, and where the readings were archived.
  public var rule: String
  public var archive: String?
  public var rootSHA256: String

  public init(
    segment: Int64, from: Timestamp, until: Timestamp, readings: Int64, rule: String, archive: String?,
    rootSHA256: String
  ) {
    self.segment = segment
    self.from = from
    self.until = until
    self.readings = readings
    self.rule = rule
    self.archive = archive
    self.rootSHA256 = rootSHA256
  }
}

/// A stretch of the ledger does not give its digest. It is set aside, never made anew.
public struct LedgerDamageFound: Hashable, Sendable, Codable {
  public enum Place: String, Hashable, Sendable, Codable {
    case event, readings, segment, record, index, outbox, state
  }

  public var place: Place
  /// Events, commits or segments, from and to, as the place counts them.
  public var first: Int64
  public var last: Int64
  public var reason: String
  /// The time that it covers, where that is known.
  public var from: Timestamp?
  public var until: Timestamp?
  public var lots: [LotNumber]
  public var runs: [RunID]

  public init(
    place: Place, first: Int64, last: Int64, reason: String, from: Timestamp? = nil, until: Timestamp? = nil,
    lots: [LotNumber] = [], runs: [RunID] = []
  ) {
    self.place = place
    self.first = first
    self.last = last
    self.reason = reason
    self.from = from
    self.until = until
    self.lots = lots
    self.runs = runs
  }
}

/// A copy of the ledger, or of a part of it, was made and read back.
public struct LedgerCopied: Hashable, Sendable, Codable {
  public enum Purpose: String, Hashable, Sendable, Codable {
    case backup, archive
  }

  public var purpose: Purpose
  /// Name of the file in its folder.
  public var name: String
  public var throughSequence: Int64
  public var throughBatch: Int64
  public var bytes: Int64
  public var digestSHA256: String
  public var lots: [LotNumber]

  public init(
    purpose: Purpose, name: String, throughSequence: Int64, throughBatch: Int64, bytes: Int64, digestSHA256: String,
    lots: [LotNumber] = []
  ) {
    self.purpose = purpose
    self.name = name
    self.throughSequence = throughSequence
    self.throughBatch = throughBatch
    self.bytes = bytes
    self.digestSHA256 = digestSHA256
    self.lots = lots
  }
}

/// What a calibration of the sensor behind a parameter found.
public struct Calibration: Hashable, Sendable, Codable {
  public enum Finding: String, Hashable, Sendable, Codable, CaseIterable {
    case inTolerance, outOfTolerance
  }

  public var station: StationName
  public var parameter: ParameterName
  public var performedAt: Timestamp
  /// As the sensor was found, before anything was adjusted: out of tolerance puts everything since the calibration before
  /// in doubt (ISO 10012:2003, 8.3.3).
  public var asFound: Finding
  public var asLeft: Finding
  /// First instant at which the next calibration is overdue.
  public var dueAt: Timestamp?
  public var certificate: String?
  public var person: PersonID
  public var note: String?

  public init(
    station: StationName, parameter: ParameterName, performedAt: Timestamp, asFound: Finding, asLeft: Finding,
    dueAt: Timestamp? = nil, certificate: String? = nil, person: PersonID, note: String? = nil
  ) {
    self.station = station
    self.parameter = parameter
    self.performedAt = performedAt
    self.asFound = asFound
    self.asLeft = asLeft
    self.dueAt = dueAt
    self.certificate = certificate
    self.person = person
    self.note = note
  }
}
