import Notifications
import Shopfloor

/// A subscription as `lotwire.yaml` describes it: what decides, and how its messages leave.
struct NotificationEntry: Hashable {
  enum Receiver: Hashable {
    case webhook(WebhookSettings)
    /// The name of a broker of the configuration.
    case mqtt(broker: String, topic: String)
    case email(EmailSettings)
  }

  var plan: NotificationPlan
  var receiver: Receiver
  var lateAfterMicroseconds: Int64

  /// How it is reached, without secrets: what an auditor sees change.
  var wiringText: String {
    let way =
      switch receiver {
      // What stands behind the path may be a key.
      case .webhook(let hook): "webhook \(hook.url.prefix { $0 != "?" && $0 != "#" }), signed"
      case .mqtt(let broker, let topic): "mqtt \(broker): \(topic)"
      case .email(let mail):
        "email over \(mail.host):\(mail.port) (\(mail.encryption.rawValue)\(mail.user == nil ? "" : ", with user")) "
          + "from \(mail.from) to \(mail.to.map(\.text).joined(separator: ", "))"
      }
    return "\(way), late after \(lateAfterMicroseconds / 1_000_000) s"
  }
}
