import ArgumentParser
import Devices
import Foundation
import Ledger
import Shopfloor

struct QueryCalibrationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibration", abstract: "Which lots ran while a sensor was out of calibration.",
    discussion: """
      In doubt is what a sensor measured from the last calibration that left it in tolerance until the one that found it \
      out of tolerance; from one that left it out of tolerance until the next; and from the instant at which the next was \
      due until it came. Told are the lots at the station, and at every other that was ever wired to the same point of the \
      same device.

      Calibrations are of the place, not of the sensor in it. A sensor that was exchanged and is found out of tolerance \
      afterwards is recorded with the instant at which it was taken out (--at), before the first calibration of its \
      successor: else the time of the successor is in doubt, and not its own.
      """)

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions

  @Argument(help: "STATION/PARAMETER, as the configuration names them.")
  var place: String

  @Option(help: "Doubt is followed from this time on: 2026-11-21T06:00:00Z, with an offset, or a date in UTC.")
  var since: String?

  func run() async throws {
    try await reporting {
      let (station, parameter) = try stationAndParameter(place)
      let found = try options.ledger().lotsInDoubt(
        at: station, parameter, since: try since.map { try commandTime($0, "--since") }, now: SystemClock().now().utc)
      guard let found else {
        throw CommandFailure(
          "The ledger has no parameter \(station)/\(parameter) and no calibration of it.", EX_NOINPUT)
      }
      if answer.json { return printLine(try QueryTable.json(found)) }
      if answer.csv {
        let lots = CalibrationText.lots(found, answer)
        printLine(lots.printed(as: .csv))
        return try answer.tellNotes(of: lots)
      }
      printLine(CalibrationText.text(found, answer))
    }
  }
}

/// Calibrations and what follows from them, in words.
enum CalibrationText {
  static func finding(_ finding: Calibration.Finding) -> String {
    switch finding {
    case .inTolerance: "in tolerance"
    case .outOfTolerance: "OUT OF TOLERANCE"
    }
  }

  static func row(_ done: Calibration, _ answer: AnswerOptions) -> [String] {
    [
      "calibration", done.certificate ?? "", answer.time(done.performedAt), answer.time(done.dueAt),
      "found \(finding(done.asFound)), left \(finding(done.asLeft))",
    ]
  }

  static func list(
    _ recorded: [CalibrationAnswer.Recorded], _ answer: AnswerOptions, notes: [String], isCutOff: Bool = false
  ) -> QueryTable {
    QueryTable(
      headings: ["event", "place", "performed", "found", "left", "due", "certificate", "by", "note"],
      rows: recorded.map { entry in
        let done = entry.calibration
        return [
          String(entry.sequence), "\(done.station)/\(done.parameter)", answer.time(done.performedAt),
          finding(done.asFound), finding(done.asLeft), answer.time(done.dueAt), done.certificate ?? "",
          done.person.text,
          done.note ?? "",
        ]
      }, notes: notes, isIncomplete: isCutOff)
  }

  static func lots(_ found: CalibrationAnswer, _ answer: AnswerOptions) -> QueryTable {
    QueryTable(
      headings: ["lot", "product", "order", "customer", "runs in doubt", "why", "completed", "hold", "sealed"],
      rows: found.lots.map { lot in
        let affected = found.runs.filter { $0.run.lots.contains(lot.number) }
        let causes = Set(affected.flatMap(\.doubts)).sorted().map { found.doubts[$0].stretch.cause.words.english }
        return [
          lot.number.text, lot.product?.text ?? "", lot.order?.text ?? "", lot.customer ?? "",
          affected.map { "\($0.run.id) at \($0.run.station)" }.joined(separator: " "),
          Array(Set(causes)).sorted().joined(separator: ", "), answer.time(lot.completedAt), lot.hold ?? "",
          lot.sealedRevision.map { "revision \($0)" } ?? "",
        ]
      }, notes: (found.calibrations.isEmpty ? [nothingRecorded] : []) + (found.isCutOff ? [cutOff] : []),
      isIncomplete: found.calibrations.isEmpty || found.isCutOff)
  }

