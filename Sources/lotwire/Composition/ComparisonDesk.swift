import Console
import Devices
import ERP
import Recorder
import Shopfloor

/// Where people have what was delivered compared with what the ERP holds, and read what was found.
struct ComparisonDesk: Sendable {
  let erp: ERPService?
  let recorder: Recorder
  let clock: any WallClock

  var ports: ConsolePorts.ComparisonPorts {
    ConsolePorts.ComparisonPorts(ask: { wish in await ask(wish) }, findings: { erp.map { Self.findings($0.status()) } })
  }

  private func ask(_ wish: ComparisonWish) async -> ComparisonAnswer {
    guard let erp else {
      let words = Words(
        "No ERP is configured: there is nothing to compare. Add \"erp\" to the configuration.",
        "未配置 ERP，无可核对的内容。请在配置中添加 “erp”。")
      return ComparisonAnswer(ConsoleAnswer(accepted: false, code: "request.fault", words: words))
    }
    let before = erp.status()
    // It is on disk who asked before anything is asked of the ERP.
    let answer = await recorder.perform(
      .requestComparison(
        ComparisonRequest(connector: before.connector, person: wish.person, reason: wish.reason)),
      actor: "person \(wish.person)", at: clock.now().utc)
    guard case .accepted = answer else { return ComparisonAnswer(ConsoleAnswer(answer)) }
    let number = erp.compareEverything()
    return ComparisonAnswer(
      ConsoleAnswer(answer), number: number, isJoined: number == before.comparisonsAskedFor)
  }

  static func status(_ status: ERPStatus) -> ComparisonStatus {
    ComparisonStatus(
      current: status.comparison.flatMap { $0.endedAt == nil ? whole($0) : nil },
      last: status.lastWholeComparison.map(whole), nextAt: status.nextWholeComparisonAt,
      comparedSinceStart: status.comparedRows, incomparableSinceStart: status.passedOverRows,
      differingNow: status.driftingRows.count,
      problem: status.comparisonError ?? (status.state == .connected ? nil : status.lastError),
      askedFor: status.comparisonsAskedFor, answered: status.comparisonsAnswered)
  }

  private static func whole(_ account: ComparisonAccount) -> ComparisonStatus.Whole {
    ComparisonStatus.Whole(
      begunAt: account.begunAt, endedAt: account.endedAt, compared: account.comparedRows,
      differing: account.differingRows, incomparable: account.incomparableRows)
  }

  /// Of the last comparison that ended; where none did, of the one that goes on.
  static func findings(_ status: ERPStatus) -> ComparisonFindings {
    let account = status.lastWholeComparison ?? status.comparison
    return ComparisonFindings(
      status: Self.status(status), isConnected: status.state == .connected, drifts: account?.drifts ?? [],
      passedOver: (account?.passedOver ?? []).map { .init(row: $0.row, key: $0.idempotencyKey, reason: $0.reason) },
      isIncomplete: account?.isIncomplete ?? false)
  }
}
