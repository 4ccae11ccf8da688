import ERP
import Ledger
import Shopfloor
import Testing

/// Runs one case with one connector.
struct ConformanceRun<Peer: ConnectorUnderTest> {
  let peer: Peer
  /// Tells the rows of this run from those of others in the same ERP.
  let notes = KeptNotes()

  func run(_ tried: ConformanceCase) async throws {
    switch tried {
    case .deliversOnce: try await deliversOnce(.text("{\"a\":1}"))
    case .textOfAllScripts: try await deliversOnce(.text("封口温度 180 °C «ß» \u{1F9EA} \"quoted\" \\ / \t\n"))
    case .tenMegabytes: try await deliversOnce(.large(10_000_000))
    case .emptyContent: try await deliversOnce(.empty)
    case .deliveredTwiceIsOne: try await deliveredTwiceIsOne(newStart: false)
    case .anotherStartFindsWhatWasDelivered: try await deliveredTwiceIsOne(newStart: true)
    case .answerLostAfterTheWrite: try await answerLost()
    case .severalUnderTheKeyAreBlocked: try await severalUnderTheKey()
    case .otherContentUnderTheKeyIsBlocked: try await otherContent()
    case .aRefusalIsBlockedWithTheWordsOfTheERP: try await refusal()
    case .noAnswerIsAFailureThatPasses: try await noAnswer()
    case .aBatchKeepsItsOrder: try await batchOrder()
    case .aBatchEndsAtItsFirstFailure: try await batchFailure()
    case .aComparisonAfterDeliveryFindsNothing: try await comparesClean()
    case .aComparisonFindsEveryChange: try await comparesChanged()
    case .workComesOnceAndThenWhatIsNew: try await work()
    case .aBadElementIsRefusedAlone: try await badElement()
    case .aWrongCredentialIsTriedOnce: try await wrongCredential()
    case .closesAndNothingIsLost: try await closes()
    }
  }

  private func with(_ body: (any ERPConnector) async throws -> Void) async throws {
    let connector = try await peer.connector()
    do {
      try await body(connector)
    } catch {
      await connector.close()
      throw error
    }
    await connector.close()
  }

  /// One attempt, and one more where the receiver had yet to acknowledge.
  func attempt(
    _ connector: any ERPConnector, _ row: OutboxRow
  ) async throws -> Result<DeliveryVerdict, ERPFailure> {
    let answer = await once(connector, row)
    guard case .failure(let failure) = answer, failure.code == .awaitingReceiver else { return answer }
    try await peer.receiverWorks(row)
    return await once(connector, row)
  }

  private func once(_ connector: any ERPConnector, _ row: OutboxRow) async -> Result<DeliveryVerdict, ERPFailure> {
    do throws(ERPFailure) {
      return .success(try await connector.deliver(row, notes))
    } catch {
      return .failure(error)
    }
  }

  /// Everything in batches, as often as a receiver that acknowledges later needs it.
  func deliverAll(
    _ connector: any ERPConnector, _ rows: [OutboxRow]
  ) async throws -> [Result<DeliveryVerdict, ERPFailure>] {
    var answers: [Result<DeliveryVerdict, ERPFailure>] = []
    for _ in 0...rows.count {
      guard answers.count < rows.count else { break }
      let batch = await connector.deliver(Array(rows[answers.count...]), notes)
      guard case .failure(let failure)? = batch.last, failure.code == .awaitingReceiver else { return answers + batch }
      answers += batch.dropLast()
      try await peer.receiverWorks(rows[answers.count])
    }
    return answers
  }

  private func expectDelivered(_ result: Result<DeliveryVerdict, ERPFailure>, _ row: OutboxRow) async throws {
    guard case .success(.delivered) = result else {
      Issue.record("not delivered: \(result)")
      return
    }
    #expect(try await peer.count(row) == 1)
    #expect(try await peer.content(row) == row.payload)
  }

