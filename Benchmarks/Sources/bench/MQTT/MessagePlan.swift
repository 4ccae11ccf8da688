/// What is published, and how it is read.
struct MessagePlan: Codable {
  var port: Int
  var clientID: String
  var messages: Int
  /// Messages a second; 0: as fast as the broker acknowledges.
  var rate = 0.0
  /// Whether the time from publishing to the acknowledgement is of interest.
  var takesLatencies = false
  /// Where the readings are kept; the floor keeps nothing.
  var database: String

  /// One device, one parameter each.
  static let topics = 20
  /// Most messages of a round of the floor.
  static let roundMessages = 5_000
  /// Without a message for so long a contestant gives up, in seconds.
  static let patienceSeconds = 60.0
}

/// What came of it.
struct MessageOutcome: Codable {
  var messages: Int
  /// From the first message to the acknowledgement of the last, for Lotwire to the durable answer before it.
  var seconds: Double
  /// Of the whole process, from the connection on.
  var cpuSeconds: Double
  /// Rounds of reading; the acknowledgements of one leave together.
  var rounds: Int
  /// From publishing to the acknowledgement, in milliseconds.
  var latency = Lateness()
  /// Processor time of the broker meanwhile.
  var brokerCPUSeconds = 0.0

  var messagesPerSecond: Double { Double(messages) / seconds }
  var cpuMicrosecondsPerMessage: Double { cpuSeconds * 1e6 / Double(messages) }
  var brokerMicrosecondsPerMessage: Double { brokerCPUSeconds * 1e6 / Double(messages) }
}
