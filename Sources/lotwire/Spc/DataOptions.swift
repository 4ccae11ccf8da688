import ArgumentParser
import ControlCharts
import Foundation
import Glibc

/// Where the samples come from.
struct DataOptions: ParsableArguments {
  @Option(help: "A CSV file (RFC 4180; comma, semicolon or tab), \"-\" for the standard input.")
  var csv: String

  @Option(
    parsing: .upToNextOption,
    help: """
      Column of the measured values or counts, by name or number from 1. Several: a subgroup side by side, or the \
      variables of a T² chart.
      """)
  var value: [String] = []

  @Option(help: "So many rows in a row are a subgroup.")
  var subgroup: Int?

  @Option(help: "Rows in a row with the same text in this column are a subgroup.")
  var subgroupColumn: String?

  @Option(help: "Column with how much was inspected, for p, np, u and Laney charts.")
  var inspected: String?

  @Option(help: "So much was inspected for every row.")
  var inspectedEach: Double?

  @Option(help: "Column with the part, for short runs.")
  var partColumn: String?

  @Option(help: "Column with what stands below the axis: a lot, a time.")
  var labelColumn: String?

  @Option(help: "Column whose text begins a stage with limits of its own where it changes.")
  var stageColumn: String?

  @Flag(inversion: .prefixedNo, help: "Whether the first row is a header; found out unless told.")
  var header: Bool?

  @Option(help: "comma, semicolon or tab; found out unless told.")
  var separator: String?

  func series(for kind: ChartKind) throws -> SampleSeries {
    let file = try dataFile()
    var reader = SampleReader(file, kind: kind, columns: try columns(of: file, kind))
    do {
      return try reader.series()
    } catch {
      throw error.failure
    }
  }

  func dataFile() throws(CommandFailure) -> DataFile {
    let bytes = try Self.bytes(of: csv)
    do {
      return try DataFile(
        CSVReader(bytes, file: csv == "-" ? "standard input" : csv, separator: try chosenSeparator()),
        hasHeader: header)
    } catch let fault as DataFault {
      throw fault.failure
    } catch {
      throw CommandFailure(error)
    }
  }

  private func chosenSeparator() throws(CommandFailure) -> CSVReader.Separator? {
    guard let separator else { return nil }
    guard let found = CSVReader.Separator.allCases.first(where: { $0.name == separator }) else {
      throw .usage("--separator: there is no \(DataFault.shown(separator)). Write comma, semicolon or tab.")
    }
    return found
  }

  /// The whole file, which must be within its bound.
  static func bytes(of path: String) throws(CommandFailure) -> [UInt8] {
    let handle: FileHandle
    do {
      handle = path == "-" ? .standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure(
        "\(DataFault.quoted(path)) cannot be read. Check the path and the rights of the file.", EX_NOINPUT)
    }
    var data = Data()
    do {
      while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
        data.append(chunk)
        guard data.count <= CSVReader.maximumBytes else {
          throw CommandFailure.data(
            "\(DataFault.quoted(path)) is larger than \(CSVReader.maximumBytes >> 20) MiB, the bound of a data file."
              + " Cut it into several files, or chart features of a cycle instead of raw values.")
        }
      }
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(DataFault.quoted(path)) cannot be read: it is no file of data.", EX_NOINPUT)
    }
    let bytes = [UInt8](data)
    // Said at once: reading so many rows would take a while before the bound is met.
    let lines = bytes.withUnsafeBufferPointer { buffer in
      var count = 0
      for byte in buffer where byte == 0x0A { count += 1 }
      return count
    }
    guard lines <= SampleReader.maximumRows else {
      throw .data(
        "\(DataFault.quoted(path)) has \(lines) lines, more than \(SampleReader.maximumRows), the bound of one file."
          + " Cut it into several files, or chart subgroups or features of a cycle instead of raw values.")
    }
    return bytes
  }
}
