import Ledger
import Shopfloor

/// Cuts a batch of rows into rounds of rows that may go together: of each order key the rows at its front, and of those the
/// ones of one family, the earlier family first. What comes to no common end goes alone.
struct DeliveryRounds: Sendable {
  typealias Answer = Result<DeliveryVerdict, ERPFailure>

  let rows: [OutboxRow]

  /// - Returns: an answer for each row in its place; nil for rows that were not tried.
  func run(
    together: ([OutboxRow]) async -> [Answer?], alone: (OutboxRow) async -> Answer
  ) async -> [Answer?] {
    var answers: [Answer?] = Array(repeating: nil, count: rows.count)
    var queues = Self.queues(rows)
    var stopped = false
    while !stopped, !queues.isEmpty, !Task.isCancelled {
      let round = Self.nextRound(&queues)
      let found = round.count > 1 ? await together(round.map { rows[$0] }) : [nil]
      for (place, answer) in zip(round, found) {
        if let answer { answers[place] = answer }
      }
      // A failure of the conversation is the same for every row of it: nothing is asked again for any of them.
      if found.contains(where: { if case .failure(let failure)? = $0 { failure.concernsWholeERP } else { false } }) {
        break
      }
      for place in round where answers[place] == nil {
        guard !stopped else { break }
        answers[place] = await alone(rows[place])
        if case .failure(let failure)? = answers[place], failure.concernsWholeERP { stopped = true }
      }
      // What follows a row that did not go through waits.
      for place in round {
        if case .success(.delivered)? = answers[place] { continue }
        queues.removeValue(forKey: Self.key(rows[place]))
      }
    }
    return answers
  }

  private static func key(_ row: OutboxRow) -> String { row.orderKey ?? "row:\(row.id)" }

  /// Places of the rows by order key, each with its family.
  private static func queues(_ rows: [OutboxRow]) -> [String: [(place: Int, family: DeliveryFamily)]] {
    var queues: [String: [(place: Int, family: DeliveryFamily)]] = [:]
    for (place, row) in rows.enumerated() {
      queues[key(row), default: []].append((place, DeliveryFamily(row)))
    }
    return queues
  }

  /// Takes the places of the next round out of the queues.
  private static func nextRound(
    _ queues: inout [String: [(place: Int, family: DeliveryFamily)]]
  ) -> [Int] {
    guard let family = queues.values.compactMap({ $0.first?.family }).min() else {
      queues = [:]
      return []
    }
    var round: [Int] = []
    for key in queues.keys.sorted() {
      let most = family.isIndependent ? Int.max : 1
      guard let front = queues[key]?.prefix(while: { $0.family == family }).prefix(most), !front.isEmpty else {
        continue
      }
      round += front.map(\.place)
      queues[key]?.removeFirst(front.count)
      if queues[key]?.isEmpty ?? true { queues.removeValue(forKey: key) }
    }
    return round.sorted()
  }
}
