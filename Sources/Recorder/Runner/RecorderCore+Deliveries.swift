import Ledger
import Shopfloor

extension RecorderCore {
  /// A person's decision about an outbox row with what the row says, or with the refusal where there is nothing to decide.
  /// Nobody else moves rows, so that what is read here still holds in the commit.
  func withOutboxRow(
    _ input: LineEngine.CommandInput, _ store: LedgerStore
  ) throws(LedgerError) -> LineEngine.CommandInput {
    guard case .decideDelivery(var decision) = input.command else { return input }
    var input = input
    guard let row = try store.reader.outboxRow(decision.outboxRow), row.isForERP,
      decision.idempotencyKey.isEmpty || decision.idempotencyKey == row.idempotencyKey
    else {
      input.refusal = Refusal(
        .deliveryUnknown, read: "\(decision.outboxRow)",
        why: Words("no such row is owed to the ERP", "没有应送往 ERP 的此行"),
        remedy: Words("Look it up with \"lotwire outbox list\"", "请用 “lotwire outbox list” 查看"))
      return input
    }
    decision.idempotencyKey = row.idempotencyKey
    decision.lot = row.lot
    decision.material = row.material
    decision.formerAnswer = row.lastAnswer
    decision.at = input.at
    input.command = .decideDelivery(decision)
    if let why = Self.nothingToDecide(decision.action, row) {
      input.refusal = Refusal(
        .deliveryDone, read: "\(row.id)", why: why,
        remedy: Words("Nothing is left to do; see \"lotwire outbox show\"", "无需操作；请用 “lotwire outbox show” 查看"))
    } else if decision.action == .retry, row.material != nil,
      try store.reader.hasLaterDelivery(than: row)
    {
      // A movement brings the ERP to a state: an earlier one, sent now, would undo the later one.
      input.refusal = Refusal(
        .deliveryDone, read: "\(row.id)",
        why: Words(
          "a later step of this material lot is in the ERP already, and this one would undo it",
          "该物料批次的后续步骤已在 ERP 中，重试此行会将其撤销"),
        remedy: Words(
          "Set this one aside, and correct the ERP by hand where something is missing there",
          "请搁置此行；ERP 中如有缺失，请手工更正"))
    }
    return input
  }

  private static func nothingToDecide(_ action: DeliveryDecision.Action, _ row: OutboxRow) -> Words? {
    switch (row.state, action) {
    case (.delivered, _): Words("it is delivered", "已送达")
    case (.pending, _) where row.attempts == 0:
      Words("it waits its turn and has not been tried yet", "正在排队，尚未尝试送达")
    case (.setAside, .setAside): Words("it is set aside already", "已搁置")
    default: nil
    }
  }
}
