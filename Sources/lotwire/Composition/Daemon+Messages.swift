import Devices
import Ledger
import Recorder
import Shopfloor

extension Daemon {
  /// An earlier process that was killed could not say that its connections ended: said here, before anything else is
  /// committed, so that what was complete until then stays known however long a broker is away.
  func noteEndWithoutWord() async throws {
    let open = await recorder.inspect { engine in
      (engine.floor.brokers ?? [:]).values.map(\.link).filter { $0.change != .disconnected }
    }
    guard !open.isEmpty else { return }
    let lastCommit = try await consoleLedger.read { try $0.lastCommitBeforeStart() }
    let now = clock.now().utc
    let notes = open.sorted { $0.broker < $1.broker }.map { link in
      MessageNote.broker(
        BrokerLink(
          broker: link.broker, change: .disconnected, session: link.session,
          detail: "the recorder ended without a word", lastHeardAt: link.completeUntil(lastCommit: lastCommit), at: now)
      )
    }
    let answer = await recorder.perform(.noteMessages(notes), actor: "recorder", at: now)
    if case .refused(let refusal) = answer { throw refusal }
  }
}

extension BrokerLink {
  /// Up to when everything that the broker had for us was on disk, where nothing is known after the last commit.
  func completeUntil(lastCommit: Timestamp?) -> Timestamp {
    switch change {
    case .disconnected: lastHeardAt ?? at
    // What the broker had kept was still on its way.
    case .connected: lastHeardAt ?? at
    case .caughtUp: max(at, lastCommit ?? at)
    }
  }
}
