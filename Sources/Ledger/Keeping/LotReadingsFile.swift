import Crypto
import Devices
import Foundation
import GRDB
import Shopfloor

/// The readings of a lot's runs as CSV (RFC 4180), in UTF-8, passed by from the ledger to the file.
struct LotReadingsFile {
  let reader: LedgerReader
  let lot: LotNumber

  static let header = "time_utc,run,station,parameter,unit,value,quality,raw,detail,device\r\n"
  /// Bytes that are gathered before they are written.
  static let gatheredBytes = 256 << 10

  /// - Returns: the SHA-256 of what was given to the file, in hexadecimal.
  func write(to path: String) throws -> String {
    var hasher = SHA256()
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
          hasher.update(data: text)
          try file.write(contentsOf: text)
          text.removeAll(keepingCapacity: true)
        }
      }
    }
    hasher.update(data: text)
    try file.write(contentsOf: text)
    try file.close()
    return EventChain.hex([UInt8](hasher.finalize()))
  }

  private static func line(_ reading: Reading, _ run: Run, _ parameter: RegisteredParameter) -> [UInt8] {
    let value = reading.quality.hasValue ? "\(reading.value)" : ""
    let fields = [
      "\(reading.time)", CSVText.text(run.id.text), CSVText.text(parameter.station.text),
      CSVText.text(parameter.name.text), CSVText.text(parameter.unit), value, reading.quality.name,
      reading.rawText ?? "", reading.detail == 0 ? "" : "\(reading.detail)", CSVText.text(parameter.device.text),
    ]
    return [UInt8](fields.joined(separator: ",").utf8) + [0x0D, 0x0A]
  }
}
