import Devices
import Shopfloor

extension LineEngine {
  /// The event with the runs whose readings it concerns: which run stood at a station at a time is known here alone.
  func withRuns(_ event: Event) -> Event {
    switch event {
    case .messagesLost(var lost):
      lost.runs = runs(of: lost.devices, from: lost.from, until: lost.until)
      return .messagesLost(lost)
    case .messagesThinned(var thinned):
      thinned.runs = runs(of: [thinned.device], from: thinned.from, until: thinned.until)
      return .messagesThinned(thinned)
    default: return event
    }
  }

  private func runs(of devices: [DeviceName], from: Timestamp, until: Timestamp) -> [RunID] {
    stations.filter { station in station.plan.parameters.contains { devices.contains($0.device) } }
      .flatMap { $0.runs(from: from, until: until) }
  }
}
