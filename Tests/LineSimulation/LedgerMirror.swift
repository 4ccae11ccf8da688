import Devices
import Ledger
import Shopfloor

/// Follows the ledger commit by commit as any reader could, and holds each against the journal.
struct LedgerMirror {
  private(set) var lastGroup: Int64 = 0
  private(set) var lastSequence: Int64 = 0
  private(set) var lastHash: [UInt8] = []
  private(set) var digest = RunDigest()
  private(set) var readingCount = 0
  /// Runs as the events tell them.
  private(set) var runs: [RunID: Run] = [:]
  /// By number of the parameter: time, place of arrival and value.
  private(set) var readings: [UInt32: [Stored]] = [:]
  /// What the ERP is owed by the events, by key.
  private(set) var owed: Set<String> = []
  private(set) var sealed: [LotNumber: Int] = [:]
  private(set) var droppedBatches = 0
  private(set) var segments = 0
  private var silence = SilenceFold()
  /// The latest batch of each device that sends nothing twice.
  private var latest: [DeviceName: Int] = [:]
  private var latestScan = -1
  private var clock: ClockReading?
  private static let groupsPerRead = 100

  struct Stored {
    var reading: Reading
    var arrival: Int
  }

  /// Takes everything new in the ledger.
  ///
  /// - Returns: how many commits that were.
  mutating func follow(_ reader: LedgerReader, _ journal: Journal) throws -> Int {
    var count = 0
    while true {
      let groups = try reader.groups(after: lastGroup, limit: Self.groupsPerRead)
      for group in groups { try take(group, journal) }
      count += groups.count
      if groups.count < Self.groupsPerRead { return count }
    }
  }

  private mutating func take(_ group: LedgerReader.StoredGroup, _ journal: Journal) throws(BrokenPromise) {
    guard group.id == lastGroup + 1 else {
      throw BrokenPromise(.timeIsSound, "commit \(group.id) follows commit \(lastGroup)")
    }
    lastGroup = group.id
    digest.add(group.clock.utc.microseconds)
    digest.add(group.clock.monotonicMicroseconds)
    let isStart = group.events.contains { if case .recordingStarted = $0.event { true } else { false } }
    if let clock, !isStart, group.clock.monotonicMicroseconds < clock.monotonicMicroseconds {
      throw BrokenPromise(.timeIsSound, "the monotonic clock of commit \(group.id) lies before the one of the former")
    }
    clock = group.clock
    silence.begin(group, isStart: isStart)
    for batch in group.batches { try take(batch, in: group.id, journal) }
    for record in group.events { try take(record, in: group, journal) }
    try silence.end(group)
  }

  // MARK: Readings

  private mutating func take(_ batch: ReadingBatch, in group: Int64, _ journal: Journal) throws(BrokenPromise) {
    guard let first = batch.readings.first, first.raw < UInt64(journal.sent.count) else {
      throw BrokenPromise(.nothingInvented, "commit \(group) holds a batch of \(batch.device) that nobody sent")
    }
    let number = Int(first.raw)
    let sent = journal.sent[number]
    guard sent.device == batch.device, sent.key == batch.messageKey, sent.readings == batch.readings else {
      throw BrokenPromise(
        .nothingInvented, "batch \(number) of \(batch.device) in commit \(group) is not as it was sent")
    }
    guard journal.stored(number, in: group) else {
      throw BrokenPromise(
        .acknowledgedIsStored, "batch \(number) of \(batch.device) stands in commits \(sent.group ?? 0) and \(group)")
    }
    if !sent.isAwaited {
      if let before = latest[batch.device], number < before {
        throw BrokenPromise(
          .acknowledgedIsStored, "batch \(number) of \(batch.device) stands behind batch \(before) in commit \(group)")
      }
      latest[batch.device] = number
    }
    digest.add(Int64(number))
    for reading in batch.readings {
      readings[reading.parameter.rawValue, default: []].append(Stored(reading: reading, arrival: readingCount))
      readingCount += 1
    }
    silence.arrive(batch)
  }

