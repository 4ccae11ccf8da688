import Ledger
import Shopfloor
import Synchronization

/// The latest refusal at each station, for displays: what was read, why it was refused and what to do.
final class RefusalBoard: Sendable {
  private let latest = Mutex<[StationName: CommandRefused]>([:])

  func take(_ events: [EventRecord]) {
    for record in events {
      guard case .commandRefused(let refused) = record.event, let station = refused.station else { continue }
      latest.withLock { $0[station] = refused }
    }
  }

  func refusal(at station: StationName) -> CommandRefused? { latest.withLock { $0[station] } }
}
