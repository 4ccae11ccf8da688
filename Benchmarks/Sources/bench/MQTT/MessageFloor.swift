import Foundation
import PlainCMQTT

/// The publisher and the reader in plain C over libmosquitto.
enum MessageFloor {
  /// Publishes everything and returns when the broker has it.
  static func publish(_ plan: MessagePlan) throws(BenchFault) {
    var native = plain_publish_plan(
      port: Int32(plan.port), topics: Int32(MessagePlan.topics), messages: Int64(plan.messages), rate: plan.rate)
    try check("publishing") { plain_publish(&native, $0, $1) }
  }

  /// Makes the broker keep what comes for this client from now on.
  static func openSession(_ plan: MessagePlan) throws(BenchFault) {
    try check("the session") {
      plain_session_open(Int32(plan.port), plan.clientID, Int32(MessagePlan.topics), $0, $1)
    }
  }

  static func forgetSession(_ plan: MessagePlan) throws(BenchFault) {
    try check("the session") { plain_session_forget(Int32(plan.port), plan.clientID, $0, $1) }
  }

  /// Reads and acknowledges all messages, and keeps none.
  static func read(_ plan: MessagePlan) throws(BenchFault) -> MessageOutcome {
    var result = plain_read_result()
    defer { plain_read_free(&result) }
    try check("the C reader") { message, bytes in
      plan.clientID.withCString { name in
        var native = plain_read_plan()
        native.port = Int32(plan.port)
        native.client_id = name
        native.topics = Int32(MessagePlan.topics)
        native.messages = Int64(plan.messages)
        native.round_messages = Int32(MessagePlan.roundMessages)
        native.takes_latencies = plan.takesLatencies ? 1 : 0
        native.online = { MessageTask.sayOnline() }
        return plain_read(&native, &result, message, bytes)
      }
    }
    var outcome = MessageOutcome(
      messages: Int(result.messages), seconds: result.seconds, cpuSeconds: result.cpu_seconds,
      rounds: Int(result.rounds))
    if let latencies = result.latencies {
      outcome.latency = Lateness(
        microseconds: Array(UnsafeBufferPointer(start: latencies, count: plan.messages)))
    }
    return outcome
  }

  private static func check(
    _ attempt: String, _ body: (UnsafeMutablePointer<CChar>, Int32) -> Int32
  ) throws(BenchFault) {
    var message = [CChar](repeating: 0, count: 256)
    let status = message.withUnsafeMutableBufferPointer { buffer in
      // A buffer of 256 has a base address.
      buffer.baseAddress.map { body($0, Int32(buffer.count)) } ?? -1
    }
    guard status != 0 else { return }
    throw BenchFault(
      "\(attempt): " + String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }
}
