import Foundation
import Ledger
import Shopfloor

/// One row of the outbox in a list.
struct OutboxLine: Encodable {
  var row: Int64
  var key: String
  var kind: String
  var lot: LotNumber?
  var material: MaterialLotNumber?
  var state: OutboxRow.State
  var attempts: Int
  var createdAt: Timestamp
  /// Of a row that waits.
  var nextAttemptAt: Timestamp?
  var lastAnswer: String?

  init(_ row: OutboxRow) {
    self.row = row.id
    key = row.idempotencyKey
    kind = row.kind
    lot = row.lot
    material = row.material
    state = row.state
    attempts = row.attempts
    createdAt = row.createdAt
    nextAttemptAt = row.state == .pending ? row.nextAttemptAt : nil
    lastAnswer = row.lastAnswer
  }

  static func table(_ rows: [OutboxRow], isCutOff: Bool, _ time: (Timestamp?) -> String) -> QueryTable {
    QueryTable(
      headings: ["row", "since", "what", "about", "state", "attempts", "last answer", "key"],
      rows: rows.map { row in
        [
          "\(row.id)", time(row.createdAt), row.kind, row.lot?.text ?? row.material?.text ?? "",
          row.state.words.english, "\(row.attempts)", row.lastAnswer ?? "", row.idempotencyKey,
        ]
      }, notes: isCutOff ? ["There may be more than is told here: raise --limit."] : [], isIncomplete: isCutOff)
  }
}

/// One row of the outbox with all that is known of it.
struct OutboxAccount: Encodable {
  struct Step: Encodable {
    var event: Int64
    var at: Timestamp
    var words: String
  }

  var line: OutboxLine
  /// Where it is text that can be shown.
  var content: String?
  var contentBytes: Int
  var sha256: String
  var history: [Step]
  var nextStep: Words

  /// More of a content is not shown, in characters.
  private static let maximumShownCharacters = 20_000

  init(_ row: OutboxRow, content: [UInt8], history: [EventRecord]) {
    line = OutboxLine(row)
    self.content = String(validating: content, as: UTF8.self)
    contentBytes = content.count
    sha256 = row.payloadSHA256
    let words = EventWords(names: [:])
    self.history = history.map { Step(event: $0.sequence, at: $0.time, words: words.of($0.event) ?? "") }
    nextStep = row.nextStep
  }

  var text: String {
    var lines = [
      "Row \(line.row): \(line.kind), \(line.state.words.english) / \(line.state.words.chinese)",
      "  key       \(line.key)", "  since     \(line.createdAt)",
    ]
    if let lot = line.lot { lines.append("  lot       \(lot)") }
    if let material = line.material { lines.append("  material  \(material)") }
    lines.append("  attempts  \(line.attempts)" + (line.nextAttemptAt.map { ", next at \($0)" } ?? ""))
    if let answer = line.lastAnswer { lines.append("  the ERP   \(displayable(answer, maximumCharacters: 1_000))") }
    for step in history {
      lines.append("  #\(step.event) \(step.at) \(displayable(step.words, maximumCharacters: 1_000))")
    }
    lines.append("  content   \(contentBytes) bytes, SHA-256 \(sha256)")
    if let content { lines.append(displayable(content, maximumCharacters: Self.maximumShownCharacters)) }
    return (lines + [nextStep.english, nextStep.chinese]).joined(separator: "\n")
  }
}

extension OutboxRow {
  /// What a person does next.
  fileprivate var nextStep: Words {
    switch state {
    case .pending:
      attempts == 0
        ? Words("It waits its turn; nothing is to be done.", "正在排队，无需操作。")
        : Words(
          "It is tried again by itself. To have it tried now: lotwire outbox retry \(id)",
          "将自动重试。立即重试：lotwire outbox retry \(id)")
    case .blocked, .refused:
      Words(
        "Put right what the ERP says, then: lotwire outbox retry \(id). If the ERP was brought to this state by hand: "
          + "lotwire outbox set-aside \(id)",
        "请按 ERP 的提示处理，然后：lotwire outbox retry \(id)。如已在 ERP 中手工处理：lotwire outbox set-aside \(id)")
    case .setAside:
      Words(
        "It was set aside. To send it after all: lotwire outbox retry \(id)", "已搁置。如仍需送达：lotwire outbox retry \(id)")
    case .delivered: Words("It is delivered; nothing is to be done.", "已送达，无需操作。")
    }
  }
}

extension OutboxRow.State {
  var words: Words {
    switch self {
    case .pending: Words("waiting", "等待送达")
    case .delivered: Words("delivered", "已送达")
    case .blocked: Words("blocked", "受阻")
    case .refused: Words("refused", "被拒绝")
    case .setAside: Words("set aside", "已搁置")
    }
  }
}
