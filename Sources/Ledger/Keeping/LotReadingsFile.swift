import Devices
import Foundation
import GRDB
import Shopfloor

/// The readings of a lot's runs as CSV (RFC 4180), in UTF-8, passed by from the ledger to the file.
struct LotReadingsFile {
  let reader: LedgerReader
  let lot: LotNumber

  static let header = "time_utc,run,station,parameter,unit,value,quality,raw\r\n"
  /// Bytes that are gathered before they are written.
  static let gatheredBytes = 256 << 10

  func write(to path: String) throws {
    try KeptFile.write([], to: path)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    var text = [UInt8](Self.header.utf8)
    let runs = try reader.evidence(of: lot, series: .none)?.runs ?? []
    for run in runs {
      try reader.read { db in
        let registered = try LedgerReader.parameters(db).filter { $0.station == run.station }
        var readings = RunReadings(run, registered)
        try readings.pass(db) { place, readings in
          for reading in readings { text += Self.line(reading, run, registered[place]) }
          guard text.count >= Self.gatheredBytes else { return }
          try file.write(contentsOf: text)
          text.removeAll(keepingCapacity: true)
        }
      }
    }
    try file.write(contentsOf: text)
    try file.close()
  }

  private static func line(_ reading: Reading, _ run: Run, _ parameter: RegisteredParameter) -> [UInt8] {
    let value = reading.quality.hasValue ? "\(reading.value)" : ""
    let raw = reading.rawWordCount == 0 ? "" : String(reading.raw, radix: 16)
    let fields = [
      "\(reading.time)", run.id.text, parameter.station.text, parameter.name.text, parameter.unit, value,
      reading.quality.name, raw,
    ]
    return [UInt8](fields.map(field).joined(separator: ",").utf8) + [0x0D, 0x0A]
  }

  /// What a spreadsheet would take for a formula is written as text.
  private static func field(_ text: String) -> String { Double(text) == nil ? CSVText.text(text) : text }
}
