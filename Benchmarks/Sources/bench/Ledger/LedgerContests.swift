import Foundation
import Ledger
import LedgerBuilder
import Shopfloor

/// What a ledger of years costs: the record of a lot of ten million readings, the questions of a recall, the start after a
/// kill, and bytes.
struct LedgerContests {
  let folder: String
  let lots: Int
  let readings: Int
  private var sections: [String] = []

  init(folder: String, lots: Int, readings: Int) {
    self.folder = folder
    self.lots = lots
    self.readings = readings
  }

  var text: String { sections.joined(separator: "\n") }

  mutating func run() async throws {
    try bytes()
    try largeLot()
    try largeLedger()
  }

  private func withLedger(_ name: String, _ size: PlantSize, _ body: (String, LedgerTask.Outcome) throws -> Void) throws
  {
    let path = folder + "/\(name).sqlite"
    defer { Disk.removeDatabase(path) }
    let built = try LedgerTask.build(size, path: path).outcome()
    try body(path, built)
  }

  // MARK: Parts

  /// The made-up plant at work and at rest.
  private mutating func bytes() throws {
    var table = Table(columns: ["sensors", "readings", "packed B/reading", "as commits B/reading"], wordColumns: [0])
    for (name, noise) in [("noisy", 1.0), ("quiet", 0.02), ("still", 0)] {
      try withLedger("bytes", PlantSize(lots: 80, readings: 4_000_000, noise: noise)) { path, _ in
        let packed = try Self.packed(path)
        table.rows.append([
          name, String(packed.readings), number(Double(packed.after) / Double(packed.readings), 2),
          number(Double(packed.before) / Double(packed.readings), 2),
        ])
      }
    }
    table.rows.append(["aim", "", "<= 4 noisy, <= 1 quiet", ""])
    sections.append("Ledger: bytes of a reading, raw words included\n\n" + table.text)
  }

  private static func packed(_ path: String) throws -> (readings: Int64, before: Int64, after: Int64) {
    let reader = try LedgerReader(path: path)
    var sums: (readings: Int64, before: Int64, after: Int64) = (0, 0, 0)
    for record in try reader.events(about: .ledger) {
      guard case .readingsPacked(let packed) = record.event else { continue }
      sums.readings += packed.readings
      sums.before += packed.bytesBefore
      sums.after += packed.bytesAfter
    }
    return sums
  }

  private mutating func largeLot() throws {
    var table = Table(columns: ["readings", "seconds", "peak MiB", "build s"], wordColumns: [])
    // Four hours of a fast line; a run takes nine tenths of its slot.
    let size = PlantSize(lots: 1, readings: 11_200_000, spanMicroseconds: 4 * 3_600_000_000, stations: 1)
    try withLedger("lot", size) { path, built in
      let sealed = try LedgerTask.seal(PlantLine.lot(0), path: path).outcome()
      table.rows.append([
        String(sealed.answers[0].count), number(sealed.answers[0].seconds[0], 2),
        number(Double(sealed.peakBytes) / 1_048_576, 0), number(built.seconds, 0),
      ])
    }
    table.rows.append(["aim 10 million", "<= 5", "<= 150", ""])
    sections.append("Ledger: the record of one large lot, assembled, signed and verified\n\n" + table.text)
  }

  private mutating func largeLedger() throws {
    try withLedger("large", PlantSize(lots: lots, readings: readings)) { path, built in
      let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      var text = "Ledger: \(lots) lots, \(built.built?.readings ?? 0) readings, \(built.built?.events ?? 0) events, "
      text += "\(bytes >> 20) MiB, built in \(number(built.seconds, 0)) s\n\n"
      var questions = Table(columns: ["question", "tries", "median ms", "worst ms", "answers"], wordColumns: [0])
      for answer in try LedgerTask.ask(path: path, lots: lots, rounds: 40).outcome().answers {
        questions.rows.append([
          answer.name, String(answer.seconds.count), number(answer.seconds.median * 1e3, 1),
          number((answer.seconds.max() ?? 0) * 1e3, 1), String(answer.count),
        ])
      }
      questions.rows.append(["aim", "", "", "<= 200", ""])
      text += questions.text + "\n"
      var starts = Table(columns: ["start", "s"], wordColumns: [0])
      for answer in try LedgerTask.checkpoint(path: path).outcome().answers {
        starts.rows.append([answer.name, number(answer.seconds.median, 2)])
      }
      try LedgerTask.recordAndKill(path: path)
      for answer in try LedgerTask.start(path: path).outcome().answers {
        starts.rows.append([answer.name, number(answer.seconds.median, 2)])
      }
      starts.rows.append(["aim after SIGKILL", "<= 2"])
      sections.append(text + starts.text)
    }
  }
}
