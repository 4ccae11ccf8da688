import ArgumentParser
import Foundation
import LedgerBuilder

struct SimulateLedger: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "Builds the ledger of a made-up plant: the lots and readings of years, in minutes.",
    discussion: """
      Orders, deliveries, runs, consumption, cycles, alarms, calibrations, sealed records and packed readings, with all
      chains and anchors as a recorder would have written them. Same seed, same ledger. For measuring and for trying out:
      lotwire trace, query, ledger verify, backup and export work on it.
      """)

  @Option(help: "Folder for ledger.sqlite; there must be none in it yet.")
  var into: String

  @Option(help: "How many lots.")
  var lots = 500

  @Option(help: "How many readings, about.")
  var readings = 10_000_000

  @Option(help: "How many days they cover.")
  var days = 365

  @Option(help: "Stations with eight parameters each.")
  var stations = 8

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  func validate() throws {
    guard lots > 0, readings > 0, days > 0, stations > 0 else {
      throw ValidationError("lots, readings, days and stations are 1 or more")
    }
  }

  func run() throws {
    let folder = URL(fileURLWithPath: into, isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("ledger.sqlite").path
    let size = PlantSize(
      seed: seed, lots: lots, readings: readings, spanMicroseconds: Int64(days) * 86_400_000_000, stations: stations)
    let begin = Date()
    var told = -1
    let built = try LedgerBuilder.build(size, at: path) { share in
      let percent = Int(share * 100)
      guard percent != told else { return }
      told = percent
      FileHandle.standardError.write(Data("\r\(percent) %".utf8))
    }
    let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64 ?? 0
    FileHandle.standardError.write(Data("\r".utf8))
    print(
      """
      \(path): \(built.lots) lots, \(built.readings) readings in \(built.commits) commits, \(built.events) events, \
      \(bytes >> 20) MiB, until \(built.until), in \(Int(Date().timeIntervalSince(begin))) s
      """)
  }
}
