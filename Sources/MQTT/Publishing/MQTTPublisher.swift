public import Devices

/// Publishes messages with QoS 1, not retained, one connection a message, on a thread of its own: between two messages
/// there is nothing that could be lost, thrown out or forgotten.
public final class MQTTPublisher: Sendable {
  private let plan: MQTTPublisherPlan
  private let clock: any WallClock
  private let thread = OwnThread(label: "lotwire.mqtt.publisher")

  public init(_ plan: MQTTPublisherPlan, clock: any WallClock = SystemClock()) {
    self.plan = plan
    self.clock = clock
  }

  /// Returns when the broker has acknowledged the message (PUBACK).
  ///
  /// - Throws: `outcomeUnknown` too where the calling task was cancelled.
  public func publish(_ payload: [UInt8]) async throws(MQTTPublishFault) {
    let (plan, clock) = (plan, clock)
    let result = await thread.run { () throws(MQTTPublishFault) in
      try PublishAttempt(plan: plan, clock: clock).run(payload)
    }
    guard let result else { throw MQTTPublishFault(.outcomeUnknown, "the attempt was given up") }
    try result.get()
  }
}
