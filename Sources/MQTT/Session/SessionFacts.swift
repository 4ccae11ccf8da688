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
  private var hasCaughtUp = false
  /// A message is under way from its sensor to us for so long at most, in microseconds: a loss begins so much before the
  /// last instant at which everything was there.
  static let onTheWayMicroseconds: Int64 = 1_000_000
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
          refusedTopics: answers.filter(\.isRefused).map(\.filter.text), lastHeardAt: completeUntil, at: at))
    ]
    hasCaughtUp = false
    if isLoss {
      // What was sent just before was still on its way.
      let from = min((completeUntil ?? at).advanced(byMicroseconds: -Self.onTheWayMicroseconds), at)
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

  /// Everything that came until then is on disk, and the broker had nothing more for us. Rounds come in order: where the
  /// clock was set back, the later one has the earlier time.
  mutating func everythingIsStored(until instant: Timestamp) -> [MessageNote] {
    guard isOnline else { return [] }
    completeUntil = instant
    guard !hasCaughtUp else { return [] }
    hasCaughtUp = true
    return [
      .broker(
        BrokerLink(
          broker: plan.name, change: .caughtUp, session: plan.connection.sessionName,
          detail: "what the broker had kept is on disk", at: instant))
    ]
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
