import Ledger
import Shopfloor

/// Damage of the ledger in the time of the lot's runs. What was set aside is in no figure of the record.
extension ExceptionFinder {
  func damageWords(_ damage: LedgerDamageFound) -> Words {
    let stretch = damage.from.flatMap { from in damage.until.map { (from, $0) } }
    let english = stretch.map { ", from \($0.0) until \($0.1)" } ?? ""
    let chinese = stretch.map { "（\($0.0) 至 \($0.1)）" } ?? ""
    return words(damage.place, damage.first, damage.last, english, chinese, damage.reason)
  }

  /// Stretches that were left out and that no event of the evidence tells of.
  func damageNotTold() -> [RecordException] {
    let told = evidence.events.compactMap { record in
      if case .ledgerDamageFound(let damage) = record.event { damage } else { nil }
    }
    return evidence.leftOut.filter { stretch in
      !told.contains { $0.place == stretch.place && $0.first == stretch.first && $0.last == stretch.last }
    }.flatMap { stretch in
      evidence.runs.filter { stretch.runs.contains($0.id) }.map { run in
        RecordException(
          kind: .readingsDamaged, at: run.startedAt, station: run.station, run: run.id,
          words: words(stretch.place, stretch.first, stretch.last, "", "", stretch.reason), events: [])
      }
    }
  }

  private func words(
    _ place: LedgerDamageFound.Place, _ first: Int64, _ last: Int64, _ english: String, _ chinese: String,
    _ reason: String
  ) -> Words {
    let range = first == last ? "\(first)" : "\(first)–\(last)"
    let why = displayable(reason, maximumCharacters: 500)
    let aside =
      place == .readings || place == .segment
      ? Words(
        ". What stood there was set aside and is in no figure of this record", "。该处内容已隔离，未计入本记录的任何数值")
      : Words("", "")
    return Words(
      "The ledger is damaged at \(place.rawValue) \(range)\(english): \(why)\(aside.english)",
      "台账在 \(place.rawValue) \(range) 处损坏\(chinese)：\(why)\(aside.chinese)")
  }
}
