public import Shopfloor

/// What is taken out of the ledger into a file of its own.
public enum ExportScope: Hashable, Sendable {
  /// The readings of every run of a lot, and what happened to the lot.
  case lot(LotNumber)
  /// The readings of a station with a time from the first instant on and before the second.
  case station(StationName, from: Timestamp, to: Timestamp)

  var text: String {
    switch self {
    case .lot(let lot): "lot \(lot)"
    case .station(let station, let from, let to): "station \(station) from \(from) to \(to)"
    }
  }
}

/// The forms of an exported file.
public enum ExportForm: String, Hashable, Sendable, CaseIterable {
  /// Readings as comma-separated values (RFC 4180).
  case csv
  /// A SQLite database of plain tables: readings, runs, lots, events, alarms, parameters.
  case sqlite
  /// Readings as an Arrow IPC file (Feather version 2).
  case arrow

  /// By the ending of the file's name; nil where it is none of them.
  public init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: "."), !fileName[dot...].contains("/") else { return nil }
    self.init(rawValue: fileName[fileName.index(after: dot)...].lowercased())
  }
}

/// What an export wrote.
public struct ExportSummary: Hashable, Sendable {
  public var readings: Int64
  public var parameters: Int
  public var runs: Int
  /// Events, in the form that holds them.
  public var events: Int
  public var bytes: Int64
  /// What the file lacks although it was recorded.
  public var missing: [MissingReadings]
}

/// Why there is no export. A half-written file is never left behind.
public enum ExportFault: Error, Hashable, Sendable {
  /// The file exists already; it was not touched.
  case exists(path: String)
  case cannotWrite(path: String, reason: String)
  case unknown(ExportScope)
  case ledger(LedgerError)

  public var code: String {
    switch self {
    case .exists: "export.exists"
    case .cannotWrite: "export.cannot_write"
    case .unknown: "export.unknown"
    case .ledger(let error): error.code
    }
  }
}

extension ExportFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .exists(let path): "[\(code)] \(path) exists already; it was not touched. Give another name, or move it away."
    case .cannotWrite(let path, let reason):
      "[\(code)] \(path) cannot be written: \(reason). Check that the folder exists, that this user may write there, and "
        + "that its file system is not full or read-only. Nothing was left there."
    case .unknown(.lot(let lot)): "[\(code)] the ledger has no lot \(lot). Check it as it stands on the label."
    case .unknown(.station(let station, _, _)):
      "[\(code)] the ledger has no station \(station). Its stations stand in the configuration."
    case .ledger(let error): error.description
    }
  }
}
