import Foundation
import Ledger
import LedgerBuilder
import Shopfloor

/// The questions that a recall asks, over a made-up ledger: each about several lots, and how long each took.
struct LedgerQuestions {
  let path: String
  let lots: Int
  let rounds: Int

  func ask() throws -> [LedgerTask.Answer] {
    let reader = try LedgerReader(path: path)
    let places = (0..<rounds).map { ($0 * 2_654_435_761 + 7) % lots }
    var answers: [LedgerTask.Answer] = []
    func ask(_ name: String, _ question: (Int) throws -> Int) rethrows {
      var answer = LedgerTask.Answer(name: name, seconds: [])
      for lot in places {
        let watch = Stopwatch()
        answer.count += try question(lot)
        answer.seconds.append(watch.passed().seconds)
      }
      answers.append(answer)
    }
    let runs = try places.reduce(into: [Int: Run]()) { runs, lot in
      runs[lot] = try reader.evidence(of: PlantLine.lot(lot), series: .none)?.runs.first
    }
    try ask("trace of a lot, backward") { try reader.trace(.lot(PlantLine.lot($0)))?.materials.count ?? 0 }
    try ask("trace of a material lot, forward") {
      try reader.trace(.material(PlantLine.material(0, $0 / 50)))?.lots.count ?? 0
    }
    try ask("trace of a serial") { lot in
      let made = lot / 10 * 10 + 10 - 24
      return try reader.trace(.serial(PlantLine.serial(ofLot: max(made, 0))))?.lots.count ?? 0
    }
    try ask("trace of a container") { lot in
      try reader.trace(.container("C-\(PlantLine.material(1, (lot + 17) / 50))"))?.lots.count ?? 0
    }
    try ask("trace of a station's day") { lot in
      guard let run = runs[lot] else { return 0 }
      return try reader.trace(
        .station(run.station, from: run.startedAt, to: run.startedAt.advanced(byMicroseconds: 86_400_000_000)))?
        .lots.count ?? 0
    }
    try ask("genealogy of a lot, backward") {
      try reader.genealogy(of: .lot(PlantLine.lot($0)), .backward)?.nodes.count ?? 0
    }
    try ask("genealogy of a material lot, forward") {
      try reader.genealogy(of: .material(PlantLine.material(2, ($0 + 34) / 50)), .forward)?.nodes.count ?? 0
    }
    try ask("lots of a station's day") { lot in
      guard let run = runs[lot] else { return 0 }
      return try reader.lots(
        LotQuestion(
          station: run.station, from: run.startedAt, to: run.startedAt.advanced(byMicroseconds: 86_400_000_000))
      ).found.count
    }
    try ask("what a person did last") { lot in
      guard let run = runs[lot] else { return 0 }
      return try reader.actions(of: run.startedBy, from: run.startedAt).actions.count
    }
    try ask("lots in doubt by a calibration") { lot in
      try reader.lotsInDoubt(
        at: PlantLine.station(lot % 8), PlantLine.temperature,
        now: PlantSize.firstDay.advanced(byMicroseconds: PlantSize.year)
      )?.lots.count ?? 0
    }
    try ask("a lot beside the last good ones") { try reader.compare(PlantLine.lot($0))?.good.count ?? 0 }
    try ask("story of a lot, no curves") {
      try reader.evidence(of: PlantLine.lot($0), series: .none)?.events.count ?? 0
    }
    try ask("evidence of a lot with its readings") {
      try reader.evidence(of: PlantLine.lot($0))?.series.reduce(0) { $0 + $1.count } ?? 0
    }
    try ask("record of a lot") { try reader.sealedRecord(of: PlantLine.lot($0))?.count ?? 0 }
    return answers
  }
}
