import ArgumentParser
import BatchRecord
import Foundation

struct RecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Write the sealed batch record of a lot, also as a public standard has it.",
    subcommands: [RecordShowCommand.self, RecordCheckCommand.self], defaultSubcommand: RecordShowCommand.self)
}

/// In what form a record is written.
enum RecordForm: String, ExpressibleByArgument, CaseIterable {
  case json, batchml, epcis

  func rendering(of sealedBytes: [UInt8], base: String?) throws -> [UInt8] {
    do throws(RenderingFault) {
      return switch self {
      case .json: sealedBytes
      case .batchml: try RecordRendering.batchML(of: sealedBytes)
      case .epcis: try RecordRendering.epcis(of: sealedBytes, base: base)
      }
    } catch {
      throw CommandFailure("\(error)", EX_DATAERR)
    }
  }
}

struct RecordCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a BatchML or EPCIS rendering, more strictly than the public schemas do.",
    discussion: """
      Looks at words, times, identifiers, references, orders and counts, and computes the identifiers of EPCIS events again.
      Whether the record behind it is what was sealed, "lotwire verify" says of the record itself.
      A lot that is called "check" is written by "lotwire record show check".
      """)

  @Argument(help: "A file that \"lotwire record LOT --as batchml\" or \"--as epcis\" wrote.")
  var file: String

  func run() async throws {
    try await reporting {
      let bytes = try bytesOfFile(file)
      let isXML = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "<")
      let findings = isXML ? BatchMLCheck.findings(in: bytes) : EPCISCheck.findings(in: bytes)
      for finding in findings { printLine("\(finding)") }
      guard findings.isEmpty else {
        throw CommandFailure(
          "\(file) is not as \(isXML ? "BatchML" : "EPCIS") should be: \(findings.count) findings. Write it again with "
            + "\"lotwire record LOT --as \(isXML ? "batchml" : "epcis")\".", EX_DATAERR)
      }
      printLine("\(file): \(isXML ? "BatchML" : "EPCIS"), nothing to object to.")
    }
  }
}