  private func expectBlocked(
    _ result: Result<DeliveryVerdict, ERPFailure>, saying words: String? = nil
  ) {
    guard case .success(.blocked(let reason)) = result else {
      Issue.record("not blocked: \(result)")
      return
    }
    #expect(!reason.isEmpty && !reason.contains("\n"))
    if let words { #expect(reason.contains(words), "\(reason)") }
  }

  private func failure(_ result: Result<DeliveryVerdict, ERPFailure>) -> ERPFailure? {
    guard case .failure(let failure) = result else {
      Issue.record("no failure: \(result)")
      return nil
    }
    #expect(!failure.problem.isEmpty && !failure.remedy.isEmpty && !failure.problem.contains("\n"))
    return failure
  }

  private func deliversOnce(_ content: ConformanceContent) async throws {
    let row = try peer.row(1, subject: 1, content)
    try await with { connector in
      #expect(try await peer.count(row) == 0)
      try await expectDelivered(try await attempt(connector, row), row)
    }
  }

  private func deliveredTwiceIsOne(newStart: Bool) async throws {
    let row = try peer.row(1, subject: 1, .text("twice"))
    var receipts: Set<DeliveryVerdict> = []
    try await with { connector in
      receipts.insert(try await attempt(connector, row).get())
      if !newStart { receipts.insert(try await attempt(connector, row).get()) }
    }
    if newStart { try await with { receipts.insert(try await attempt($0, row).get()) } }
    #expect(receipts.count == 1)
    #expect(try await peer.count(row) == 1)
    #expect(try await peer.content(row) == row.payload)
  }

  private func answerLost() async throws {
    let row = try peer.row(1, subject: 1, .text("lost"))
    try await with { connector in
      try await peer.disturb(.loseNextAnswerAfterTheWrite)
      // Whether the connector looks again at once or leaves that to the next attempt is its own affair.
      if case .failure(let failure) = try await attempt(connector, row) {
        #expect([.outcomeUnknown, .unavailable].contains(failure.code), "\(failure)")
        #expect(!failure.needsPerson)
      }
      try await expectDelivered(try await attempt(connector, row), row)
    }
  }

  private func severalUnderTheKey() async throws {
    let row = try peer.row(1, subject: 1, .text("several"))
    try await peer.disturb(.severalUnderTheKey(row))
    try await with { expectBlocked(try await attempt($0, row)) }
    #expect(try await peer.count(row) == 2)
  }

  private func otherContent() async throws {
    let row = try peer.row(1, subject: 1, .text("ours"))
    try await peer.disturb(.otherContentUnderTheKey(row))
    try await with { expectBlocked(try await attempt($0, row)) }
    #expect(try await peer.count(row) == 1)
    #expect(try await peer.content(row) != row.payload)
  }

  private func refusal() async throws {
    let (refused, other) = (try peer.row(1, subject: 1, .text("a")), try peer.row(2, subject: 2, .text("b")))
    let words = "the period 2026-11 is closed, 期间已关闭"
    try await peer.disturb(.refuse(row: refused, words: words))
    try await with { connector in
      expectBlocked(try await attempt(connector, refused), saying: words)
      try await peer.disturb(.refuse(row: refused, words: nil))
      try await expectDelivered(try await attempt(connector, other), other)
      try await expectDelivered(try await attempt(connector, refused), refused)
    }
  }

  private func noAnswer() async throws {
    let row = try peer.row(1, subject: 1, .text("patience"))
    try await with { connector in
      try await peer.disturb(.away(true))
      for _ in 1...2 { _ = failure(try await attempt(connector, row)) }
      await #expect(throws: ERPFailure.self) { try await connector.fetchWork(since: nil) }
      try await peer.disturb(.away(false))
      try await expectDelivered(try await attempt(connector, row), row)
    }
  }

  private func batchOrder() async throws {
    let rows = try (1...6).map { try peer.row($0, subject: $0 % 2, .text("number \($0)")) }
    try await with { connector in
      let answers = try await deliverAll(connector, rows)
      #expect(answers.count == rows.count)
      for (row, answer) in zip(rows, answers) { try await expectDelivered(answer, row) }
    }
    let ours = Set(rows.map(\.idempotencyKey))
    #expect(try await peer.arrivedKeys().filter { ours.contains($0) } == rows.map(\.idempotencyKey))
  }

  private func batchFailure() async throws {
    let rows = try (1...3).map { try peer.row($0, subject: 1, .text("number \($0)")) }
    try await with { connector in
      try await peer.disturb(.fail(rows[1]))
      let answers = await connector.deliver(rows, notes)
      // What goes to the ERP in one call fails together.
      #expect((1...2).contains(answers.count))
      for (row, answer) in zip(rows, answers.dropLast()) { try await expectDelivered(answer, row) }
      if let last = answers.last { _ = failure(last) }
      #expect(try await peer.count(rows[2]) == 0)
      try await peer.disturb(.failNoLonger(rows[1]))
      for (row, answer) in zip(rows, await connector.deliver(rows, notes)) { try await expectDelivered(answer, row) }
      #expect(try await peer.count(rows[2]) == 1)
    }
    try await batchEndsAtABlockedRow()
  }

  /// What stands behind a blocked row in its order key must not pass it.
  private func batchEndsAtABlockedRow() async throws {
    let rows = try (4...6).map { try peer.row($0, subject: 2, .text("number \($0)")) }
    try await peer.disturb(.otherContentUnderTheKey(rows[1]))
    try await with { connector in
      let answers = await connector.deliver(rows, notes)
      #expect(answers.count == 2)
      if let first = answers.first { try await expectDelivered(first, rows[0]) }
      if let last = answers.last { expectBlocked(last) }
    }
  }
}
