import Foundation

/// What the command line asks for.
struct BenchArguments {
  enum Part: String, CaseIterable { case charts, labels, scanning, recording, ledger, polling, line, mqtt, erp }

  var parts = Part.allCases
  var repetitions = 3
  /// Measured seconds of a run of the polling and of the line.
  var pollingSeconds = 2.0
  var lineSeconds = 10.0
  /// Seconds of a thousand messages each.
  var messageSeconds = 5.0
  /// Seconds that the idle exchange with an ERP is watched.
  var exchangeSeconds = 10.0
  /// Lots whose records go to the ERP.
  var exchangedLots = 24
  /// Size of the large ledger.
  var lots = 5_000
  var readings = 100_000_000
  /// Below it lie the data.
  var parent = FileManager.default.currentDirectoryPath + "/.build"

  static let usage = """
    bench [--part charts|labels|scanning|recording|ledger|polling|line|mqtt|erp] [--repetitions N] [--seconds S]
          [--lots N] [--readings N] [FOLDER]
      --part         measure this part alone; may be given again
      --repetitions  runs of each contest, 3 unless given
      --seconds      measured seconds of a run of polling (2 unless given), line (10), mqtt (5), erp (10)
      --lots         lots of the large ledger, 5,000 unless given, and of the ERP, 24 unless given
      --readings     readings of the large ledger, 100,000,000 unless given
      FOLDER         where the data lie meanwhile; .build of the working directory unless given
    """

  init(_ arguments: [String]) throws(BenchFault) {
    var rest = arguments[...]
    var chosen: [Part] = []
    while let argument = rest.popFirst() {
      switch argument {
      case "--part":
        guard let part = rest.popFirst().flatMap({ Part(rawValue: $0) }) else { throw BenchFault(Self.usage) }
        chosen.append(part)
      case "--repetitions":
        guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else { throw BenchFault(Self.usage) }
        repetitions = count
      case "--seconds":
        guard let seconds = rest.popFirst().flatMap({ Double($0) }), seconds > 0 else { throw BenchFault(Self.usage) }
        pollingSeconds = seconds
        lineSeconds = seconds
        messageSeconds = seconds
        exchangeSeconds = seconds
      case "--lots":
        guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else { throw BenchFault(Self.usage) }
        lots = count
        exchangedLots = count
      case "--readings":
        guard let count = rest.popFirst().flatMap({ Int($0) }), count > 0 else { throw BenchFault(Self.usage) }
        readings = count
      default:
        guard !argument.hasPrefix("-") else { throw BenchFault(Self.usage) }
        parent = argument
      }
    }
    if !chosen.isEmpty { parts = chosen }
  }
}

/// What goes to the standard error while the tables grow.
enum Progress {
  static func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
