import Devices
import Shopfloor

/// What a Sparkplug host or edge node decides, without any I/O: it is told what happened and answers what to do.
/// ``SparkplugLink`` drives it on one thread.
protocol SparkplugMachine: Sendable {
  /// Asked for once before every CONNECT: what the broker publishes in our name when the connection ends without a
  /// good-bye.
  mutating func will(at now: ClockReading) -> MosquittoClient.Will?

  mutating func handle(_ event: SparkplugLinkEvent, at now: ClockReading) -> [SparkplugLinkAction]

  /// When `clockMoved` is due at the latest, by the monotonic clock; nil where nothing waits for the time.
  var deadlineMicroseconds: Int64? { get }
}

enum SparkplugLinkEvent: Hashable, Sendable {
  /// The broker has accepted the connection (CONNACK); the session is a clean one.
  case accepted
  /// The broker has answered the last `subscribe` action; the filters that it refused.
  case subscribed(refused: [String])
  case message(topic: String, payload: [UInt8], isRetained: Bool)
  /// A message too large to be read came; its payload is not there.
  case messageTooLarge(topic: String, bytes: Int)
  /// Everything published so far has left for the broker. With QoS 0 nothing more is ever known.
  case written
  /// The broker has acknowledged (PUBACK) a publish with QoS 1 on this topic.
  case acknowledged(topic: String)
  /// The broker refuses a publish with QoS 1 on this topic; only brokers of MQTT 5 say so.
  case publishRefused(topic: String, code: Int32)
  /// Another thread has handed in values.
  case values([SparkplugEdgeValue])
  /// No CONNECT left for the broker: nobody there has seen the will.
  case notReached(reason: String)
  /// The connection ended, or the broker refused it.
  case lost(reason: String)
  case clockMoved
  /// The last event. What is answered is still sent, then comes DISCONNECT.
  case stopping
}

enum SparkplugLinkAction: Sendable {
  /// At most one at a time is under way; `subscribed` answers it.
  case subscribe([(filter: String, qualityOfService: Int32)])
  case publish(topic: String, payload: [UInt8], qualityOfService: Int32, isRetained: Bool)
  /// Readings for the recorder; those of one round of reading are offered together.
  case offer([ReadingBatch])
  /// Facts for the record.
  case note([MessageNote])
  /// A host wants a metric set, and may.
  case command(SparkplugEdgeCommand)
  /// Send what is queued, say good-bye (DISCONNECT: no will), connect again after the backoff.
  case disconnect(reason: String)
}