  private static let nothingRecorded = "No calibration of it is recorded: nothing can be said."
  private static let cutOff = "There is more than is told here: ask with --since."

  static func text(_ found: CalibrationAnswer, _ answer: AnswerOptions) -> String {
    var lines = found.places.enumerated().map { index, place in
      index == 0 ? "Sensor of \(place.station)/\(place.parameter)" : "  also \(place.station)/\(place.parameter)"
    }
    lines.append("")
    if found.calibrations.isEmpty {
      return (lines + [nothingRecorded]).joined(separator: "\n")
    }
    lines += [list(found.calibrations, answer, notes: []).printed(as: .text), ""]
    if found.doubts.isEmpty {
      return (lines + ["Nothing it measured is in doubt."]).joined(separator: "\n")
    }
    for doubt in found.doubts {
      let from = doubt.stretch.from?.description ?? "the beginning"
      lines.append(
        "In doubt from \(from) until \(doubt.stretch.until?.description ?? "now"): \(doubt.stretch.cause.words.english)"
          + (doubt.stretch.certificate.map { " (\(displayable($0)))" } ?? ""))
    }
    // The list says itself where it was cut.
    lines += ["", found.lots.isEmpty ? "No lot ran meanwhile." : lots(found, answer).printed(as: .text)]
    if found.lots.isEmpty, found.isCutOff { lines.append(cutOff) }
    return lines.joined(separator: "\n")
  }
}

struct QueryCompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare a lot with the last good ones of its product.",
    discussion: """
      Good is a lot that was completed before, has a sealed record, was never on hold and has no open alarm of a \
      specification limit. Per characteristic the band of the good lots' values (5 % to 95 %, or least to greatest where \
      there are fewer than 20), the lot's own values, and how far its mean lies from that of the good lots: 1 is the edge \
      of their band. The largest departures come first.
      """)

  @OptionGroup var options: ConfigurationOption
  @OptionGroup var answer: AnswerOptions

  @Argument(help: "The number of the lot.")
  var lot: String

  @Option(help: "With how many good lots.")
  var with = GoldenBatch.usualLots

  func run() async throws {
    try await reporting {
      guard (GoldenBatch.fewestLots...GoldenBatch.mostLots).contains(with) else {
        throw CommandFailure("--with is \(GoldenBatch.fewestLots) to \(GoldenBatch.mostLots).", EX_USAGE)
      }
      let number = try lotNumber(lot)
      guard let batch = try options.ledger().compare(number, with: with) else {
        throw CommandFailure("The ledger has no lot \(number), or not its work order.", EX_NOINPUT)
      }
      try answer.print(batch) { CompareText.table(batch) }
    }
  }
}

/// A comparison in words.
enum CompareText {
  static func table(_ batch: GoldenBatch) -> QueryTable {
    QueryTable(
      headings: [
        "operation", "characteristic", "mean", "least", "greatest", "values", "band from", "median", "to", "form",
        "outside", "departure",
      ],
      rows: batch.comparisons.map { one in
        [
          one.operation.text, "\(one.characteristic) [\(one.unit)]", StatusText.rounded(one.own.mean),
          StatusText.rounded(one.own.minimum), StatusText.rounded(one.own.maximum), String(one.own.count),
          StatusText.rounded(one.band.low), StatusText.rounded(one.band.median), StatusText.rounded(one.band.high),
          one.band.form == .quantiles ? "5-95 %" : "extremes", "\(StatusText.rounded(one.outOfBandShare * 100)) %",
          one.departure.map { StatusText.rounded($0) } ?? "beyond",
        ]
      }, notes: notes(batch), isIncomplete: batch.isCutOff)
  }

