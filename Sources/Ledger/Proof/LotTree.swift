import Crypto
import Devices
import GRDB
import Shopfloor

/// The Merkle tree of one lot: its events in their sequence, then one leaf for each series of readings of its runs, in the
/// order of the runs and of the parameters' numbers.
///
/// The events are those of its evidence without master data, whose later versions would make the tree another one. The
/// leaf of an event is its canonical bytes; that of a series is `seriesText`.
struct LotTree {
  struct Leaf {
    enum Content: Hashable {
      case event(sequence: Int64)
      case series(LotSeries)
    }

    var content: Content
    var bytes: [UInt8]
    var hash: MerkleTree.Hash { MerkleTree.leafHash(bytes) }
  }

  let lot: LotNumber
  let leaves: [Leaf]
  let root: MerkleTree.Hash
  /// A rule of retention removed readings of its runs.
  let isRetired: Bool

  /// - Parameters:
  ///   - through: the last event that is looked at.
  ///   - throughBatch: the last commit whose readings are looked at: late ones come after the lot was closed.
  init(of lot: LotNumber, through sequence: Int64, throughBatch: Int64, _ db: Database) throws {
    self.lot = lot
    let (events, runs) = try Self.story(of: lot, through: sequence, db)
    let eventLeaves = events.map { Leaf(content: .event(sequence: $0.sequence), bytes: $0.canonicalBytes) }
    let found = try runs.map { try LotSeries.all(of: $0, throughBatch: throughBatch, db) }
    let series = found.flatMap(\.series)
    isRetired = found.contains { $0.missing.contains { $0.cause == .retired } }
    leaves = eventLeaves + series.map { Leaf(content: .series($0), bytes: $0.canonicalBytes) }
    root = MerkleTree.root(ofLeafHashes: leaves.map(\.hash))
  }

  var rootFact: LedgerCheckpointed.LotRoot {
    .init(lot: lot, leaves: leaves.count, rootSHA256: EventChain.hex(root))
  }

  /// The events of the lot up to a sequence, and its runs.
  private static func story(
    of lot: LotNumber, through sequence: Int64, _ db: Database
  ) throws -> (events: [EventRecord], runs: [Run]) {
    func upTo(_ records: [EventRecord]) -> [EventRecord] { records.filter { $0.sequence <= sequence } }
    let named = upTo(try LedgerReader.events(db, about: [EventSubject.lot(lot).key]))
    var collector = EvidenceCollector(lot: lot)
    collector.add(named)
    let started = named.compactMap { record -> Run? in
      if case .runStarted(let run) = record.event { run } else { nil }
    }
    collector.add(upTo(try LedgerReader.events(db, about: started.map { EventSubject.run($0.id).key })))
    let runs = started.map(collector.ended)
    for run in runs { try collector.addSurroundings(of: run, db) }
    collector.add(try LedgerReader.events(db, about: collector.alarmAndGapKeys))
    let evidence = collector.evidence(runs: runs, series: [], throughSequence: sequence, throughHash: [])
    // Master data have later versions; what the ledger does for itself says nothing of the lot.
    let events = upTo(evidence.events).filter { record in
      switch record.event {
      case .materialLotUpdated, .readingsAnchored, .ledgerCheckpointed, .readingsPacked, .readingsRetired,
        .ledgerCopied, .delivered, .deliveryBlocked, .productionReported, .deliveryDecided, .deliveriesCompared,
        .erpNoted:
        false
      default: true
      }
    }
    return (events, runs)
  }
}

/// The digest of the readings of one parameter in one run.
struct LotSeries: Hashable, Codable {
  var run: RunID
  var parameter: RegisteredParameter
  var readings: Int
  /// SHA-256 over the canonical bytes of the readings in the order of their arrival.
  var digestSHA256: String

  /// One line of text: "series", run, station, parameter, device, point, unit, number of readings and digest, with tabs
  /// between them.
  var canonicalBytes: [UInt8] {
    Array(
      [
        "series", run.text, parameter.station.text, parameter.name.text, parameter.device.text, parameter.point,
        parameter.unit, String(readings), digestSHA256,
      ].joined(separator: "\t").utf8)
  }

  /// Bytes of a reading, little-endian: time 8 (microseconds UTC), quality 1, detail 2, value 8 (IEEE 754; zero where
  /// there is none), number of raw words 1, raw words 8.
  static let bytesPerReading = 28

  /// The series of a run that have readings, by the numbers of their parameters. One commit or block in memory at a time.
  static func all(
    of run: Run, throughBatch: Int64, _ db: Database
  ) throws -> (series: [LotSeries], missing: [ReadingScan.MissingStretch]) {
    let registered = try LedgerReader.parameters(db).filter { $0.station == run.station }
    var digests: [ParameterIndex: (count: Int, hash: SHA256)] = [:]
    // What was set aside, or is damaged, is not in the digest: the count says that it is missing.
    let missing = try ReadingScan.readings(
      of: Set(registered.map(\.index)), from: run.startedAt.microseconds, to: run.endedAt?.microseconds ?? .max,
      through: throughBatch, db
    ) { parameter, readings in
      var (count, hash) = digests.removeValue(forKey: parameter) ?? (0, SHA256())
      var writer = ByteWriter()
      writer.reserve(readings.count * bytesPerReading)
      for reading in readings {
        append(reading, to: &writer)
        count += 1
      }
      hash.update(data: writer.bytes)
      digests[parameter] = (count, hash)
    }
    let series = registered.compactMap { parameter in
      digests[parameter.index].map { count, hash in
        LotSeries(
          run: run.id, parameter: parameter, readings: count, digestSHA256: EventChain.hex(Array(hash.finalize())))
      }
    }
    return (series, missing)
  }

  private static func append(_ reading: Reading, to writer: inout ByteWriter) {
    writer.fixed64(UInt64(bitPattern: reading.time.microseconds))
    writer.byte(reading.quality.rawValue)
    writer.byte(UInt8(truncatingIfNeeded: reading.detail))
    writer.byte(UInt8(truncatingIfNeeded: reading.detail >> 8))
    writer.fixed64(reading.quality.hasValue ? reading.value.bitPattern : 0)
    writer.byte(reading.rawWordCount)
    writer.fixed64(reading.raw)
  }
}
