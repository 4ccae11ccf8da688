import MQTT
import Notifications

/// Publishes notifications through the MQTT room.
struct MQTTConnector: NotificationConnector {
  let name = "mqtt"
  private let publisher: MQTTPublisher

  init(_ plan: MQTTPublisherPlan) { publisher = MQTTPublisher(plan) }

  func send(_ message: OutgoingNotification) async throws(NotificationFailure) -> String {
    do throws(MQTTPublishFault) {
      try await publisher.publish(message.payload)
      return "PUBACK"
    } catch {
      throw NotificationFailure(Self.code(of: error.code), problem: error.description, remedy: Self.remedy(error.code))
    }
  }

  /// A broker that does not let us publish says so of every message: a person changes its access list.
  private static func code(of code: MQTTPublishFault.Code) -> NotificationFailure.Code {
    switch code {
    case .unreachable: .unreachable
    case .outcomeUnknown: .outcomeUnknown
    case .clientRefused, .messageRefused: .unauthorized
    case .local: .local
    }
  }

  private static func remedy(_ code: MQTTPublishFault.Code) -> String {
    switch code {
    case .unreachable: "Check that the broker runs and its address; nothing is lost, attempts go on"
    case .outcomeUnknown: "Nothing to do: the message comes again with the same id"
    case .clientRefused, .messageRefused: "Ask the broker's administrator for the right to publish; attempts come late"
    case .local: "Check the configuration"
    }
  }
}