  private static func notes(_ batch: GoldenBatch) -> [String] {
    var lines = [
      "",
      "Compared with \(batch.good.count) good lots of \(batch.product): "
        + batch.good.map(\.text).joined(separator: ", "),
    ]
    if batch.good.count < GoldenBatch.fewestLots {
      lines = [
        "", "There are only \(batch.good.count) good lots of \(batch.product); \(GoldenBatch.fewestLots) are needed.",
      ]
    }
    for reason in GoldenBatch.LeftOut.Reason.allCases {
      let lots = batch.leftOut.filter { $0.reason == reason }.map(\.lot.text)
      if !lots.isEmpty { lines.append("Left out, \(reason.words.english): " + lots.joined(separator: ", ")) }
    }
    if !batch.incomparable.isEmpty {
      lines.append("No good lot has: " + batch.incomparable.map(\.text).joined(separator: ", "))
    }
    if batch.isCutOff { lines.append("A bound was reached: not every value or lot was looked at.") }
    return lines
  }
}

struct QueryGenealogyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "genealogy", abstract: "The tree of what a lot was made of, or of what became of it.",
    discussion: "Name a product lot, or a material lot with --material. Without --forward: what it was made of.")

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The number of a product lot.")
  var lot: String?

  @Option(help: "The number of a material lot.")
  var material: String?

  @Flag(help: "What became of it.")
  var forward = false

  @Option(help: "Most levels.")
  var levels = Genealogy.maximumLevels

  @Flag(help: "JSON instead of text.")
  var json = false

  func run() async throws {
    try await reporting {
      let start: GenealogyStart
      switch (lot, material) {
      case (let lot?, nil): start = .lot(try lotNumber(lot))
      case (nil, let material?): start = .material(try identifier(material, "material lot number"))
      default: throw CommandFailure("Name one of a lot and --material.", EX_USAGE)
      }
      guard (1...Genealogy.maximumLevels).contains(levels) else {
        throw CommandFailure("--levels is 1 to \(Genealogy.maximumLevels).", EX_USAGE)
      }
      let tree = try options.ledger().genealogy(of: start, forward ? .forward : .backward, maximumLevels: levels)
      guard let tree else { throw CommandFailure("The ledger knows nothing of it.", EX_NOINPUT) }
      printLine(json ? try QueryTable.json(tree) : GenealogyText(tree).text)
    }
  }
}

/// A tree of lots, a line each.
struct GenealogyText {
  let tree: Genealogy

  init(_ tree: Genealogy) { self.tree = tree }

  /// A lot that several ways lead to is told in full at the first, and named at the others.
  var text: String {
    var lines: [String] = []
    var told: Set<Int> = []
    // By a list of its own, not by recursion: the tree may be as deep as its bound.
    var waiting: [(node: Int, depth: Int, runs: [RunID])] = tree.nodes.isEmpty ? [] : [(0, 0, [])]
    while let next = waiting.popLast() {
      let isFirst = told.insert(next.node).inserted
      lines.append(
        String(repeating: "  ", count: next.depth) + words(next.node, next.runs) + (isFirst ? "" : " (see above)"))
      if isFirst {
        waiting += tree.children(of: next.node).reversed().map { ($0.to, next.depth + 1, $0.runs) }
      }
    }
    if tree.isCutOff { lines.append("There is more than is told here: a bound of levels or lots was reached.") }
    return lines.joined(separator: "\n")
  }

  private func words(_ index: Int, _ runs: [RunID]) -> String {
    let node = tree.nodes[index]
    var text = node.kind == .materialLot ? "material \(node.number)" : "lot \(node.number)"
    if let item = node.item { text += " (\(item))" }
    if let supplierLot = node.supplierLot { text += ", supplier lot \(displayable(supplierLot))" }
    if let status = node.status { text += ", \(status.words.english)" }
    if let customer = node.customer { text += ", for \(displayable(customer))" }
    if let hold = node.hold { text += ", ON HOLD: \(displayable(hold))" }
    if !runs.isEmpty {
      let named = runs.prefix(5).map(\.text).joined(separator: ", ")
      text += " [in \(named)\(runs.count > 5 ? " and \(runs.count - 5) more" : "")]"
    }
    return text
  }
}
