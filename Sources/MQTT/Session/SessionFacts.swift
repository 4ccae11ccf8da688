import Devices
import Shopfloor

/// What of a session goes on record: that it began and ended, what the broker refused, and from when to when messages
/// may be missing. Pure.
struct SessionFacts {
  private let plan: MQTTBrokerPlan
  private let versionNote: String?
  /// The last instant at which everything that the broker had for us was on disk and the session held.
  private(set) var completeUntil: Timestamp?
  private var isOnline = false
  private var hasReportedVersion = false

  /// - Parameter versionNote: what is to be said once of the library.
  init(_ plan: MQTTBrokerPlan, versionNote: String? = MosquittoLibrary.versionNote) {
    self.plan = plan
    self.versionNote = versionNote
    completeUntil = plan.formerSession?.completeUntil
  }

  /// - Parameters:
  ///   - detail: how we are connected.
  ///   - at: the instant of the broker's answer to our subscriptions.
  mutating func cameOnline(
    sessionPresent: Bool, isLoss: Bool, answers: [SubscriptionAnswer], detail: String, at: Timestamp
  ) -> [MessageNote] {
    var words = detail
    if let versionNote, !hasReportedVersion { words += "; \(versionNote)" }
    hasReportedVersion = true
    var notes: [MessageNote] = [
      .broker(
        BrokerLink(
          broker: plan.name, change: .connected, session: plan.connection.sessionName, detail: words,
          sessionPresent: sessionPresent, topics: answers.filter { !$0.isRefused }.map(\.filter.text),
          refusedTopics: answers.filter(\.isRefused).map(\.filter.text), at: at))
    ]
    if isLoss {
      let from = min(completeUntil ?? at, at)
      notes.append(
        .lost(
          MessagesLost(
            broker: plan.name, devices: plan.devices.map(\.device), cause: .sessionLost, from: from, until: at,
            detail: "the broker did not know our session any more; what its sensors sent between is gone where the "
              + "broker was up; check its persistence")))
    }
    if isLoss || completeUntil == nil { completeUntil = at }
    isOnline = true
    return notes
  }

  /// Everything that came until then is on disk, and the broker had nothing more for us.
  mutating func everythingIsStored(until instant: Timestamp) {
    guard isOnline else { return }
    completeUntil = max(completeUntil ?? instant, instant)
  }

  /// - Parameter lastHeardAt: when a packet of the broker was read last.
  mutating func wentOffline(reason: String, lastHeardAt: Timestamp?, at: Timestamp) -> [MessageNote] {
    guard isOnline else { return [] }
    isOnline = false
    // Where something was read and not stored, the broker was heard later than everything was complete; a session that
    // is lost afterwards has lost that too.
    let complete = [lastHeardAt, completeUntil].compactMap { $0 }.min()
    return [
      .broker(
        BrokerLink(
          broker: plan.name, change: .disconnected, session: plan.connection.sessionName, detail: reason,
          lastHeardAt: complete, at: at))
    ]
  }

  /// One batch for each device that says: from here on readings are missing.
  func gap(at instant: ClockReading) -> [ReadingBatch] {
    plan.devices.compactMap { device in
      let parameters = Set(device.parameters.values.joined()).sorted()
      guard !parameters.isEmpty else { return nil }
      return ReadingBatch(
        device: device.device, receivedAt: instant.utc, monotonicMicroseconds: instant.monotonicMicroseconds,
        readings: parameters.map { Reading(parameter: $0, time: instant.utc, quality: .badNotConnected) })
    }
  }
}
