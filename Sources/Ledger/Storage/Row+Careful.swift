import Foundation
import GRDB

/// Columns of a file that may be damaged: what is not there, or of another type, is an error and never a trap.
extension Row {
  func bytes(_ column: String) throws -> [UInt8] {
    guard let bytes = try optionalBytes(column) else { throw unexpected(column, "bytes") }
    return bytes
  }

  func optionalBytes(_ column: String) throws -> [UInt8]? {
    switch try value(column).storage {
    case .null: return nil
    case .blob(let data): return [UInt8](data)
    // SQLite may give an empty blob as such alone; anything else was not written by us.
    case .int64, .double, .string: throw unexpected(column, "bytes")
    }
  }

  func integer(_ column: String) throws -> Int64 {
    guard let number = try optionalInteger(column) else { throw unexpected(column, "a whole number") }
    return number
  }

  func optionalInteger(_ column: String) throws -> Int64? {
    switch try value(column).storage {
    case .null: return nil
    case .int64(let number): return number
    case .double, .string, .blob: throw unexpected(column, "a whole number")
    }
  }

  func optionalNumber(_ column: String) throws -> Double? {
    switch try value(column).storage {
    case .null: return nil
    case .double(let number): return number
    case .int64, .string, .blob: throw unexpected(column, "a number")
    }
  }

  func text(_ column: String) throws -> String {
    guard let text = try optionalText(column) else { throw unexpected(column, "text") }
    return text
  }

  func optionalText(_ column: String) throws -> String? {
    switch try value(column).storage {
    case .null: return nil
    case .string(let text): return text
    case .int64, .double, .blob: throw unexpected(column, "text")
    }
  }

  /// Text that the ledger never keeps twice in two spellings: names, numbers of lots, runs and devices.
  func name<Name>(_ column: String, _ make: (String) throws -> Name) throws -> Name {
    let found = try text(column)
    do {
      return try make(found)
    } catch {
      throw unexpected(column, "a name")
    }
  }

  func unsigned32(_ column: String) throws -> UInt32 {
    guard let number = UInt32(exactly: try integer(column)) else { throw unexpected(column, "a number of 32 bits") }
    return number
  }

  private func value(_ column: String) throws -> DatabaseValue {
    guard hasColumn(column) else { throw unexpected(column, "a column") }
    // The column is there, so this does not trap; every storage is a DatabaseValue.
    return self[column] as DatabaseValue
  }

  private func unexpected(_ column: String, _ wanted: String) -> DatabaseError {
    DatabaseError(resultCode: .SQLITE_CORRUPT, message: "column \"\(column)\" does not hold \(wanted)")
  }
}
