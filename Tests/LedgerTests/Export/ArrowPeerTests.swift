import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import Ledger

/// Arrow files as pyarrow, the reference implementation, reads them.
@Suite("Arrow files, read by pyarrow")
struct ArrowPeerTests {
  private static let peers = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Peers")

  private static var python: String {
    get throws {
      let repository = peers.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      let path = repository.appendingPathComponent(".build/python-arrow/bin/python").path
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw SetupFault(description: "there is no \(path): run \"make setup\" first")
      }
      return path
    }
  }

  struct SetupFault: Error, CustomStringConvertible { var description: String }

  private static func read(_ file: URL, _ folder: TemporaryFolder) throws -> [String] {
    let process = try ChildProcess(
      name: "pyarrow", path: try python, arguments: [peers.appendingPathComponent("read_arrow.py").path, file.path],
      log: folder.file("pyarrow-\(file.lastPathComponent).log"))
    #expect(try process.waitUntilExit(patienceSeconds: 60) == 0)
    return try process.outputLines()
  }

  @Test("every cell is what was recorded, over several batches; an empty file is one too")
  func cells() throws {
    let folder = try TemporaryFolder("arrow")
    var fixture = try SeriesFixture(folder.file("lotwire.sqlite").path)
    defer { fixture.store.close() }
    try fixture.fill(seconds: 60, period: 0.0025, seed: 5)
    try SeriesPacking.pack(fixture.store, commitsPerSegment: 20, leaving: 25, drops: true)
    let (from, to) = (SeriesFixture.at(0), SeriesFixture.at(59))
    let file = folder.file("station.arrow")
    let summary = try fixture.store.reader.export(
      .station(SeriesFixture.station, from: from, to: to), as: .arrow, into: file.path)
    let lines = try Self.read(file, folder)
    let names = "dictionary<values=string, indices=int32, ordered=0>"
    #expect(
      lines.first
        == "time:timestamp[us, tz=UTC] station:\(names) parameter:\(names) unit:\(names) device:\(names) value:double "
        + "quality:\(names) detail:uint16 raw:uint64 run:\(names)")
    #expect(lines.dropFirst().first == "2 station sealer from \(from) to \(to)")
    let expected = fixture.plain(fixture.parameters.map(\.index), from, to)
    #expect(summary.readings == Int64(expected.count) && expected.count > 65_536)
    let parameters = Dictionary(uniqueKeysWithValues: fixture.parameters.map { ($0.index, $0.name.text) })
    let rows = expected.map { reading in
      [
        "\(reading.time.microseconds)", "sealer", parameters[reading.parameter] ?? "?", "°C", "plc-1",
        reading.quality.hasValue ? "\(reading.value.bitPattern)" : "", reading.quality.name, "\(reading.detail)",
        reading.rawWordCount > 0 ? "\(reading.raw)" : "", "",
      ].joined(separator: "|")
    }
    let read = try lines.dropFirst(2).map { line in
      var cells = line.components(separatedBy: "|")
      // Python writes the double as hexadecimal, which holds every bit of it.
      if !cells[5].isEmpty { cells[5] = "\(try #require(Double(cells[5])).bitPattern)" }
      return cells.joined(separator: "|")
    }
    #expect(read.sorted() == rows.sorted())
    let empty = folder.file("empty.arrow")
    _ = try fixture.store.reader.export(
      .station(SeriesFixture.station, from: SeriesFixture.at(9_000), to: SeriesFixture.at(9_001)), as: .arrow,
      into: empty.path)
    #expect(try Self.read(empty, folder).count == 2)
  }
}
