/// What the points of a profile share unless they say otherwise.
struct ProfileDefaults {
  var wordOrder: WordOrder?
  var pollIntervalMicroseconds: Int64 = 1_000_000
  var requests = RequestRules()

  /// Allowed poll intervals, in seconds.
  static let pollSeconds: ClosedRange<Double> = 0.01...86_400

  init(_ node: DocumentNode?) {
    guard let node else { return }
    node.allowKeys([
      "word_order", "poll_seconds", "max_registers", "max_bits", "bridge_gaps", "pause_seconds",
      "response_timeout_seconds",
    ])
    wordOrder = node["word_order"]?.choice(WordOrder.names(registers: 2).map(\.name)).flatMap(WordOrder.named)
    if let poll = node["poll_seconds"]?.seconds(in: Self.pollSeconds, "Write seconds, such as 0.5") {
      pollIntervalMicroseconds = poll
    }
    requests.maximumRegisters =
      node["max_registers"]?.integer(
        in: 2...RequestRules.protocolMaximumRegisters, "Write the most registers that one request may read")
      ?? requests.maximumRegisters
    requests.maximumBits =
      node["max_bits"]?.integer(
        in: 1...RequestRules.protocolMaximumBits, "Write the most coils that one request may read")
      ?? requests.maximumBits
    requests.bridgesGaps =
      node["bridge_gaps"]?.flag("Write true only where the manual allows reading unused addresses")
      ?? requests.bridgesGaps
    requests.pauseMicroseconds =
      node["pause_seconds"]?.seconds(in: 0...10, "Write seconds, such as 0.02") ?? requests.pauseMicroseconds
    requests.responseTimeoutMicroseconds =
      node["response_timeout_seconds"]?.seconds(in: 0.01...60, "Write seconds, such as 1")
      ?? requests.responseTimeoutMicroseconds
  }
}
