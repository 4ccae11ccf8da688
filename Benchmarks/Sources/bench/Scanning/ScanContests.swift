import Devices
import Foundation
import Labels
import Recorder
import Scanners
import Shopfloor

/// How long a person waits: from the last report of a label to the answer that is on disk.
struct ScanContests {
  static let scansPerRepetition = 500
  static let syncTries = 200

  private let folder: String
  private let repetitions: Int
  private var waits: [Double] = []
  private var syncSeconds: [Double] = []

  init(folder: String, repetitions: Int) {
    self.folder = folder
    self.repetitions = repetitions
  }

  mutating func run() async throws {
    for repetition in 1...repetitions {
      syncSeconds += try Disk.syncSeconds(in: folder, tries: Self.syncTries)
      waits += try await measure(folder + "/scans.sqlite")
      Progress.note("scanning: repetition \(repetition) of \(repetitions) done")
    }
  }

  /// Runs begin and pause in turn: every scan is events and a commit of its own.
  private func measure(_ path: String) async throws -> [Double] {
    defer { Disk.removeDatabase(path) }
    let setup = Recorder.Setup(ledgerPath: path, programVersion: "bench", bootID: "bench")
    let recorder = try Recorder(setup, clock: SystemClock()) { _ in }
    defer { recorder.stop() }
    let time = SystemClock().now().utc
    var answers = [await recorder.apply(BenchPlan.line, digest: BenchPlan.digest, changes: [], at: time)]
    for command in BenchPlan.commands { answers.append(await recorder.perform(command, actor: "bench", at: time)) }
    for answer in answers where !answer.isAccepted { throw BenchFault("refused: \(answer.words.english)") }
    let reader = LabelReader()
    var assembler = PointOfSaleAssembler()
    var waits: [Double] = []
    for scan in 0..<Self.scansPerRepetition {
      let text = scan.isMultiple(of: 2) ? CommandCard.pause.rawValue : BenchPlan.lot(0).text
      let report = Self.report(text)
      let start = Stopwatch.wallSeconds()
      let now = SystemClock().now()
      for event in assembler.take(report, at: now.monotonicMicroseconds) {
        guard case .label(let scanned) = event else { throw BenchFault("the report gave no label") }
        let reading = reader.read(
          Array((scanned.aimIdentifier ?? "").utf8) + scanned.bytes, referenceYear: 2026)
        let answer = await recorder.perform(
          .scan(ScannedLabel(reading, from: scanned), station: BenchPlan.stationName(0)), actor: "device scanner-1",
          at: now.utc)
        guard answer.isAccepted else { throw BenchFault("refused: \(answer.words.english)") }
      }
      waits.append(Stopwatch.wallSeconds() - start)
    }
    return waits
  }

  /// A HID POS report of a Code 128: id 2, length, AIM identifier, data, symbology, "no more reports".
  private static func report(_ text: String) -> [UInt8] {
    let data = Array(text.utf8)
    var report = [UInt8](repeating: 0, count: 64)
    report[0] = PointOfSaleAssembler.reportID
    report[1] = UInt8(data.count)
    report.replaceSubrange(2..<5, with: Array("]C0".utf8))
    report.replaceSubrange(5..<(5 + data.count), with: data)
    return report
  }

  var text: String {
    """
    Scanning: from the last report of a label to the answer on disk; \(waits.count) scans, each a commit of its own
    one fsync       p50 \(number(syncSeconds.median * 1e3, 2)) ms, p99 \(number(syncSeconds.percentile(99) * 1e3, 2)) ms
    scan to answer  p50 \(number(waits.median * 1e3, 2)) ms, p99 \(number(waits.percentile(99) * 1e3, 2)) ms, \
    worst \(number((waits.max() ?? 0) * 1e3, 2)) ms (aim: p50 <= 5 ms, p99 <= 20 ms)

    """
  }
}
