import Foundation
import Harness
import Testing

@Suite("A line whose daemon is killed")
struct KillTests {
  static let kills = 30
  static let lots = 20

  @Test(
    "30 kills: nothing acknowledged is lost, nothing stands twice, nothing binds to the wrong lot",
    .timeLimit(.minutes(5)))
  func kills() throws {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64(ProcessInfo.processInfo.environment["LOTWIRE_SEED"] ?? "") ?? generator.next()
    print("seed \(seed) (repeat with LOTWIRE_SEED=\(seed))")
    var seeded = SplitMix(seed: seed)
    let line = try KilledLine(lotCount: Self.lots, seed: seed)
    for _ in 0..<Self.kills {
      try line.startDaemon()
      usleep(UInt32.random(in: 150_000...2_200_000, using: &seeded))
      #expect(line.daemonIsRunning, "the daemon ended by itself:\n\(tail(line))")
      line.killDaemon()
    }
    try line.startDaemon()
    let scannerStatus = try line.scanner.waitUntilExit(patienceSeconds: 120)
    let scans = try line.scanner.outputLines().suffix(20)
    #expect(scannerStatus == 0, "\(scans)")
    try waitForRecords(line)
    line.endDaemon()
    try check(line)
  }

  private func tail(_ line: KilledLine) -> String {
    // Only decorates a failure.
    let log = (try? String(contentsOf: line.folder.file("lotwire.log"), encoding: .utf8)) ?? ""
    return log.split(separator: "\n").suffix(15).joined(separator: "\n")
  }

  private func waitForRecords(_ line: KilledLine) throws {
    let deadline = Date().addingTimeInterval(60)
    while Set(try line.deliveredRecords().map(\.lot)).count < line.lots.count, Date() < deadline { usleep(200_000) }
    // Whatever is delivered a second time by mistake would come now.
    usleep(1_500_000)
  }

  // MARK: Comparison with what was acknowledged

  private func check(_ line: KilledLine) throws {
    let delivered = try line.deliveredRecords()
    #expect(Set(delivered.map(\.key)).count == delivered.count, "a record was delivered twice")
    #expect(Set(delivered.map(\.lot)) == Set(line.lots))
    var latest: [String: DeliveredRecord] = [:]
    for stored in delivered {
      let record = try DeliveredRecord(verified: stored.content)
      #expect(record.lot == stored.lot)
      if record.revision >= latest[record.lot]?.revision ?? 0 { latest[record.lot] = record }
    }
    let records = line.lots.compactMap { latest[$0] }
    try checkScans(line, records)
    try checkCounters(line, records)
    try checkTemperatures(line, records)
  }

  /// Every acknowledged start of a lot is one run of that lot, begun between the scan and its answer; runs do not overlap.
  private func checkScans(_ line: KilledLine, _ records: [DeliveredRecord]) throws {
    let scans = try line.acceptedScans()
    for record in records {
      #expect(record.runs.count == 1, "lot \(record.lot) has \(record.runs.count) runs")
      let starts = scans.filter { $0.text == record.lot }
      #expect(starts.count == 1)
      guard let start = starts.first, let run = record.runs.first else { continue }
      #expect((start.sent...start.answered).contains(run.start.microseconds), "lot \(record.lot)")
    }
    let runs = records.flatMap(\.runs).sorted { $0.start.microseconds < $1.start.microseconds }
    for (earlier, later) in zip(runs, runs.dropFirst()) {
      #expect(earlier.end.microseconds <= later.start.microseconds)
    }
  }

  /// Every counter message that the broker acknowledged while a lot was running is in that lot's record, once.
  private func checkCounters(_ line: KilledLine, _ records: [DeliveredRecord]) throws {
    var seen: [Int: String] = [:]
    var expected = 0
    let published = try line.publishedCounters()
    #expect(published.count > 100)
    for record in records {
      var found: [Int: Int] = [:]
      for reading in record.readings(of: "counter") {
        guard let text = reading.dropFirst().first?.text, let number = Double(text) else { continue }
        found[Int(number), default: 0] += 1
        #expect(seen[Int(number)] == nil, "counter \(number) is in \(record.lot) and \(seen[Int(number)] ?? "")")
        seen[Int(number)] = record.lot
      }
      for run in record.runs {
        for message in published
        where message.time >= run.start.microseconds && message.time < run.end.microseconds {
          expected += 1
          #expect(
            found[message.number] == 1, "counter \(message.number) of lot \(record.lot): \(found[message.number] ?? 0)")
          found[message.number] = nil
        }
      }
      #expect(found.isEmpty, "lot \(record.lot) holds counters of another time: \(found.keys.sorted())")
    }
    #expect(expected > 100, "only \(expected) messages fell into runs")
    print("compared: \(records.count) records, \(expected) acknowledged messages in runs of \(published.count)")
  }

  /// Every temperature in a record is one that the PLC served.
  private func checkTemperatures(_ line: KilledLine, _ records: [DeliveredRecord]) throws {
    let served = try line.servedTemperatures()
    var compared = 0
    for record in records {
      for reading in record.readings(of: "seal.temperature") where reading.count >= 4 {
        guard let raw = reading[3].text else { continue }
        compared += 1
        let isServed = served.contains(raw.lowercased())
        #expect(isServed, "lot \(record.lot): the PLC never served \(raw)")
      }
    }
    #expect(compared > 20, "only \(compared) temperatures were compared")
  }
}

/// SplitMix64: the same seed gives the same kills.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
