import Devices
import Foundation
import Testing

@testable import MQTT

/// A client that a test moves by hand, with everything that came so far.
final class DrivenClient {
  let client: MosquittoClient
  private(set) var happenings: [MosquittoClient.Happening] = []
  private(set) var messages: [IncomingMessage] = []

  init(_ connection: MQTTConnection, cleanSession: Bool = false, will: MosquittoClient.Will? = nil) throws {
    try MosquittoLibrary.start()
    client = try #require(
      MosquittoClient(connection, cleanSession: cleanSession, will: will, clock: SystemClock()))
    client.connect(attempt: 0)
  }

  /// Connected: the session was present or not.
  func accepted() throws -> Bool {
    var present: Bool?
    try until("accepted") {
      for case .accepted(let sessionPresent, _) in happenings { present = sessionPresent }
      return present != nil
    }
    return try #require(present as Bool?)
  }

  /// The reason why there is no connection.
  func lost() throws -> String {
    var words: String?
    try until("lost") {
      for case .lost(let reason) in happenings { words = reason }
      for case .refused(let code) in happenings { words = BrokerWords.refusal(code: code) }
      return words != nil
    }
    return try #require(words)
  }

  func subscribe(_ filters: [(String, Int32)]) throws -> [SubscriptionAnswer] {
    client.subscribe(try filters.map { (try TopicFilter($0.0), $0.1) })
    var found: [SubscriptionAnswer]?
    try until("subscribed") {
      for case .subscriptionsAnswered(let answers) in happenings { found = answers }
      return found != nil
    }
    return try #require(found)
  }

  /// Publishes with QoS 1 and returns the code of the PUBACK.
  @discardableResult
  func publish(_ text: String, topic: String, isRetained: Bool = false) throws -> Int32 {
    let packet = try #require(
      client.publish(topic: topic, payload: Array(text.utf8), qualityOfService: 1, isRetained: isRetained))
    var found: Int32?
    try until("published") {
      for case .published(packet, let code) in happenings { found = code }
      return found != nil
    }
    return try #require(found)
  }

  func until(_ what: String, _ condition: () throws -> Bool) throws {
    try eventually(what) {
      client.serve(milliseconds: 20, wake: nil)
      happenings += client.takeHappenings()
      messages += client.takeMessages()
      return try condition()
    }
  }

  var texts: [String] { messages.map(\.text) }
}

extension IncomingMessage {
  var text: String {
    guard case .bytes(let bytes) = payload else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }
}