  // MARK: Events

  private mutating func take(
    _ record: EventRecord, in group: LedgerReader.StoredGroup, _ journal: Journal
  ) throws(BrokenPromise) {
    guard record.sequence == lastSequence + 1 else {
      throw BrokenPromise(.timeIsSound, "event \(record.sequence) follows event \(lastSequence)")
    }
    lastSequence = record.sequence
    lastHash = record.hash
    digest.add(record.hash)
    try trace(record, journal)
    if record.event.movesMaterial { owed.insert(Self.key("movement", of: record)) }
    if record.event.kind == .productionReported { owed.insert(Self.key("report", of: record)) }
    silence.take(record.event)
    switch record.event {
    case .runStarted(let run): runs[run.id] = run
    case .runEnded(let end):
      guard var run = runs[end.run] else {
        throw BrokenPromise(.nothingInvented, "event \(record.sequence) ends run \(end.run), which never started")
      }
      guard end.at > run.startedAt else {
        throw BrokenPromise(.timeIsSound, "run \(run.id) ended at \(end.at), not after its start at \(run.startedAt)")
      }
      run.endedAt = end.at
      runs[end.run] = run
    case .cycleEnded(let cycle):
      guard cycle.durationMicroseconds >= 0 else {
        throw BrokenPromise(
          .timeIsSound, "cycle \(cycle.cycle) of run \(cycle.run) took \(cycle.durationMicroseconds) µs")
      }
    case .recordSealed(let notice):
      owed.insert("lotwire:record:\(notice.lot):\(notice.revision):\(notice.digestSHA256.prefix(16))")
      sealed[notice.lot] = notice.revision
    case .readingsDropped(let dropped): droppedBatches += dropped.batches
    case .readingsPacked: segments += 1
    default: break
    }
  }

  private mutating func trace(_ record: EventRecord, _ journal: Journal) throws(BrokenPromise) {
    guard let token = Self.token(of: record.event) else { return }
    guard let number = journal.askedByToken[token] else {
      throw BrokenPromise(.nothingInvented, "event \(record.sequence) tells of \"\(token)\", which nobody asked for")
    }
    guard journal.traced(number, by: record.sequence) else {
      throw BrokenPromise(
        .acknowledgedIsStored, "\"\(token)\" was carried out twice, again by event \(record.sequence)")
    }
    guard case .labelScanned = record.event else { return }
    guard number > latestScan else {
      throw BrokenPromise(.acknowledgedIsStored, "\"\(token)\" stands behind a scan that was made after it")
    }
    latestScan = number
  }

  /// The text by which the command behind an event is known; nil where no command of the simulation leaves such an event.
  static func token(of event: Event) -> String? {
    switch event {
    case .labelScanned(let scan): scanToken(scan.station, scan.at)
    case .lotHeld(let held): held.reason.hasPrefix("ask-") ? held.reason : nil
    case .lotHoldLifted(let held): held.reason
    case .alarmAcknowledged(let done): done.cause
    case .materialDisposed(let done): done.reason.hasPrefix("ask-") ? done.reason : nil
    case .workOrderUpdated(let order): "order:\(order.number):\(order.state.rawValue)"
    case .recordSealed(let notice): "seal:\(notice.lot):\(notice.revision)"
    case .delivered(let report):
      if case .delivered(let receipt) = report.outcome { receipt } else { nil }
    case .calibrationRecorded(let done): done.certificate
    default: nil
    }
  }

  static func scanToken(_ station: StationName, _ at: Timestamp) -> String { "scan:\(station):\(at.microseconds)" }

  private static func key(_ kind: String, of record: EventRecord) -> String {
    let digits = String(record.sequence)
    let place = String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    let hash = record.hash.prefix(8).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
    return "lotwire:\(kind):\(place):\(hash)"
  }
}
