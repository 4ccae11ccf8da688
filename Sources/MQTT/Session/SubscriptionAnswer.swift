import Devices

/// What a broker said to one topic filter (SUBACK).
struct SubscriptionAnswer: Hashable {
  /// From here on a code is a refusal (MQTT 3.1.1 section 3.9.3, MQTT 5 section 3.9.3).
  static let refusal: Int32 = 0x80

  var filter: TopicFilter
  /// The quality of service that is granted, or a refusal.
  var code: Int32

  var isRefused: Bool { code >= Self.refusal }
}
